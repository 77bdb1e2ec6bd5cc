import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import type { SerialPort } from 'serialport';
import type { Link } from './link.js';
import { StreamLink } from './stream.js';

/** A serial line: 8 data bits, no parity, one stop bit, as every bootloader and board here has it. */
export interface SerialOptions {
  baud: number;
  /** Hardware flow control. */
  rtscts?: boolean;
  /**
   * Modem lines to set once the port is open; on many boards one of them resets the processor. Absent: left as the system
   * has them, which raises both when it opens a port. Neither is lowered when the port is closed.
   */
  dtr?: boolean;
  rts?: boolean;
}

/** Opens a serial device: a UART, a USB board, or a pty. */
export async function openSerial(path: string, options: SerialOptions): Promise<Link> {
  const packages = await loadSerialPort();
  if (packages !== undefined) return openPort(packages.SerialPort, path, options);
  if (process.platform === 'linux') return openTerminal(path, options);
  throw new Error(`A serial device needs the package serialport; run 'npm install serialport' to open ${path}.`);
}

/** Only those who open a serial line need the package, which brings a compiled part with it. */
async function loadSerialPort(): Promise<typeof import('serialport') | undefined> {
  try {
    return await import('serialport');
  } catch {
    return undefined;
  }
}

async function openPort(Port: typeof SerialPort, path: string, options: SerialOptions): Promise<Link> {
  const { baud, rtscts = false, dtr, rts } = options;
  const port = new Port({ path, baudRate: baud, rtscts, hupcl: false, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => {
      if (error === null) resolve();
      else reject(openError(path, error));
    });
  });
  if (dtr !== undefined || rts !== undefined) await setLines(port, path, { dtr, rts });
  return new SerialLink(`slip:${path}`, port);
}

async function setLines(
  port: SerialPort,
  path: string,
  { dtr, rts }: { dtr: boolean | undefined; rts: boolean | undefined },
): Promise<void> {
  const failed = await new Promise<Error | null>((resolve) => {
    // serialport raises those that are not named.
    port.set({ ...(dtr !== undefined && { dtr }), ...(rts !== undefined && { rts }) }, resolve);
  });
  if (failed === null) return;
  await new Promise<void>((resolve) => {
    port.close(() => resolve());
  });
  throw Object.assign(
    new Error(`The serial device ${path} has no DTR and RTS that could be set; leave out dtr and rts.`, {
      cause: failed,
    }),
    { code: 'ENOTTY', syscall: 'set', path },
  );
}

/** How often a device is asked whether it is still there. */
const WATCH_MS = 500;

/**
 * serialport is a stream that must be closed rather than destroyed: only close() gives the device back. A device that is
 * unplugged while octets are being read makes it read the end of the file without end and without a word, so that it is
 * watched.
 */
class SerialLink extends StreamLink {
  #port: SerialPort;
  #watch: NodeJS.Timeout;

  constructor(name: string, port: SerialPort) {
    super(name, port);
    this.#port = port;
    const { fd } = (port.port ?? {}) as { fd?: number };
    this.#watch = setInterval(() => {
      const cause = fd === undefined ? undefined : hangUp(fd);
      if (cause !== undefined) this.goneBecause(cause);
    }, WATCH_MS);
    this.#watch.unref();
  }

  protected override async shut(): Promise<void> {
    clearInterval(this.#watch);
    if (!this.#port.isOpen) return;
    await new Promise<void>((resolve) => {
      this.#port.close(() => {
        resolve();
      });
    });
  }
}

/** Writing nothing does nothing to a terminal that is there, and fails on one that has hung up. */
function hangUp(descriptor: number): Error | undefined {
  try {
    writeSync(descriptor, new Uint8Array(0));
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? undefined : (error as Error);
  }
}

/** Without serialport: stty sets the line, and Node's own terminal stream moves the octets. */
export async function openTerminal(path: string, { baud, rtscts = false, dtr, rts }: SerialOptions): Promise<Link> {
  if (dtr !== undefined || rts !== undefined)
    throw new Error(`Setting DTR and RTS needs the package serialport; run 'npm install serialport' to open ${path}.`);
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch (error) {
    throw openError(path, error as Error);
  }
  const settings = [
    String(baud),
    'raw',
    '-echo',
    'cs8',
    '-parenb',
    '-cstopb',
    rtscts ? 'crtscts' : '-crtscts',
    '-hupcl',
  ];
  const stty = spawnSync('stty', settings, { stdio: [descriptor, 'ignore', 'pipe'], encoding: 'utf8' });
  if (stty.status !== 0) {
    closeSync(descriptor);
    const reason = stty.error?.message ?? stty.stderr.trim();
    throw openError(path, new Error(`stty cannot set it (${reason})`));
  }
  return new StreamLink(`slip:${path}`, new ReadStream(descriptor));
}

const ADVICE: readonly (readonly [pattern: RegExp, code: string, advice: string])[] = [
  [/ENOENT|No such file/i, 'ENOENT', 'does not exist; plug the board in, or look for its name in /dev'],
  [
    /EACCES|Permission denied|Access denied/i,
    'EACCES',
    "may not be opened by you; join the group that owns it, often 'dialout'",
  ],
  [/EBUSY|lock|busy/i, 'EBUSY', 'is in use by another program; close that first'],
];

/** One sentence that says what to do; the code stays Node's. */
function openError(path: string, cause: Error): Error {
  const [, code, advice] = ADVICE.find(([pattern]) => pattern.test(cause.message)) ?? [
    undefined,
    'EIO',
    `cannot be opened: ${cause.message}`,
  ];
  return Object.assign(new Error(`The serial device ${path} ${advice}.`, { cause }), { code, syscall: 'open', path });
}
