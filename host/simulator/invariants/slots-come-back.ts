import { Config, Counter, Fault, Flag, State, Table } from '../../../assembly/numbers.js';
import { Ghost } from '../ghost.js';
import type { Machine } from '../machine.js';
import type { Invariant } from '../observer.js';
import type { Station } from '../station.js';
import type { World } from '../world.js';

/** An address that is no station's. */
const GHOST = 0x0a090909;
const PORT = 9;
/** Larger tables are filled in a few runs only: it takes time. */
const SMALL = 64;
const ONE_IN = 16;

export const slotsComeBack: Invariant = {
  name: 'slots-come-back',
  sentence:
    'At the end only listeners are left, and every slot, half-open and TIME-WAIT entry can be taken again: exactly as many as were built.',
  watch: (world) => ({
    atEnd() {
      for (const station of world.stations) {
        checkNothingIsLeft(world, station);
        const isLarge = station.machine.timeWaits > SMALL;
        if (!isLarge || world.plan.seed % ONE_IN === 0) fillAll(world, station);
      }
    },
  }),
};

function checkNothingIsLeft(world: World, station: Station): void {
  const { call } = station.machine;
  station.look();
  const listeners: number[] = [];
  for (let i = 0; i < station.count; i++) {
    const row = station.rows[i];
    if (row === undefined) continue;
    if (row.table !== Table.LISTENER)
      world.violated(`station ${station.index} still has a connection in state ${row.state}`);
    listeners.push(row.handle);
  }
  for (const listener of listeners) call.close(listener);
  if (call.list(0) !== 0) world.violated(`station ${station.index} still has something`);
}

function fillAll(world: World, station: Station): void {
  const { machine } = station;
  const now = station.now(world.time);
  machine.call.configure(Config.COOKIES, 2);
  machine.call.configure(Config.SYN_QUEUE, machine.synQueue);
  fillConnections(world, machine, now);
  fillListeners(world, machine);
  fillSynQueue(world, station, now);
  fillTimeWaits(world, station, now);
}

function fillConnections(world: World, { call, connections }: Machine, now: number): void {
  const handles: number[] = [];
  for (let handle = call.open(GHOST, 1, 1); handle > 0; handle = call.open(GHOST, 1 + handles.length, 1))
    handles.push(handle);
  if (handles.length !== connections) world.violated(`${handles.length} of ${connections} connections can be opened`);
  for (const handle of handles) call.abort(handle);
  while (call.output(now) > 0);
}

function fillListeners(world: World, { call, listeners }: Machine): void {
  const handles: number[] = [];
  for (let handle = 1; handle > 0;) {
    handle = call.listen(0, 100 + handles.length, 1, 1);
    if (handle > 0) handles.push(handle);
    else if (handle !== Fault.NO_RESOURCES) world.violated(`listen answers ${handle}`);
  }
  if (handles.length !== listeners) world.violated(`${handles.length} of ${listeners} listeners can be opened`);
  for (const handle of handles) call.close(handle);
}

function fillSynQueue(world: World, station: Station, now: number): void {
  const { machine, address } = station;
  const listener = machine.call.listen(0, PORT, 1, 1);
  for (let i = 0; i <= machine.synQueue; i++) {
    const ghost = new Ghost(machine, { from: GHOST, fromPort: 1000 + i, to: address, toPort: PORT }, i * 1000);
    ghost.send(Flag.SYN, now);
  }
  const taken = countRows(station, Table.SYN_QUEUE);
  if (taken !== machine.synQueue) world.violated(`${taken} of ${machine.synQueue} half-open entries can be taken`);
  machine.call.close(listener);
  while (machine.call.output(now) > 0);
}

/** One connection after the other, closed from our side; with the wait over all are gone. */
function fillTimeWaits(world: World, station: Station, now: number): void {
  const { machine, address } = station;
  const { call } = machine;
  const recycled = call.counter(Counter.TIME_WAIT_RECYCLED);
  const listener = call.listen(0, PORT, 1, 1);
  for (let i = 0; i < machine.timeWaits; i++) {
    const ghost = new Ghost(machine, { from: GHOST, fromPort: 1000 + i, to: address, toPort: PORT }, i * 1000);
    if (!ghost.open(now)) world.violated('a handshake with an empty table fails');
    call.close(call.accept(listener));
    ghost.receive(now);
    ghost.send(Flag.FIN | Flag.ACK, now);
    ghost.receive(now);
  }
  const taken = countRows(station, Table.TIME_WAIT);
  if (taken !== machine.timeWaits) world.violated(`${taken} of ${machine.timeWaits} TIME-WAIT entries can be taken`);
  if (call.counter(Counter.TIME_WAIT_RECYCLED) !== recycled)
    world.violated('a TIME-WAIT entry gave way in a table with room');
  call.close(listener);
  const later = (now + 2 * station.msl) >>> 0;
  // With Config.STEP each ends in a call of its own.
  for (let i = 0; i <= machine.timeWaits; i++) call.output(later);
  if (call.list(0) !== 0) world.violated('2 MSL have passed, and a TIME-WAIT entry is left');
  if (call.deadline(later) !== -1) world.violated('nothing is left, and the deadline is not -1');
}

function countRows(station: Station, table: number): number {
  station.look();
  let count = 0;
  for (let i = 0; i < station.count; i++) {
    const row = station.rows[i];
    if (row?.table !== table) continue;
    const isRight = table === Table.SYN_QUEUE ? row.state === State.SYN_RECEIVED : row.state === State.TIME_WAIT;
    if (isRight) count += 1;
  }
  return count;
}
