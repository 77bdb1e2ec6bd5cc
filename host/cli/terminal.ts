// What is printed, and where: stdout for what was asked for, stderr for everything said beside it.

/** Columns when nobody knows how wide the terminal is, or when there is none. */
const COLUMNS = 100;

/** A reader that has seen enough, such as head, ends the program quietly. To be called once, before anything is printed. */
export function endQuietlyWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function columns(): number {
  return process.stdout.isTTY ? process.stdout.columns : COLUMNS;
}

/** Colours only for eyes: on a terminal, unless NO_COLOR (no-color.org) or a terminal without them says otherwise. */
export function isColoured(): boolean {
  const { NO_COLOR, TERM } = process.env;
  return process.stdout.isTTY && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
}
