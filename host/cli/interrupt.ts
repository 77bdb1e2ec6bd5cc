/**
 * Resolves when the user wants the program to end: Ctrl-C, or a polite kill. A second one ends it at once. To be called
 * before the program says that it is ready: from then on it must end well.
 */
export async function interrupted(): Promise<void> {
  await new Promise<void>((resolve) => {
    let count = 0;
    const onSignal = (): void => {
      count += 1;
      if (count > 1) process.exit(EXIT_INTERRUPTED);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}

/** What a shell reports of a program that SIGINT has ended: 128 + 2. */
const EXIT_INTERRUPTED = 130;
