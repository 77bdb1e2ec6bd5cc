/**
 * A wrong option, URL or name: the caller's mistake, not the world's. The message is one sentence that names the fix;
 * the command line prints it and exits 2.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'ERR_SLIPWAY_USAGE';
}
