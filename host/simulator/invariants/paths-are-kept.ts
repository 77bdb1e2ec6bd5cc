import { Flag, State } from '../../../assembly/numbers.js';
import { afterwards, GHOST } from '../aftermath.js';
import { writeGhostIcmp } from '../ghost.js';
import type { Invariant } from '../observer.js';

const LEAST = 296;
const HEADERS = 40;
const UNREACHABLE = 3;

export const pathsAreKept: Invariant = afterwards(
  'paths-are-kept',
  'When all is over, a router’s word about the path’s MTU is obeyed (RFC 1191), its other words end no connection (RFC 5461), and a guess is not believed (RFC 5927).',
  (aftermath) => {
    const { dice, machine, station, world } = aftermath;
    const { call, octets, rx, tx } = machine;
    if (station.mtu < 2 * LEAST) return;
    const [ghost, handle] = aftermath.connect(Uint8Array.of(2, 4, 5, 180));
    call.send(handle, Math.min(call.sendRoom(handle), 3 * station.mtu), 0);
    const [first] = aftermath.segments();
    if (first === undefined) return world.violated('text does not leave when all is over');
    const router = (code: number, mtu: number, offset: number): void => {
      // The quoted header: ours to the ghost.
      octets.writeUInt32BE((first.seq + offset) >>> 0, tx + 24);
      octets.writeUInt32BE(station.address, tx + 12);
      octets.writeUInt32BE(GHOST, tx + 16);
      octets.writeUInt16BE(first.sourcePort, tx + 20);
      octets.writeUInt16BE(first.destinationPort, tx + 22);
      const quoted = Uint8Array.from(octets.subarray(tx, tx + 28));
      const length = writeGhostIcmp(
        octets,
        rx,
        { from: GHOST, to: station.address, type: UNREACHABLE, code, value: mtu },
        quoted,
      );
      call.input(length, aftermath.now);
    };
    for (const code of [0, 1, 2, 3]) router(code, 0, 0);
    if (call.status(handle) !== State.ESTABLISHED) world.violated('a router’s word ends a connection');
    const mtu = dice.between(LEAST, station.mtu - 100);
    router(4, mtu, 2 ** 24);
    if (aftermath.segments().length > 0) world.violated('a guessed word about the path is believed');
    router(4, mtu, 0);
    const [next] = aftermath.segments();
    if (next === undefined || next.length > mtu - HEADERS || next.seq !== first.seq) {
      world.violated(`the path takes ${mtu} octets, and ${next?.length ?? 'no'} octets of text leave`);
    }
    ghost.send(Flag.RST, aftermath.now);
    call.abort(handle);
  },
);
