import type { Stack } from '../index.js';

/** Rejects when the stack ends by itself: its core has trapped. */
export async function trapped(stack: Stack): Promise<void> {
  await new Promise<void>((_resolve, reject) => {
    stack.once('close', (error?: Error) => {
      if (error !== undefined) reject(error);
    });
  });
}
