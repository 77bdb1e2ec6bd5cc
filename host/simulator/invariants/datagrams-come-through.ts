import { DatagramAt, Fault } from '../../../assembly/numbers.js';
import { type Aftermath, afterwards, GHOST, PORT } from '../aftermath.js';
import { fragments, writeGhostIcmp, writeGhostUdp } from '../ghost.js';
import type { Invariant } from '../observer.js';
import { isIntact } from '../segment.js';

/** Octets; the smallest ring of datagrams takes one of these. */
const SMALL = 100;
const ROUNDS = 6;
const REMOTE_PORT = 77;
const ECHO = 8;
/** ms; RFC 791 suggests that fragments wait so long. */
const FRAGMENTS_LIFE = 15_000;

export const datagramsComeThrough: Invariant = afterwards(
  'datagrams-come-through',
  'When all is over, UDP carries every octet both ways, pings are answered with what they brought, and pieces make a whole in any order unless they overlap.',
  (aftermath) => {
    ping(aftermath);
    const endpoint = aftermath.machine.call.udpOpen(0, PORT);
    if (endpoint === Fault.NO_RESOURCES) return; // built without UDP
    for (let i = 0; i < ROUNDS; i++) exchange(aftermath, endpoint);
    if (aftermath.station.mtu >= SMALL + 28) putTogether(aftermath, endpoint);
    aftermath.machine.call.udpClose(endpoint);
  },
);

function content({ dice }: Aftermath, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => dice.below(256));
}

function lengthOf({ dice, station }: Aftermath): number {
  const most = station.mtu - 28;
  return dice.below(Math.min(most, station.plan.profile === 'micro' ? SMALL : 1200) + 1);
}

function ping(aftermath: Aftermath): void {
  const { machine, station, now, world, dice } = aftermath;
  const { octets, rx, tx, call } = machine;
  const text = content(aftermath, Math.min(lengthOf(aftermath), 200));
  const value = dice.next();
  const length = writeGhostIcmp(octets, rx, { from: GHOST, to: station.address, type: ECHO, code: 0, value }, text);
  octets[rx + length - 1] = (octets[rx + length - 1] ?? 0) ^ 1;
  call.input(length, now);
  if (call.output(now) !== 0) world.violated('a damaged ping is answered');
  octets[rx + length - 1] = (octets[rx + length - 1] ?? 0) ^ 1;
  call.input(length, now);
  const answer = call.output(now);
  const isRight = answer === length && isIntact(octets, tx, answer) && octets.readUInt32BE(tx + 24) === value;
  if (!isRight || octets.compare(text, 0, text.length, tx + 28, tx + length) !== 0)
    world.violated('a ping is not answered');
}

function exchange(aftermath: Aftermath, endpoint: number): void {
  const { machine, station, now, world } = aftermath;
  const { octets, rx, tx, call, datagram } = machine;
  const text = content(aftermath, lengthOf(aftermath));
  const ends = { from: GHOST, fromPort: REMOTE_PORT, to: station.address, toPort: PORT };
  const length = writeGhostUdp(octets, rx, { ...ends, toPort: PORT - 1 }, text);
  call.input(length, now);
  aftermath.segments();
  if (call.udpReceive(endpoint) !== Fault.AGAIN) world.violated('a datagram for another port is taken');
  writeGhostUdp(octets, rx, ends, text);
  call.input(length, now);
  expect(aftermath, endpoint, text);
  octets.set([...text].reverse(), datagram + DatagramAt.PAYLOAD);
  call.udpSend(endpoint, GHOST, REMOTE_PORT, text.length);
  const sent = call.output(now);
  if (sent !== length || !isIntact(octets, tx, sent))
    world.violated(`a datagram of ${length} octets leaves with ${sent}`);
  for (const [i, octet] of text.entries()) {
    if (octets[tx + sent - 1 - i] !== octet) world.violated(`octet ${i} from the end of a datagram is wrong`);
  }
}

function expect({ machine, world }: Aftermath, endpoint: number, text: Uint8Array): void {
  const { call, octets, datagram } = machine;
  const got = call.udpReceive(endpoint);
  const at = datagram + DatagramAt.PAYLOAD;
  if (got !== text.length) world.violated(`a datagram of ${text.length} octets arrives, and ${got} are read`);
  if (octets.compare(text, 0, text.length, at, at + got) !== 0) world.violated('a datagram is read with other octets');
  const port = octets.readUInt16LE(datagram + DatagramAt.REMOTE_PORT);
  if (port !== REMOTE_PORT) world.violated(`a datagram is said to come from port ${port}`);
}

function putTogether(aftermath: Aftermath, endpoint: number): void {
  const { machine, station, world, dice } = aftermath;
  const { octets, rx, call } = machine;
  const ends = { from: GHOST, fromPort: REMOTE_PORT, to: station.address, toPort: PORT };
  const text = content(aftermath, SMALL - dice.below(8));
  const hand = (identification: number, spans: [number, number][]): void => {
    const whole = Buffer.alloc(SMALL + 28);
    const length = writeGhostUdp(whole, 0, ends, text);
    for (const piece of fragments(whole.subarray(0, length), identification, spans)) {
      piece.copy(octets, rx);
      call.input(piece.length, aftermath.now);
    }
  };
  const end = text.length + 8;
  const cut = 8 * dice.between(2, 5);
  const pieces: [number, number][] = [
    [0, cut],
    [cut, cut + 32],
    [cut + 32, end],
  ];
  pieces.sort(() => dice.fraction() - 0.5);
  hand(1, pieces);
  expect(aftermath, endpoint, text);
  hand(2, [
    [0, cut],
    [cut - 8, cut + 32],
    [cut + 32, end],
  ]);
  if (call.udpReceive(endpoint) !== Fault.AGAIN) world.violated('pieces that overlap make a datagram');
  aftermath.pass(FRAGMENTS_LIFE + 1);
  hand(3, pieces.slice(0, 2));
  hand(4, pieces.slice(2));
  if (call.udpReceive(endpoint) !== Fault.AGAIN) world.violated('pieces of two datagrams make one');
  aftermath.pass(FRAGMENTS_LIFE + 1);
  hand(5, pieces);
  expect(aftermath, endpoint, text);
}
