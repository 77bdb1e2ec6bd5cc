// One connection of the target, and a peer who knows its numbers and says what he likes.
import assert from 'node:assert/strict';
import { Flag } from '../../assembly/numbers.js';
import type { Ghost, GhostSegment } from '../../host/simulator/ghost.js';
import { Row } from '../../host/simulator/row.js';
import type { Segment } from '../../host/simulator/segment.js';
import { segmentsOf, type Target } from './target.js';

/** Numbers relative to RCV.NXT and SND.NXT of the core as they stand. */
export interface Said {
  seq?: number;
  ack?: number;
  window?: number;
  urgent?: number;
  text?: string | Uint8Array;
  options?: readonly number[];
}

export class Victim {
  readonly target: Target;
  readonly ghost: Ghost;
  readonly handle: number;
  readonly #row = new Row();

  constructor(target: Target, ghost: Ghost, handle: number) {
    this.target = target;
    this.ghost = ghost;
    this.handle = handle;
  }

  /** An established connection; `syn` and `ack`: the options of the peer's two segments. */
  static of(target: Target, syn: readonly number[] = [], ack: readonly number[] = []): Victim {
    const { ghost, handle } = target.established(syn, ack);
    return new Victim(target, ghost, handle);
  }

  /** What the core knows of the connection. */
  get row(): Row {
    const at = this.target.call.info(this.handle);
    assert.ok(at > 0, `the handle answers ${at}`);
    this.#row.read(this.target.machine, at);
    return this.#row;
  }

  get state(): number {
    return this.target.call.status(this.handle);
  }

  /** The ms clock of the target passes. */
  pass(ms: number): Segment[] {
    return this.#mine(this.target.pass(ms));
  }

  /** A segment arrives: what the core says to this peer. */
  hear(flags: number, said: Said = {}): Segment[] {
    this.give(flags, said);
    return this.#mine(this.target.answers());
  }

  /** The same, and nothing is asked of the core yet: why it was dropped. */
  give(flags: number, said: Said = {}): number {
    const { rcvNxt, nxt } = this.row;
    const segment: Partial<GhostSegment> = { seq: rcvNxt + (said.seq ?? 0), ack: nxt + (said.ack ?? 0) };
    if (said.window !== undefined) segment.window = said.window;
    if (said.urgent !== undefined) segment.urgent = said.urgent;
    if (said.text !== undefined) segment.text = Buffer.from(said.text);
    if (said.options !== undefined) segment.options = Uint8Array.from(said.options);
    return this.ghost.send(flags, this.target.now, segment);
  }

  /** What was said of it comes back as one ACK, and the connection lives. */
  isChallenged(flags: number, said: Said = {}): void {
    const { rcvNxt, nxt } = this.row;
    const { state } = this;
    const answers = this.hear(flags, said);
    assert.deepEqual(
      answers.map((one) => [one.flags, one.seq, one.ack, one.length]),
      [[Flag.ACK, nxt, rcvNxt, 0]],
    );
    assert.equal(this.state, state);
  }

  isIgnored(flags: number, said: Said = {}): void {
    const { state } = this;
    assert.deepEqual(this.hear(flags, said), []);
    assert.equal(this.state, state);
  }

  /** Text flows both ways as ever. */
  isWell(): void {
    this.hear(Flag.ACK | Flag.PSH, { text: 'well?' });
    assert.equal(this.target.read(this.handle).toString(), 'well?');
    this.target.write(this.handle, Buffer.from('well!'));
    const text = this.#mine(this.target.answers()).filter((one) => one.length > 0);
    assert.equal(text.length, 1);
    this.hear(Flag.ACK);
    assert.equal(this.row.una, this.row.nxt, 'the text is acknowledged');
  }

  /** The attack is over: the handle is let go and its end is not told twice. */
  end(): void {
    this.target.call.abort(this.handle);
    this.target.answers();
  }

  #mine(datagrams: readonly Buffer[]): Segment[] {
    return segmentsOf(datagrams).filter(({ destinationPort }) => destinationPort === this.ghost.ends.fromPort);
  }
}
