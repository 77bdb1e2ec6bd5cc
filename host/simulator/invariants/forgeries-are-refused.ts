import { Fault, Flag, InfoAt, State } from '../../../assembly/numbers.js';
import { type Aftermath, afterwards } from '../aftermath.js';
import type { Ghost } from '../ghost.js';
import type { Invariant } from '../observer.js';

const TEXT = Uint8Array.of(1, 2, 3, 4, 5);
/** A timestamp option: NOP, NOP, kind, length, TSval, TSecr. */
function stamp(value: number): Uint8Array {
  const octets = new DataView(new ArrayBuffer(12));
  octets.setUint32(0, 0x0101080a);
  octets.setUint32(4, value);
  return new Uint8Array(octets.buffer);
}

export const forgeriesAreRefused: Invariant = afterwards(
  'forgeries-are-refused',
  'When all is over, who does not know the exact numbers of a connection neither ends it nor puts text into it (RFC 5961, RFC 7323 section 5).',
  (aftermath) => {
    tryNumbers(aftermath);
    tryStamps(aftermath);
  },
);

function tryNumbers(aftermath: Aftermath): void {
  const { dice, machine, world } = aftermath;
  const [ghost, handle] = aftermath.connect();
  const { call } = machine;
  const near = dice.between(1, 200);
  const forgeries: [what: string, flags: number, offset: number, more: object, isAnswered: boolean][] = [
    ['a RST in the window', Flag.RST, near, {}, true],
    ['a RST left of the window', Flag.RST, -near, {}, false],
    ['a SYN in the window', Flag.SYN, dice.below(2) * near, {}, true],
    ['text that acknowledges what was never sent', Flag.ACK, 0, { ack: near, text: TEXT }, true],
    ['text that acknowledges what is long past', Flag.ACK, 0, { ack: -(2 ** 29) - near, text: TEXT }, true],
    ['text without an ACK', Flag.PSH, 0, { text: TEXT }, false],
    ['text left of the window', Flag.ACK, -TEXT.length - near, { text: TEXT }, true],
    ['text right of the window', Flag.ACK, 2 ** 20 + near, { text: TEXT }, true],
  ];
  for (const [what, flags, offset, more, isAnswered] of forgeries) {
    aftermath.forge(ghost, flags, offset, more);
    if (call.status(handle) !== State.ESTABLISHED) world.violated(`${what} ends a connection`);
    if (call.receiveReady(handle) !== Fault.AGAIN) world.violated(`${what} is taken`);
    const [answer] = aftermath.segments();
    if ((answer !== undefined) !== isAnswered) world.violated(`${what} is ${isAnswered ? 'not ' : ''}answered`);
    if (answer !== undefined && (answer.flags !== Flag.ACK || answer.ack !== ghost.seq >>> 0)) {
      world.violated(`${what} is answered by something else than an ACK of what was expected`);
    }
    // Beyond the limit of challenges (RFC 5961 section 7).
    aftermath.pass(10_000);
  }
  finish(aftermath, ghost, handle);
}

function tryStamps(aftermath: Aftermath): void {
  const { dice, machine, world } = aftermath;
  const value = dice.next();
  const [ghost, handle] = aftermath.connect(stamp(value));
  const isStamping = (machine.octets[machine.call.info(handle) + InfoAt.OPTIONS] ?? 0) & 2;
  if (isStamping !== 0) {
    aftermath.forge(ghost, Flag.ACK, 0, { text: TEXT, options: stamp(value - dice.between(1, 1000)) });
    if (machine.call.receiveReady(handle) !== Fault.AGAIN) world.violated('text with an old timestamp is taken');
    aftermath.segments();
  }
  machine.call.abort(handle);
}

/** The right text is taken, and the right RST ends it. */
function finish(aftermath: Aftermath, ghost: Ghost, handle: number): void {
  const { machine, now, world } = aftermath;
  ghost.send(Flag.ACK, now, { text: TEXT });
  // Where the ring ends in the middle of it, a part is ready.
  if (machine.call.receiveReady(handle) <= 0) world.violated('text is not taken when all is over');
  aftermath.reset(ghost);
  if (machine.call.status(handle) !== State.CLOSED) world.violated('a RST with the right number does not end it');
  machine.call.close(handle);
}
