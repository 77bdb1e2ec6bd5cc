import type { Duplex } from 'node:stream';

/** A connection that can end half, end by error, and be ended by RST: a Socket of node:net, or one of ours. */
export type Connection = Duplex & { connecting: boolean; resetAndDestroy(): unknown };

/**
 * Joins two connections into one: what arrives on either leaves on the other, no faster than the other takes it. The end of
 * one direction is passed on as the end of that direction alone; a reset, or any other failure, becomes a reset. Both must
 * allow being half open. Resolves when both are closed.
 */
export async function join(one: Connection, other: Connection): Promise<void> {
  one.pipe(other);
  other.pipe(one);
  const closed = Promise.all([passOnFailure(one, other), passOnFailure(other, one)]);
  await closed;
}

/** FIN both ways, what still arrives being discarded; whoever has not ended its own direction in time is reset. */
export async function endJoined(
  one: Connection,
  other: Connection,
  closed: Promise<void>,
  graceMs: number,
): Promise<void> {
  one.unpipe(other).resume().end();
  other.unpipe(one).resume().end();
  const timer = setTimeout(() => {
    for (const connection of [one, other]) if (!connection.destroyed) connection.resetAndDestroy();
  }, graceMs);
  await closed;
  clearTimeout(timer);
}

/** Resolves when `from` is closed; if it closed before both of its directions had ended, `to` has been reset. */
async function passOnFailure(from: Connection, to: Connection): Promise<void> {
  await new Promise<void>((resolve) => {
    // The reason is passed on by the reset; there is nobody else to tell.
    from.on('error', () => undefined);
    from.once('close', () => {
      const endedWell = from.readableEnded && from.writableFinished;
      if (!endedWell && !to.destroyed) to.resetAndDestroy();
      resolve();
    });
  });
}
