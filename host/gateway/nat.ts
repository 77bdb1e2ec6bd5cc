import { connect } from 'node:net';
import { Event, ListenFlag } from '../../assembly/numbers.js';
import type { Cancel } from '../clock.js';
import type { CoreInfo } from '../core.js';
import { faultError } from '../fault.js';
import type { Endpoint, Network } from '../net/network.js';
import { Socket } from '../net/socket.js';
import { endJoined, join, type Connection } from './join.js';
import type { Rules } from './rules.js';
import { realTarget, targetText, type Target, type Tell } from './target.js';

export interface NatOptions {
  rules: Rules;
  tell?: Tell;
  /** Opens the real connection, which must allow being half open. */
  dial?: (target: Target) => Connection;
  /** How long a real connect may take; less than the core keeps a SYN that waits. */
  connectMs?: number;
  /** How often peers that have given up in silence are looked for. */
  sweepMs?: number;
}

/** As many as the core keeps; a backlog beyond its connections would promise what cannot be held. */
const BACKLOG = 256;
const CONNECT_MS = 20_000;
const SWEEP_MS = 5000;
/** A board that was started anew says nothing of its former connections: it is asked after so many ms of silence. */
const KEEP_ALIVE_MS = 60_000;

/** A board's SYN between its arrival and the moment when both connections are joined. */
interface Attempt {
  readonly ticket: number;
  readonly from: string;
  readonly to: string;
  readonly real: Connection;
  readonly cancelTimer: Cancel;
  isAdmitted: boolean;
}

/**
 * The way out for a board's connections, in user mode: whatever address and port it asks for, a real connection is opened
 * first, and only then its SYN is answered, in that address's name. So the board meets the far end's own answer: a port that
 * is closed there is a RST here, a host that does not answer is ICMP's host unreachable.
 */
export class Nat implements Endpoint {
  readonly counts = { requested: 0, joined: 0, denied: 0, failed: 0, abandoned: 0 };

  readonly #network: Network;
  readonly #options: Required<NatOptions>;
  readonly #attempts = new Map<string, Attempt>();
  readonly #joined = new Map<Connection, { real: Connection; closed: Promise<void> }>();
  #listener: number;
  #cancelSweep: Cancel | undefined;

  /** The core must have been told to stand for every address (Config.ANY_ADDRESS). */
  constructor(network: Network, options: NatOptions) {
    this.#network = network;
    this.#options = { tell: () => undefined, dial, connectMs: CONNECT_MS, sweepMs: SWEEP_MS, ...options };
    this.#listener = network.core.call.listen(0, 0, BACKLOG, ListenFlag.DEFER | ListenFlag.REUSE_ADDRESS);
    if (this.#listener < 0) throw faultError(this.#listener, 'listen', { address: '0.0.0.0', port: 0 }, true);
    network.adopt(this.#listener, this);
    network.hold();
  }

  /** Connections that wait for the far end, or for the board to hear of it. */
  get waiting(): number {
    return this.#attempts.size;
  }

  /** Connections that are joined now. */
  get connections(): number {
    return this.#joined.size;
  }

  onEvents(events: number): void {
    const { core } = this.#network;
    if ((events & Event.REQUEST) !== 0)
      for (let asked = core.request(this.#listener); asked !== undefined; asked = core.request(this.#listener))
        this.#requested(asked);
    if ((events & Event.ACCEPT) !== 0)
      for (let handle = this.#accept(); handle > 0; handle = this.#accept()) this.#accepted(handle);
  }

  /** Takes no more, ends what is joined with FIN in both directions, and resets what has not ended in time. */
  async close(graceMs = 1000): Promise<void> {
    if (this.#listener > 0 && this.#network.stopped === undefined) {
      this.#network.core.call.close(this.#listener);
      this.#network.kick();
    }
    this.#stop();
    const ends = [...this.#joined].map(([board, { real, closed }]) => endJoined(board, real, closed, graceMs));
    await Promise.all(ends);
  }

  shutDown(): void {
    void this.close();
  }

  onStopped(): void {
    this.#stop();
  }

  #requested(asked: CoreInfo): void {
    const wanted = { address: asked.localAddress, port: asked.localPort };
    const target = realTarget(wanted, this.#network.address);
    const from = targetText({ address: asked.remoteAddress, port: asked.remotePort });
    const to = targetText(wanted);
    this.counts.requested += 1;
    // One that gave up and began anew with the same ports: its former connect is nobody's any more.
    const key = keyOf(asked);
    this.#abandon(key);
    const rule = this.#options.rules.judge(target.address, target.port);
    if (!rule.allows) {
      this.counts.denied += 1;
      this.#options.tell({ protocol: 'tcp', from, to, what: 'denied', why: rule.text });
      this.#refuse(asked.handle, REFUSED);
      return;
    }
    this.#dial(key, { ticket: asked.handle, from, to }, target);
  }

  #dial(key: string, about: Pick<Attempt, 'ticket' | 'from' | 'to'>, target: Target): void {
    const { clock } = this.#network;
    const real = this.#options.dial(target);
    const cancelTimer = clock.setTimer(this.#options.connectMs, () => this.#failed(key, attempt, 'ETIMEDOUT'));
    const attempt: Attempt = { ...about, real, cancelTimer, isAdmitted: false };
    this.#attempts.set(key, attempt);
    this.#sweepLater();
    real.once('connect', () => this.#connected(key, attempt));
    real.on('error', (error: NodeJS.ErrnoException) => this.#failed(key, attempt, error.code ?? error.message));
  }

  /** The far end is there: now the board may hear so. Its text waits in the kernel until both are joined. */
  #connected(key: string, attempt: Attempt): void {
    if (this.#attempts.get(key) !== attempt) return;
    attempt.cancelTimer();
    attempt.isAdmitted = true;
    if (this.#network.core.call.admit(attempt.ticket) < 0) this.#abandon(key);
    else this.#network.kick();
  }

  /** The far end cannot be had. Behind admit() the board's handshake still ends, and meets a RST then. */
  #failed(key: string, attempt: Attempt, code: string): void {
    if (this.#attempts.get(key) !== attempt || attempt.isAdmitted) return;
    this.#attempts.delete(key);
    attempt.cancelTimer();
    attempt.real.destroy();
    this.counts.failed += 1;
    const { from, to } = attempt;
    this.#options.tell({ protocol: 'tcp', from, to, what: 'failed', why: code });
    this.#refuse(attempt.ticket, REASONS[code] ?? REFUSED);
  }

  #refuse(ticket: number, reason: number): void {
    if (this.#network.stopped !== undefined) return;
    // BAD_HANDLE: the board has given up meanwhile, and there is nobody to tell.
    this.#network.core.call.refuse(ticket, reason);
    this.#network.kick();
  }

  #accept(): number {
    return this.#listener > 0 ? this.#network.core.call.accept(this.#listener) : 0;
  }

  #accepted(handle: number): void {
    const info = this.#network.core.info(handle);
    const key = info === undefined ? '' : keyOf(info);
    const attempt = this.#attempts.get(key);
    this.#attempts.delete(key);
    if (attempt === undefined || attempt.real.destroyed) {
      this.counts.failed += 1;
      this.#network.core.call.abort(handle);
      this.#network.kick();
      return;
    }
    const { real } = attempt;
    const board = Socket.accepted(this.#network, handle, {
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
    this.counts.joined += 1;
    const closed = join(board, real).finally(() => this.#joined.delete(board));
    this.#joined.set(board, { real, closed });
  }

  /** Peers that reset their SYN, or never finished the handshake, leave the core's table without a word. */
  #sweep(): void {
    this.#cancelSweep = undefined;
    if (this.#network.stopped !== undefined || this.#attempts.size === 0) return;
    const present = new Set(this.#network.core.list().map(keyOf));
    for (const key of [...this.#attempts.keys()]) if (!present.has(key)) this.#abandon(key);
    if (this.#attempts.size > 0)
      this.#cancelSweep = this.#network.clock.setTimer(this.#options.sweepMs, () => this.#sweep());
  }

  #sweepLater(): void {
    this.#cancelSweep ??= this.#network.clock.setTimer(this.#options.sweepMs, () => this.#sweep());
  }

  #abandon(key: string): void {
    const attempt = this.#attempts.get(key);
    if (attempt === undefined) return;
    this.#attempts.delete(key);
    attempt.cancelTimer();
    this.counts.abandoned += 1;
    discard(attempt.real);
  }

  #stop(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    for (const key of [...this.#attempts.keys()]) this.#abandon(key);
    if (this.#listener <= 0) return;
    this.#network.release(this.#listener);
    this.#listener = 0;
    this.#network.letGo();
  }
}

/** Reasons of refuse(): a RST, and ICMP's codes of destination unreachable (RFC 792, RFC 1122), each one more. */
const REFUSED = 0;
const NETWORK_UNREACHABLE = 1;
const HOST_UNREACHABLE = 2;
const PROHIBITED = 14;

const REASONS: Readonly<Record<string, number>> = {
  ECONNREFUSED: REFUSED,
  EHOSTUNREACH: HOST_UNREACHABLE,
  EHOSTDOWN: HOST_UNREACHABLE,
  ETIMEDOUT: HOST_UNREACHABLE,
  ENETUNREACH: NETWORK_UNREACHABLE,
  ENETDOWN: NETWORK_UNREACHABLE,
  // The laptop's own firewall.
  EACCES: PROHIBITED,
  EPERM: PROHIBITED,
};

function dial({ address, port }: Target): Connection {
  return connect({ host: address, port, allowHalfOpen: true, noDelay: true });
}

/** A reset, where the connection has come that far. */
function discard(real: Connection): void {
  if (real.connecting) real.destroy();
  else if (!real.destroyed) real.resetAndDestroy();
}

function keyOf({ localAddress, localPort, remoteAddress, remotePort }: CoreInfo): string {
  return `${localAddress}:${String(localPort)} ${remoteAddress}:${String(remotePort)}`;
}
