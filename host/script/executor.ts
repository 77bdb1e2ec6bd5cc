import { Flag } from '../../assembly/numbers.js';
import { compareSegment } from './compare.js';
import type { Segment } from './datagram.js';
import { ScriptFailure, UnsupportedStatement } from './failure.js';
import { checkAssertions } from './expression.js';
import { formatPacket, formatSegment, formatTime, formatWhen } from './format.js';
import { Injector } from './inject.js';
import type { Relaxations } from './relaxations.js';
import { add, distance } from './sequence.js';
import type { Settings } from './settings.js';
import { type Emitted, Stack, type ScriptCore } from './stack.js';
import type { Code, IcmpPacket, Script, Statement, TcpPacket, Time } from './syntax.js';
import { SystemCalls } from './system-calls.js';
import { tcpInfo } from './tcp-info.js';
import { timeWindow } from './time-window.js';

/** How long `*` waits for a segment before it says that none comes: longer than any time-out of TCP. */
const PATIENCE = 4 * 3_600_000_000;
/** Ticks of our clock of 4 microseconds (RFC 9293 section 3.4.1) in one millisecond. */
const ISN_TICKS = 250;

/** The first SYN shows that our numbers begin elsewhere than --iss asks: begin again with the clock this much later. */
export class OtherClock extends Error {
  override readonly name = 'OtherClock';
  constructor(readonly laterMs: number) {
    super(`the clock should show ${laterMs} ms more`);
  }
}

/** Runs one script against one core, in virtual time. */
export class Executor {
  readonly notes: string[] = [];
  readonly #stack: Stack;
  readonly #calls: SystemCalls;
  readonly #injector = new Injector();
  readonly #statements: readonly Statement[];
  /** Segments that have left and that no statement has spoken of yet. */
  readonly #unread: Emitted[] = [];
  /** Where relative times count from. */
  #begin = 0;
  #line = 0;
  /** The first SYN of ours has shown where --iss has led; later connections begin where they will. */
  #hasPlaced = false;

  constructor(
    script: Script,
    private readonly settings: Settings,
    core: ScriptCore,
    private readonly relaxations: Relaxations,
    start: (now: number) => void,
  ) {
    this.#statements = script.statements;
    this.#stack = new Stack(core, settings.origin, (emitted) => this.#noteEmitted(emitted));
    start(this.#stack.milliseconds);
    this.#calls = new SystemCalls(core, this.#stack, settings, relaxations, start);
  }

  /** The statement being carried out. */
  get line(): number {
    return this.#line;
  }

  run(): void {
    this.#calls.configure();
    this.#stack.settle();
    for (const statement of this.#statements) {
      this.#line = statement.line;
      this.#perform(statement);
    }
    this.#finish();
  }

  #perform({ line, time, action }: Statement): void {
    if (action.kind === 'shell') {
      this.notes.push(`line ${line}: skipped \`${action.text}\``);
      this.#pass(time);
    } else if (action.kind === 'call') {
      this.#pass(time);
      const until = action.blocksUntil;
      const base = time.kind === 'relative' || time.kind === 'relative-range' ? this.#begin : 0;
      this.#begin = this.#stack.now;
      this.#calls.begin(action, line, until === undefined ? undefined : until + base);
      this.#settle();
      return;
    } else if (action.kind === 'code') {
      this.#pass(time);
      this.#assert(action, line);
    } else if (action.direction === 'in') {
      this.#pass(time);
      this.#inject(action);
    } else {
      this.#expect(action, time, line);
      return;
    }
    this.#begin = this.#stack.now;
  }

  /** Lets time pass up to a statement that is not about a segment of ours. */
  #pass(time: Time): void {
    const { from } = timeWindow(time, this.#begin, 0);
    this.#advance(Math.max(from, this.#stack.now));
  }

  #advance(to: number): void {
    for (;;) {
      const next = Math.min(this.#stack.wake, this.#calls.wake);
      if (next > to) break;
      this.#moveTo(next);
      this.#settle();
    }
    this.#moveTo(to);
    this.#calls.checkOverdue();
  }

  /** Nothing that has left may stay unspoken of once its moment is past. */
  #moveTo(to: number): void {
    const [first] = this.#unread;
    const isPast = first !== undefined && to > first.at + this.settings.toleranceMicroseconds;
    if (isPast && !this.#isAwaited(first)) {
      throw new ScriptFailure(this.#line, 'no segment before this', this.#describe(first));
    }
    this.#stack.now = Math.max(to, this.#stack.now);
  }

  /** `*` speaks of segments whenever they left; and with --peer nobody need speak of those behind the last expected. */
  #isAwaited(first: Emitted): boolean {
    const isOutbound = ({ line, action }: Statement): boolean =>
      line >= this.#line && 'direction' in action && action.direction === 'out';
    const next = this.#statements.find(isOutbound);
    if (next !== undefined) return next.time.kind === 'any';
    if (!this.relaxations.mayEndEarly(this.#line, this.#describe(first))) return false;
    this.#unread.shift();
    return true;
  }

  #settle(): void {
    do this.#stack.settle();
    while (this.#calls.retry());
  }

  #inject(packet: TcpPacket | IcmpPacket): void {
    const peer = this.#calls.peers.find(packet.peer);
    if (packet.kind === 'icmp') {
      this.#handIn(this.#injector.icmp(packet, peer));
      this.#settle();
      return;
    }
    const placed = packet.isAtEdge ? { ...packet, seq: add(peer.edge, packet.seq) } : packet;
    const rebased = this.relaxations.rebase(placed, peer, this.#line);
    if ((packet.flags & Flag.SYN) !== 0) {
      const offersScale = packet.options.some(({ kind }) => kind === 'wscale');
      peer.noteSyn(placed.seq, offersScale, this.#calls.peers.row(peer)?.state);
    }
    this.#handIn(this.#injector.segment(rebased, peer));
    if (!packet.isHeld) this.#settle();
  }

  #handIn(datagram: Uint8Array): void {
    const { length } = datagram;
    if (!this.#stack.carries(datagram))
      throw new UnsupportedStatement(this.#line, `a datagram of ${length} octets, above the MTU`);
    this.#stack.handIn(datagram);
  }

  #expect(packet: TcpPacket | IcmpPacket, time: Time, line: number): void {
    const tolerance = this.#tolerance(time);
    const { from, to } = timeWindow(time, this.#begin, tolerance);
    const when = formatWhen(time, this.#begin);
    const emitted = this.#awaitSegment(Math.min(to, this.#stack.now + PATIENCE));
    const expected = `${formatPacket(packet)} ${when}`;
    if (emitted === undefined) throw new ScriptFailure(line, expected, `nothing by ${formatTime(this.#stack.now)}`);
    this.#unread.shift();
    this.#compare(packet, emitted, line, expected);
    if (emitted.at < from || emitted.at > to) {
      throw new ScriptFailure(line, expected, `${this.#describe(emitted)}: ${emitted.at < from ? 'early' : 'late'}`);
    }
    const isExact = time.kind === 'absolute' || time.kind === 'relative';
    this.#begin = isExact ? to - tolerance : Math.max(emitted.at, this.#begin);
  }

  #tolerance(time: Time): number {
    const { toleranceMicroseconds, tolerancePercent } = this.settings;
    const { to } = timeWindow(time, this.#begin, 0);
    const share = Number.isFinite(to) ? ((to - this.#begin) * tolerancePercent) / 100 : 0;
    return Math.max(toleranceMicroseconds, share);
  }

  #awaitSegment(to: number): Emitted | undefined {
    this.#settle();
    while (this.#unread.length === 0) {
      const next = Math.min(this.#stack.wake, this.#calls.wake);
      if (next > to) break;
      this.#moveTo(next);
      this.#settle();
    }
    return this.#unread[0];
  }

  #compare(packet: TcpPacket | IcmpPacket, emitted: Emitted, line: number, expected: string): void {
    const { decoded } = emitted;
    if ('fault' in decoded) throw new ScriptFailure(line, expected, decoded.fault);
    if (packet.kind === 'icmp') return this.#compareIcmp(packet, emitted, line, expected);
    const segment = decoded.packet;
    const peer = this.#calls.peers.find(packet.peer);
    if (segment.kind === 'icmp' || !peer.owns(segment))
      throw new ScriptFailure(line, expected, this.#describe(emitted));
    this.#learnIsn(packet, segment);
    const ticks = this.settings.toleranceMicroseconds / this.settings.timestampTick;
    const { difference, relaxed } = compareSegment(packet, segment, peer, this.relaxations.leniency, ticks);
    for (const what of relaxed) this.relaxations.note(line, what);
    if (difference !== undefined) {
      throw new ScriptFailure(line, expected, `${this.#describe(emitted)}: ${difference}`);
    }
  }

  #compareIcmp(packet: IcmpPacket, emitted: Emitted, line: number, expected: string): void {
    const message = 'packet' in emitted.decoded ? emitted.decoded.packet : undefined;
    const isSame = message?.kind === 'icmp' && message.type === packet.type && message.code === packet.code;
    if (!isSame) throw new ScriptFailure(line, expected, this.#describe(emitted));
  }

  /** What the script calls our ISN, and whether it is where --iss wants it. */
  #learnIsn(packet: TcpPacket, segment: Segment): void {
    if ((segment.flags & packet.flags & Flag.SYN) === 0) return;
    const peer = this.#calls.peers.find(packet.peer);
    if (peer.localIsn === segment.seq) peer.scriptIsn = packet.seq;
    const { iss } = this.settings;
    if (iss === undefined || this.#hasPlaced) return;
    this.#hasPlaced = true;
    const left = distance(segment.seq, iss);
    if (left >= ISN_TICKS) throw new OtherClock(Math.floor(left / ISN_TICKS));
  }

  #assert({ text }: Code, line: number): void {
    const wrong = checkAssertions(text, tcpInfo(this.#calls.lastInfo()), line);
    if (wrong !== undefined) throw new ScriptFailure(line, text, wrong);
  }

  #noteEmitted(emitted: Emitted): void {
    this.#unread.push(emitted);
    if ('fault' in emitted.decoded || emitted.decoded.packet.kind === 'icmp') return;
    const segment = emitted.decoded.packet;
    this.#calls.peers.owner(segment)?.noteSent(segment);
  }

  #describe({ at, decoded }: Emitted): string {
    const when = `at ${formatTime(at)}`;
    if ('fault' in decoded) return `${decoded.fault} ${when}`;
    const { packet } = decoded;
    if (packet.kind === 'icmp') return `> icmp type ${packet.type} code ${packet.code} ${when}`;
    const peer = this.#calls.peers.owner(packet);
    if (peer === undefined) return `a segment to port ${packet.destinationPort} of nobody in this script ${when}`;
    const text = formatSegment(peer.relative(packet));
    const label = peer === this.#calls.peers.current || peer.label === 0 ? '' : `@${peer.label}`;
    return `${text.replace('>', `>${label}`)} ${when}`;
  }

  /** The end of the script: every call has returned, and nothing has left that it does not speak of. */
  #finish(): void {
    this.#settle();
    this.#advance(Math.max(this.#calls.waitsUntil, this.#stack.now));
    this.#calls.checkFinished();
    for (const emitted of this.#unread) {
      const what = this.#describe(emitted);
      if (!this.relaxations.mayEndEarly(this.#line, what)) {
        throw new ScriptFailure(this.#line, 'nothing more at the end of the script', what);
      }
    }
  }
}
