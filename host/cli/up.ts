import { type Command, Option } from 'commander';
import { forward, type Forward } from '../gateway/forward.js';
import { parseForward, type ForwardRule } from '../gateway/forward-rule.js';
import { Gateway } from '../gateway/gateway.js';
import { Rules, parseAccessRule, type Rule } from '../gateway/rules.js';
import { forwardUdp } from '../gateway/udp-forward.js';
import { LAPTOP_ADDRESS, RealClock, type Stack } from '../index.js';
import { UsageError } from '../usage-error.js';
import { Failure } from './failure.js';
import { interrupted } from './interrupt.js';
import { showLink } from './show-link.js';
import { LINK_FORMS, requireLink } from './links.js';
import { openBoards, type OpenedBoard } from './open-board.js';
import { connectTo } from './ports.js';
import { print, say } from './terminal.js';
import { addTraceOptions, trace, type Trace, type TraceOptions } from './trace-output.js';
import { trapped } from './trapped.js';
import { Troubles } from './troubles.js';

/** What 'up' and 'forward' have in common. */
export interface LinkOptions extends TraceOptions {
  link?: string[];
  udpForward?: string[];
  ladder?: boolean;
  address: string;
  peer?: string[];
}

interface UpOptions extends LinkOptions {
  forward?: string[];
  nat: boolean;
}

export function registerUp(program: Command): void {
  const rules: Rule[] = [];
  const command = program
    .command('up')
    .description("the laptop as a board's gateway: forwards in, and out through NAT, without root")
    .option('--forward <rule>', "local port and the board's, such as 8080:80; can be given again", collect)
    .addOption(accessOption('allow', rules))
    .addOption(accessOption('deny', rules))
    .option('--no-nat', "do not let the board out: the same as 'slipway forward'");
  addLinkOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (options: UpOptions) =>
      run(options.forward ?? [], options, options.nat ? new Rules(rules) : undefined),
    );
}

const EXAMPLES = `
The board reaches the whole network but not the laptop's own programs (127.0.0.1, or the gateway's address); the first of
--allow and --deny that matches decides. Forwards listen on 127.0.0.1 unless they name an address.

Examples:
  slipway up --link slip:/dev/ttyACM0 --forward 8080:80
  slipway up --link slip:/dev/ttyACM0 --deny '10.0.0.0/8:*' --allow 127.0.0.1:1883
  slipway up --link slip:/dev/ttyACM0 --link slip:/dev/ttyACM1 --forward 8080:80 --forward 8081:192.168.7.3:80
  slipway up --link auto --forward 0.0.0.0:8080:80 --udp-forward 6969:69`;

/** --link, --udp-forward, the addresses, and what is shown of the traffic. */
export function addLinkOptions(command: Command): Command {
  command
    .addOption(
      new Option('--link <url>', `the cable: ${LINK_FORMS}, emulated:?app=http, auto; can be given again`)
        .env('SLIPWAY_LINK')
        .argParser(collect),
    )
    .option('--udp-forward <rule>', "the same for UDP: local port and the board's; can be given again", collect)
    .option('--ladder', 'draw what passes')
    .option('--address <address>', "the laptop's address", LAPTOP_ADDRESS)
    .option(
      '--peer <address>',
      "the board's address (default: 192.168.7.2, and the next for each further link)",
      collect,
    );
  return addTraceOptions(command);
}

function collect(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** Both actions write into one list: the order in which they were given decides. */
function accessOption(action: 'allow' | 'deny', rules: Rule[]): Option {
  const words = action === 'allow' ? 'what the board may reach' : 'what the board may not reach';
  return new Option(`--${action} <addresses:ports>`, `${words}, such as 10.0.0.0/8:* or 127.0.0.1:1883`).argParser(
    (text: string) => rules.push(parseAccessRule(action, text)),
  );
}

/** Opens links and forwards, and stays until it is interrupted. Without rules the boards are not let out. */
export async function run(forwards: string[], options: LinkOptions, rules: Rules | undefined): Promise<void> {
  const command = rules === undefined ? 'forward' : 'up';
  const tcp = forwards.map(parseForward);
  const udp = (options.udpForward ?? []).map(parseForward);
  const links = options.link ?? [requireLink(undefined)];
  refuseTracingSeveral(links, options);
  const clock = new RealClock();
  const { address, peer: peers = [] } = options;
  const boards = await openBoards({ links, address, peers, isGateway: rules !== undefined, clock });
  const closing: (() => Promise<unknown>)[] = [];
  const tracings = tracingOf(boards, options, clock);
  const stop = interrupted();
  try {
    for (const { stack, link, tap } of boards) closing.push(await showLink({ stack, link, command, clock, tap }));
    const troubles = new Troubles(say);
    if (rules !== undefined) closing.push(...openGateways(boards, rules, troubles, options));
    for (const { tap } of boards) tap?.release();
    for (const rule of tcp) closing.push(await openForward(boardOf(boards, rule), rule, options, troubles));
    for (const rule of udp) closing.push(await openUdpForward(boardOf(boards, rule), rule, options));
    await Promise.race([stop, ...boards.map(({ stack }) => trapped(stack))]);
    await Promise.all(closing.splice(0).map((close) => close()));
  } finally {
    await Promise.all(closing.map((close) => close()));
    await Promise.all(boards.map(({ stack }) => stack.close()));
    for (const tracing of tracings) tracing.end();
  }
}

function openGateways(
  boards: OpenedBoard[],
  rules: Rules,
  troubles: Troubles,
  { json }: LinkOptions,
): (() => Promise<unknown>)[] {
  const stacks = new Map<string, Stack>(boards.map((board) => [board.address, board.stack]));
  return boards.map(({ stack, address, link }) => {
    const neighbours = new Map([...stacks].filter(([other]) => other !== address));
    const gateway = new Gateway(stack, { rules, neighbours, tell: (trouble) => troubles.nat(trouble) });
    if (json !== true) print(`${link}: the board ${address} reaches the network through ${stack.network.address}`);
    return () => gateway.close();
  });
}

function boardOf(boards: OpenedBoard[], { board }: ForwardRule): OpenedBoard {
  const found = board === undefined ? boards[0] : boards.find(({ address }) => address === board);
  if (found !== undefined) return found;
  const there = boards.map(({ address }) => address).join(', ');
  throw new UsageError(`No link has the board ${board ?? ''}; there is ${there}.`);
}

/**
 * A board that was started again while we only listened to it says nothing of its own: it is asked after so many ms of
 * silence, and its RST ends the connection of its former life.
 */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 5000 };

async function openForward(
  { stack, address, link, isReachable }: OpenedBoard,
  { host, local, port }: ForwardRule,
  { json }: LinkOptions,
  troubles: Troubles,
): Promise<() => Promise<unknown>> {
  const opened: Forward = await forward({
    host,
    port: local,
    connect: () => connectTo(stack, port, KEEP_ALIVE),
    isReachable,
    onFailed: (code) => troubles.forward(`${address}:${port}`, link, code),
  }).catch((error: unknown) => explainPort(error, local, host));
  if (json !== true) print(`${opened.host}:${opened.port} leads to ${address}:${port}`);
  return () => opened.close();
}

async function openUdpForward(
  { stack, address }: OpenedBoard,
  { host, local, port }: ForwardRule,
  { json }: LinkOptions,
): Promise<() => Promise<unknown>> {
  const createSocket = (): ReturnType<Stack['createDatagramSocket']> => stack.createDatagramSocket();
  const opened = await forwardUdp({ host, port: local, board: { address, port }, createSocket }).catch(
    (error: unknown) => explainPort(error, local, host),
  );
  if (json !== true) print(`${opened.host}:${opened.port} (UDP) leads to ${address}:${port}`);
  return () => opened.close();
}

function explainPort(error: unknown, port: number, host: string): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') throw new Failure(`Port ${port} is taken by another program; choose another.`);
  if (code === 'EACCES') throw new Failure(`Port ${port} is not allowed to you; choose one from 1024 up.`);
  if (code === 'EADDRNOTAVAIL') throw new Failure(`${host} is no address of this machine; name one that is, or none.`);
  throw error;
}

function refuseTracingSeveral(links: string[], { capture, json, ladder, all, record }: LinkOptions): void {
  const asked = capture !== undefined || record !== undefined || json === true || ladder === true || all === true;
  if (links.length < 2 || !asked) return;
  throw new UsageError("With several links, follow one of them from beside: 'slipway capture --link URL'.");
}

function tracingOf(boards: OpenedBoard[], options: LinkOptions, clock: RealClock): Trace[] {
  const hasLadder = options.ladder === true || options.all === true;
  if (!hasLadder && options.capture === undefined && options.record === undefined && options.json !== true) return [];
  return boards.map(({ stack }) => trace({ ...options, stack, clock, epochMs: Date.now(), hasLadder }));
}
