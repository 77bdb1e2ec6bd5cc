import { Fault, Flag, InfoAt, Option, State } from '../../../assembly/numbers.js';
import { afterwards } from '../aftermath.js';
import type { Invariant } from '../observer.js';

export const idlePeersAreProbed: Invariant = afterwards(
  'idle-peers-are-probed',
  'When all is over, keepalive probes with SND.NXT - 1 behind the idle time, begins anew when it is answered, and gives up behind the last probe (RFC 9293 section 3.8.4).',
  (aftermath) => {
    const { dice, machine, world } = aftermath;
    const { call } = machine;
    const [ghost, handle] = aftermath.connect();
    const idle = dice.between(1000, 5000);
    const interval = dice.between(300, 900);
    const count = dice.between(1, 4);
    call.option(handle, Option.KEEPALIVE_IDLE, idle);
    call.option(handle, Option.KEEPALIVE_INTERVAL, interval);
    call.option(handle, Option.KEEPALIVE_COUNT, count);
    call.option(handle, Option.KEEPALIVE, 1);
    const probe = (ms: number): void => {
      aftermath.pass(ms - 1);
      if (aftermath.segments().length > 0) world.violated('keepalive probes too early');
      aftermath.pass(1);
      const [segment] = aftermath.segments();
      if (segment === undefined) return world.violated('keepalive does not probe');
      if (segment.seq !== (ghost.ack - 1) >>> 0) world.violated('the probe of keepalive needs no answer');
    };
    probe(idle);
    ghost.send(Flag.ACK, aftermath.now);
    probe(idle);
    for (let i = 1; i < count; i++) probe(interval);
    aftermath.pass(interval);
    const [last] = aftermath.segments();
    const fault = machine.octets.readInt8(call.info(handle) + InfoAt.FAULT);
    if (call.status(handle) !== State.CLOSED || fault !== Fault.TIMED_OUT) world.violated('keepalive does not give up');
    if (last === undefined || !last.has(Flag.RST)) world.violated('keepalive gives up and sends no RST');
    call.close(handle);
  },
);
