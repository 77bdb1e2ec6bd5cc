// A recording in memory of a page fetched from an emulated board on a virtual clock.

import { VirtualClock } from '../../host/clock.js';
import { open } from '../../host/index.js';
import { recordStack } from '../../host/replay/recorder.js';
import { Recording } from '../../host/replay/recording.js';

export interface Recorded {
  octets: Buffer;
  recording: Recording;
  /** What the socket received, or the code of its error. */
  received: string;
  error: string;
  /** The connection tables of laptop and board when the recording ended. */
  tables: unknown[];
}

export async function recordFetch(link: string, path: string, cutAtMs = Infinity): Promise<Recorded> {
  const clock = new VirtualClock(5_000);
  const stack = await open(link, { clock, seed: 7 });
  const pieces: Uint8Array[] = [];
  const recorder = recordStack(stack, { write: (octets) => void pieces.push(octets), link });
  if (cutAtMs < Infinity) clock.setTimer(cutAtMs, () => stack.cable?.cut());
  const socket = stack.connect(80);
  let received = '';
  let error = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => (error = code));
  socket.setTimeout(200_000, () => socket.destroy(Object.assign(new Error('idle'), { code: 'ETIMEDOUT' })));
  socket.end(`GET ${path} HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n`);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await clock.runUntil(closed, 3_600_000);
  recorder.note(`received ${received.length}`);
  recorder.end();
  const tables = [stack.core, stack.board?.core].map((core) => core?.list());
  await clock.runUntil(stack.close(0));
  const octets = Buffer.concat(pieces);
  return { octets, recording: new Recording(octets), received, error, tables };
}
