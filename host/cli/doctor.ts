import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { openLinks } from '../control/client.js';
import { canonicalLink, controlFolder } from '../control/place.js';
import { openLink, parseLinkUrl, type LinkSpec } from '../index.js';
import { holdersOf, listSerialPorts, type SerialPortInfo } from '../link/serial-ports.js';
import { modulePath } from '../modules.js';
import { checkLine, findSpeed, isGarbage } from './line-check.js';
import { EXIT_FAILURE } from './failure.js';
import { linkOption } from './links.js';
import { isColoured, print, say } from './terminal.js';

/** One thing that was looked at. */
export interface Finding {
  state: 'good' | 'note' | 'bad';
  what: string;
  /** What to type to mend it. */
  mend?: string;
}

interface DoctorOptions {
  link?: string;
  json?: boolean;
}

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('what stands between this machine and a board, and what to type to mend it')
    .addOption(linkOption())
    .option('--json', 'one finding a line as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: DoctorOptions) => run(options));
}

const EXAMPLES = `
With --link the line is opened and the board is asked; at another speed than its own it is looked for.

Examples:
  slipway doctor
  slipway doctor --link slip:/dev/ttyACM0`;

async function run({ link, json }: DoctorOptions): Promise<void> {
  let isBad = false;
  const tell = (finding: Finding): void => {
    isBad ||= finding.state === 'bad';
    print(json === true ? JSON.stringify(finding) : findingLine(finding, isColoured()));
  };
  machineFindings(process.version, isInstalled).forEach(tell);
  tell(await serialFinding());
  tell(controlFinding());
  const ports = await listSerialPorts();
  if (ports.length === 0) tell({ state: 'note', what: 'No serial port is there', mend: NO_PORT });
  for (const port of ports) tell(portFinding(port, holdersOf(port.path)));
  if (link !== undefined) tell(await lineFinding(link));
  if (isBad) process.exitCode = EXIT_FAILURE;
}

const NO_PORT = 'plug the board in, with a cable that carries data and not only power';

/** Exported for its test, like those below. */
export function findingLine({ state, what, mend }: Finding, isPainted: boolean): string {
  const colour = { good: 32, note: 33, bad: 31 }[state];
  const mark = state.padEnd(4);
  return `${isPainted ? `\x1b[${colour}m${mark}\x1b[0m` : mark}  ${what}${mend === undefined ? '.' : `: ${mend}.`}`;
}

export function machineFindings(version: string, isThere: (program: string) => boolean): Finding[] {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  const isNew = major > 20 || (major === 20 && minor >= 19);
  const findings: Finding[] = [
    isNew
      ? { state: 'good', what: `Node ${version}` }
      : { state: 'bad', what: `Node ${version} is too old`, mend: 'install 20.19 or later from nodejs.org' },
  ];
  try {
    accessSync(modulePath('host'));
  } catch {
    findings.push({ state: 'bad', what: 'The core is not built', mend: "type 'npm run build'" });
  }
  if (process.platform === 'linux' && !isThere('udevadm'))
    findings.push({
      state: 'note',
      what: 'udevadm is missing, which other programs need to list ports and Slipway does not',
      mend: "type 'sudo apt install udev'",
    });
  return findings;
}

async function serialFinding(): Promise<Finding> {
  const isLoaded = await import('serialport').then(
    () => true,
    () => false,
  );
  if (isLoaded) return { state: 'good', what: 'The package serialport is there' };
  if (process.platform === 'linux' && isInstalled('stty'))
    return { state: 'note', what: 'The package serialport is missing; stty serves instead', mend: MEND_SERIALPORT };
  return { state: 'bad', what: 'The package serialport is missing', mend: MEND_SERIALPORT };
}

const MEND_SERIALPORT = "type 'npm install serialport'";

function controlFinding(): Finding {
  try {
    return { state: 'good', what: `Control sockets lie in ${controlFolder()}` };
  } catch (error) {
    return { state: 'bad', what: (error as Error).message.replace(/\.$/, '') };
  }
}

export function portFinding(port: SerialPortInfo, holders: { pid: number; command: string }[]): Finding {
  const name = [port.path, port.manufacturer, port.product].filter((word) => word !== undefined).join(' ');
  if (!port.isAllowed)
    return {
      state: 'bad',
      what: `${name} may not be opened by you`,
      mend: "type 'sudo usermod -a -G dialout $USER', then log out and in again",
    };
  const [holder] = holders;
  if (holder === undefined) return { state: 'good', what: `${name} is free` };
  if (holder.command === 'ModemManager')
    return {
      state: 'bad',
      what: `${name} is being probed by ModemManager`,
      mend: "type 'sudo systemctl disable --now ModemManager', or wait half a minute",
    };
  return {
    state: 'note',
    what: `${name} is in use by ${holder.command}`,
    mend: `end that first, such as by 'kill ${holder.pid}', unless it is the one that should have it`,
  };
}

async function lineFinding(link: string): Promise<Finding> {
  const spec = parseLinkUrl(link);
  if (spec.scheme === 'emulated' || spec.scheme === 'tun')
    return { state: 'note', what: `${link} is no line to a board` };
  const owner = await ownerOf(link);
  if (owner !== undefined)
    return {
      state: 'note',
      what: `${link} is open in '${owner}'`,
      mend: "look at it with 'slipway netstat' or 'slipway monitor'",
    };
  try {
    return await askLine(link, spec);
  } catch (error) {
    return { state: 'bad', what: (error as Error).message.replace(/\.$/, '') };
  }
}

async function ownerOf(link: string): Promise<string | undefined> {
  const open = await openLinks();
  const found = open.find(({ hello }) => canonicalLink(hello.link) === canonicalLink(link));
  await Promise.all(open.map((control) => control.close()));
  return found === undefined ? undefined : `slipway ${found.hello.command}, process ${found.hello.pid}`;
}

async function askLine(link: string, spec: Exclude<LinkSpec, { scheme: 'emulated' | 'tun' }>): Promise<Finding> {
  const report = await checkLine(() => openLink(spec));
  if (report.pingMs !== undefined)
    return { state: 'good', what: `The board at ${link} answers in ${report.pingMs.toFixed(1)} ms` };
  if (isGarbage(report) && spec.scheme === 'slip') {
    say(`What comes from ${link} cannot be read; looking for its speed.`);
    const baud = await findSpeed((speed) => openLink({ ...spec, baud: speed }), spec.baud);
    const what = `${report.octets} octets came from ${link} and none of them is a frame: its speed is not ${spec.baud}`;
    return baud === undefined
      ? { state: 'bad', what: `${what}, nor another of the usual ones`, mend: "look at it with 'slipway monitor'" }
      : { state: 'bad', what, mend: `write --link 'slip:${spec.path}?baud=${baud}'` };
  }
  if (report.octets > 0)
    return {
      state: 'bad',
      what: `The board at ${link} speaks but does not answer`,
      mend: 'give its address with --peer',
    };
  return {
    state: 'bad',
    what: `Nobody speaks on ${link}`,
    mend: 'see that the board runs Slipway, and that RX and TX are crossed',
  };
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin', '/bin'];
  return folders.some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
