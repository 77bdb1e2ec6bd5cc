// --record FILE, of each command that runs a stack: the file that 'slipway replay' reads.
import { closeSync, openSync, writeSync } from 'node:fs';
import { type Recorder, recordStack } from '../replay/recorder.js';
import type { Stack } from '../stack.js';
import { Failure } from './failure.js';

export interface RecordFile {
  recorder: Recorder;
  /** Writes what is left and closes. Can be called twice. */
  end(): void;
}

/** Records a stack from now on, and its board when that is emulated. */
export function recordTo(file: string, stack: Stack, options: { link?: string; began: number }): RecordFile {
  const descriptor = openForWriting(file);
  const write = (octets: Uint8Array): void => void writeSync(descriptor, octets);
  const recorder = recordStack(stack, { ...options, write });
  let isOver = false;
  return {
    recorder,
    end() {
      if (isOver) return;
      isOver = true;
      recorder.end();
      closeSync(descriptor);
    },
  };
}

function openForWriting(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    throw new Failure(
      `The record ${file} cannot be written (${(error as NodeJS.ErrnoException).code}); choose another file.`,
    );
  }
}
