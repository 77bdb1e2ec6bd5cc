// What is attacked: one core, a listener on port 7, an endpoint for datagrams. And the four checks behind each attack: no
// trap, nothing left behind, a ping and a handshake still work.
import assert from 'node:assert/strict';
import { Config, Counter, Fault, Flag, Option, State, Table } from '../../assembly/numbers.js';
import { Ghost } from '../../host/simulator/ghost.js';
import { type Machine, Machine as Core } from '../../host/simulator/machine.js';
import type { Profile } from '../../host/simulator/plan.js';
import { Row } from '../../host/simulator/row.js';
import { Segment } from '../../host/simulator/segment.js';
import { loadModule } from '../../host/modules.js';
import { echoRequest, OURS, PEER, PEER_PORT, PORT } from './datagrams.js';

export { PROFILES } from '../../host/simulator/plan.js';

/** ms; behind it every half-open entry, fragment and wait is over. */
const LONG = 400_000;

export class Target {
  readonly machine: Machine;
  readonly profile: Profile;
  readonly address = OURS;
  now = 1_000_000;
  listener = 0;
  #ports = 50_000;

  private constructor(profile: Profile, machine: Machine) {
    this.profile = profile;
    this.machine = machine;
    this.start();
  }

  static async of(profile: Profile): Promise<Target> {
    return new Target(profile, new Core(await loadModule(profile)));
  }

  get call(): Machine['call'] {
    return this.machine.call;
  }

  start(): void {
    this.call.start(OURS, 0x1234, 0x5678, 0x9abc, 0xdef0, this.now);
    this.listener = this.call.listen(0, PORT, 4, 1);
    assert.ok(this.listener > 0);
    this.call.udpOpen(0, PORT);
  }

  /** Hands a datagram in: what the core sends back. */
  hand(datagram: Uint8Array): Buffer[] {
    const { machine } = this;
    machine.octets.set(datagram.subarray(0, machine.mtu), machine.rx);
    this.call.input(Math.min(datagram.length, machine.mtu), this.now);
    return this.answers();
  }

  /** The reason for which a datagram is dropped; 0: none. */
  verdict(datagram: Uint8Array): number {
    this.machine.octets.set(datagram, this.machine.rx);
    return this.call.input(datagram.length, this.now);
  }

  answers(): Buffer[] {
    const { octets, tx } = this.machine;
    const sent: Buffer[] = [];
    for (let length = this.call.output(this.now); length > 0; length = this.call.output(this.now)) {
      sent.push(Buffer.from(octets.subarray(tx, tx + length)));
      assert.ok(sent.length < 1000, 'output never answers 0');
    }
    return sent;
  }

  /** The same with raw octets of a serial line: what comes back, frames and all. */
  handOctets(octets: Uint8Array): Buffer {
    const { machine } = this;
    const back: Buffer[] = [];
    const drain = (): void => {
      for (let n = this.call.serialOutput(this.now); n > 0; n = this.call.serialOutput(this.now)) {
        back.push(Buffer.from(machine.octets.subarray(machine.serialTx, machine.serialTx + n)));
      }
    };
    for (let at = 0; at < octets.length;) {
      const piece = octets.subarray(at, at + machine.serialChunk);
      machine.octets.set(piece, machine.serialRx);
      at += this.call.serialInput(piece.length, this.now);
      drain();
    }
    return Buffer.concat(back);
  }

  /** A peer in the middle of a connection, and our handle of it. `syn` and `ack`: options of the peer's two segments. */
  established(syn: readonly number[] = [], ack: readonly number[] = []): { ghost: Ghost; handle: number } {
    const ghost = this.ghost();
    ghost.send(Flag.SYN, this.now, { options: Uint8Array.from(syn) });
    const answer = ghost.receive(this.now);
    assert.equal(answer?.flags, Flag.SYN | Flag.ACK, 'a SYN is answered');
    assert.equal(ghost.send(Flag.ACK, this.now, { options: Uint8Array.from(ack) }), 0, 'a handshake works');
    const handle = this.call.accept(this.listener);
    assert.ok(handle > 0);
    assert.equal(this.call.status(handle), State.ESTABLISHED);
    return { ghost, handle };
  }

  ghost(port = this.#ports++): Ghost {
    return new Ghost(this.machine, { from: PEER, fromPort: port, to: OURS, toPort: PORT }, 0xfffffff0);
  }

  /** Everything that is there but listeners. */
  rows(): Row[] {
    const rows: Row[] = [];
    for (let at = this.call.list(0), i = 0; at > 0; at = this.call.list(++i)) {
      const row = new Row();
      row.read(this.machine, at);
      if (row.table !== Table.LISTENER) rows.push(row);
    }
    return rows;
  }

  count(table: number): number {
    return this.rows().filter((row) => row.table === table).length;
  }

  write(handle: number, text: Uint8Array): void {
    for (let at = 0; at < text.length;) {
      const room = this.call.sendRoom(handle);
      assert.ok(room > 0, `no room for octet ${at} of ${text.length}: ${room}`);
      const piece = text.subarray(at, at + room);
      this.machine.octets.set(piece, this.call.sendAt(handle));
      assert.equal(this.call.send(handle, piece.length, 0), 0);
      at += piece.length;
    }
  }

  /** All that can be read now. */
  read(handle: number): Buffer {
    const pieces: Buffer[] = [];
    for (let ready = this.call.receiveReady(handle); ready > 0; ready = this.call.receiveReady(handle)) {
      const at = this.call.receiveAt(handle);
      pieces.push(Buffer.from(this.machine.octets.subarray(at, at + ready)));
      assert.equal(this.call.receive(handle, ready), 0);
    }
    return Buffer.concat(pieces);
  }

  /** Time passes: what was due in it, all told. */
  pass(ms: number): Buffer[] {
    const end = this.now + ms;
    const sent: Buffer[] = [];
    for (let turns = 0; turns < 100_000; turns++) {
      sent.push(...this.answers());
      const deadline = this.call.deadline(this.now);
      if (deadline < 0 || this.now + deadline > end) break;
      this.now += deadline;
    }
    this.now = end;
    return [...sent, ...this.answers()];
  }

  /** The four checks. Who has attacked has let go of its handles. */
  stillWorks(): void {
    this.answers();
    this.pings();
    this.shakesHands();
    this.pass(LONG);
    // Who came through a listener and was never accepted still waits.
    for (let handle = this.call.accept(this.listener); handle > 0; handle = this.call.accept(this.listener))
      this.call.abort(handle);
    this.pass(LONG);
    assert.deepEqual(this.rows(), [], 'nothing is left behind');
    assert.equal(this.call.deadline(this.now), -1, 'nothing more will happen');
    assert.equal(this.freeConnections(), this.machine.connections, 'every slot comes back');
  }

  pings(): void {
    const echoes = this.call.counter(Counter.ECHOES);
    const [answer] = this.hand(echoRequest(7));
    assert.ok(answer, 'a ping is answered');
    assert.equal(answer[20], 0);
    assert.deepEqual(answer.subarray(24), echoRequest(7).subarray(24));
    assert.equal(this.call.counter(Counter.ECHOES), echoes + 1);
  }

  shakesHands(): void {
    const { ghost, handle } = this.established();
    ghost.send(Flag.ACK | Flag.PSH, this.now, { text: Buffer.from('hello') });
    assert.equal(this.read(handle).toString(), 'hello');
    this.call.option(handle, Option.LINGER, 0);
    this.call.close(handle);
    const segment = new Segment();
    const resets = this.answers().filter((octets) => segment.read(octets, 0, octets.length) && segment.has(Flag.RST));
    assert.equal(resets.length, 1, 'and ended');
  }

  freeConnections(): number {
    const handles: number[] = [];
    for (let handle = this.call.open(PEER, 1, 1); handle > 0; handle = this.call.open(PEER, 1 + handles.length, 1)) {
      handles.push(handle);
    }
    assert.equal(this.call.open(PEER, 9999, 9999), Fault.NO_RESOURCES);
    for (const handle of handles) this.call.abort(handle);
    this.answers();
    return handles.length;
  }

  /** Cookies never, so that a table can be seen to be full. */
  withoutCookies(): void {
    this.call.configure(Config.COOKIES, 2);
  }
}

/** The segments among datagrams. */
export function segmentsOf(datagrams: readonly Buffer[]): Segment[] {
  return datagrams.flatMap((octets) => {
    const segment = new Segment();
    return segment.read(octets, 0, octets.length) ? [segment] : [];
  });
}

export { PEER_PORT };
