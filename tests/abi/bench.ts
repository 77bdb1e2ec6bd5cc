// One core on a bench: segments made by hand go in, what comes out is taken apart, and time moves when a test moves it.

import assert from 'node:assert/strict';
import { Config, Counter, Flag, Protocol } from '../../assembly/numbers.js';
import { Core } from '../../host/core.js';
import { type CoreCounters, type CoreInfo, type CoreRecord, dropName } from '../../host/decode.js';
import { loadModule } from '../../host/modules.js';
import { decodeDatagram, encodeDatagram, encodeSegment, type Segment } from '../../host/script/datagram.js';

export const HERE = 0xc0a80702; // 192.168.7.2
export const THERE = 0xc0a80701; // 192.168.7.1

/** A segment that the core has sent, its numbers relative to both initial ones where a peer reads it. */
export interface Sent {
  flags: string;
  seq: number;
  ack: number;
  win: number;
  urg: number;
  text: string;
  mss: number | undefined;
  /** ms behind the beginning of the wait in which it was sent. */
  after: number;
  segment: Segment;
  record: CoreRecord | undefined;
}

const LETTERS: readonly [string, number][] = [
  ['F', Flag.FIN],
  ['S', Flag.SYN],
  ['R', Flag.RST],
  ['P', Flag.PSH],
  ['.', Flag.ACK],
  ['U', Flag.URG],
];

const SECRET = [0x01234567, 0x89abcdef, 0x02468ace, 0x13579bdf] as const;

export class Bench {
  now = 5000;

  private constructor(readonly core: Core) {
    core.call.start(HERE, ...SECRET, this.now);
  }

  /** `settings` are for configure(), by the names of Config. */
  static async open(profile = 'board', settings: Partial<Record<keyof typeof Config, number>> = {}): Promise<Bench> {
    const bench = new Bench(await Core.load(await loadModule(profile)));
    for (const [name, value] of Object.entries(settings)) bench.configure(name as keyof typeof Config, value);
    return bench;
  }

  configure(name: keyof typeof Config, value: number): void {
    assert.equal(this.core.call.configure(Config[name], value), 0, `configure ${name} ${value}`);
  }

  /** One datagram arrives: why it was dropped, or 'none'. */
  input(datagram: Uint8Array): string {
    this.core.octets.set(datagram, this.core.constants.rx);
    return dropName(this.core.call.input(datagram.length, this.now));
  }

  /** One segment arrives. */
  segment(
    fields: Partial<Segment> & { flags: number; sourcePort: number; destinationPort: number; badSum?: boolean },
  ): string {
    const source = fields.source ?? THERE;
    const destination = fields.destination ?? HERE;
    const none = { seq: 0, ack: 0, win: 65535, urg: 0, text: new Uint8Array() };
    const segment = encodeSegment({ ...none, ...fields, source, destination, options: optionOctets(fields) });
    return this.input(encodeDatagram({ source, destination, protocol: Protocol.TCP, identification: 1 }, segment));
  }

  /** All that is due now. */
  outputs(after = 0): Sent[] {
    const sent: Sent[] = [];
    for (let octets = this.output(); octets !== undefined; octets = this.output()) {
      const decoded = decodeDatagram(octets);
      assert.ok('packet' in decoded, 'fault' in decoded ? decoded.fault : '');
      if (decoded.packet.kind === 'tcp') sent.push(this.#read(decoded.packet, after));
    }
    return sent;
  }

  /** The next datagram, undefined: nothing is due. */
  output(): Uint8Array | undefined {
    const { core } = this;
    for (let asked = 0; asked < 1000; asked++) {
      const counted = this.#countersOut();
      const length = core.call.output(this.now);
      if (length > 0) {
        const octets = core.octets.slice(core.constants.tx, core.constants.tx + length);
        const segments = octets[9] === Protocol.TCP ? 1 : 0;
        assert.deepEqual(this.#countersOut(), [(counted[0] ?? 0) + 1, (counted[1] ?? 0) + segments], 'counted once');
        return octets;
      }
      if (core.call.deadline(this.now) !== 0) return undefined;
    }
    throw new Error('deadline() says now and output() has nothing, again and again.');
  }

  /** Datagrams and segments that have left. */
  #countersOut(): number[] {
    return [Counter.DATAGRAMS_OUT, Counter.SEGMENTS_OUT].map((name) => this.core.call.counter(name) >>> 0);
  }

  /** Time passes; whatever falls due in it is sent at its moment. */
  pass(ms: number): Sent[] {
    const sent = this.outputs();
    let passed = 0;
    for (let left = this.core.call.deadline(this.now); left >= 0 && passed + left <= ms;) {
      assert.ok(left > 0, 'all that was due has been sent, and yet the deadline is now');
      passed += left;
      this.now = (this.now + left) >>> 0;
      sent.push(...this.outputs(passed));
      left = this.core.call.deadline(this.now);
    }
    this.now = (this.now + ms - passed) >>> 0;
    this.core.call.deadline(this.now); // the core knows no time but what calls tell it
    return sent;
  }

  listen(port = 80, backlog = 4): number {
    const listener = this.core.call.listen(0, port, backlog, 0);
    assert.ok(listener > 0, `listen answers ${listener}`);
    return listener;
  }

  info(handle: number): CoreInfo {
    return this.core.info(handle) ?? assert.fail(`there is no handle ${handle}`);
  }

  get record(): CoreRecord {
    return this.core.record() ?? assert.fail('nothing has been recorded');
  }

  /** What a piece of work adds to the counters, those that stay as they were left out. */
  counted(work: () => void): Record<string, number> {
    const before = flat(this.core.counters());
    work();
    const after = Object.entries(flat(this.core.counters()));
    return Object.fromEntries(
      after.map(([name, value]) => [name, value - (before[name] ?? 0)]).filter(([, more]) => more !== 0),
    );
  }

  /** Writes text for a connection to send. */
  write(handle: number, text: string): void {
    const octets = Buffer.from(text, 'latin1');
    for (let at = 0; at < octets.length;) {
      const room = this.core.call.sendRoom(handle);
      assert.ok(room > 0, `sendRoom answers ${room}`);
      const piece = octets.subarray(at, at + room);
      this.core.octets.set(piece, this.core.call.sendAt(handle));
      assert.equal(this.core.call.send(handle, piece.length, 0), 0);
      at += piece.length;
    }
  }

  /** Reads all that can be read now. */
  read(handle: number): string {
    let text = '';
    for (let ready = this.core.call.receiveReady(handle); ready > 0; ready = this.core.call.receiveReady(handle)) {
      const at = this.core.call.receiveAt(handle);
      text += Buffer.from(this.core.octets.subarray(at, at + ready)).toString('latin1');
      assert.equal(this.core.call.receive(handle, ready), 0);
    }
    return text;
  }

  #read(segment: Segment, after: number): Sent {
    const mss = segment.options.find(({ kind }) => kind === 2)?.value;
    return {
      flags: letters(segment.flags),
      seq: segment.seq,
      ack: segment.ack,
      win: segment.win,
      urg: segment.urg,
      text: Buffer.from(segment.text).toString('latin1'),
      mss: mss === undefined ? undefined : ((mss[0] ?? 0) << 8) | (mss[1] ?? 0),
      after,
      segment,
      record: this.core.record(),
    };
  }
}

export function flags(text: string): number {
  return LETTERS.reduce((sum, [letter, bit]) => (text.includes(letter) ? sum | bit : sum), 0);
}

function letters(bits: number): string {
  return LETTERS.map(([letter, bit]) => (bits & bit ? letter : '')).join('');
}

function optionOctets({ options = [] }: Partial<Segment>): Uint8Array {
  const octets = options.flatMap(({ kind, value }) => (kind < 2 ? [kind] : [kind, value.length + 2, ...value]));
  while (octets.length % 4 !== 0) octets.push(1);
  return Uint8Array.from(octets);
}

function flat({ drops, ...others }: CoreCounters): Record<string, number> {
  const named = Object.entries(drops).map(([name, value]) => [`drop ${name}`, value]);
  return { ...(others as Record<string, number>), ...(Object.fromEntries(named) as Record<string, number>) };
}
