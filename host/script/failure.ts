/** The stack did something else than the script says. */
export class ScriptFailure extends Error {
  override readonly name = 'ScriptFailure';
  constructor(
    readonly line: number,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`line ${line}: expected ${expected}, got ${got}`);
  }
}

/** The script says something that this runner cannot honour: it has neither passed nor failed. */
export class UnsupportedStatement extends Error {
  override readonly name = 'UnsupportedStatement';
  constructor(
    readonly line: number,
    readonly what: string,
  ) {
    super(`line ${line}: ${what}`);
  }
}
