/** A build cannot go on. The message is one sentence that names the fix, to be printed as it stands. */
export class BuildError extends Error {
  override name = 'BuildError';
}
