// The options --capture, --json and --all, and what they make of a trace: each command that traces has the same.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Command } from 'commander';
import type { Clock } from '../clock.js';
import type { Stack } from '../stack.js';
import type { TraceEvent } from '../trace/event.js';
import { follow } from '../trace/follow.js';
import { toJson } from '../trace/json.js';
import { Ladder } from '../trace/ladder.js';
import { Pcapng } from '../trace/pcapng.js';
import { Tracer } from '../trace/tracer.js';
import { Failure } from './failure.js';
import { recordTo } from './record-file.js';
import { columns, isColoured, print } from './terminal.js';

export interface TraceOptions {
  capture?: string;
  json?: boolean;
  all?: boolean;
  record?: string;
}

export function addTraceOptions(command: Command): Command {
  return command
    .option('--capture <file>', 'write what passes to a pcapng file for Wireshark')
    .option('--record <file>', "record all that happens, for 'slipway replay'")
    .option('--json', 'print one event a line as JSON (docs/events.md) and no ladder')
    .option('--all', 'print every segment: do not fold runs of like data segments into one line');
}

export interface Trace {
  /** Tells what is still on its way, and closes the capture. Can be called twice. */
  end(): void;
}

export interface TraceSetup extends TraceOptions {
  stack: Stack;
  clock: Clock;
  /** The time of day at the clock's present time, ms since 1970. */
  epochMs: number;
  hasLadder: boolean;
  /** Seconds that a datagram may be on its way at most. */
  transit?: number;
}

/** Follows a stack, and its board when that is emulated, and prints and writes what was asked for. */
export function trace(setup: TraceSetup): Trace {
  const { stack, clock } = setup;
  const origin = clock.now();
  const now = (): number => (clock.now() - origin) / 1000;
  const ladder = setup.json === true || !setup.hasLadder ? undefined : newLadder(stack, setup.all === true);
  const capture = setup.capture === undefined ? undefined : openCapture(setup.capture);
  const pcapng = capture === undefined ? undefined : new Pcapng(capture.write, setup.epochMs);
  const tracer = new Tracer({
    canAskBoard: stack.board !== undefined,
    transit: setup.transit ?? 0,
    onEvent: (event: TraceEvent) => {
      ladder?.event(event);
      pcapng?.event(event);
      if (setup.json === true) print(toJson(event));
    },
  });
  const recording = setup.record === undefined ? undefined : recordTo(setup.record, stack, { began: setup.epochMs });
  const stops = [follow(tracer, stack, now), beat(tracer, ladder, now)];
  let hasEnded = false;
  return {
    end() {
      if (hasEnded) return;
      hasEnded = true;
      for (const stop of stops) stop();
      tracer.flush();
      ladder?.flush();
      pcapng?.end(now());
      capture?.close();
      recording?.end();
    },
  };
}

function newLadder(stack: Stack, unfolds: boolean): Ladder {
  const ladder = new Ladder({ print, columns: columns(), isColoured: isColoured(), unfolds });
  ladder.heading(`laptop ${stack.network.address}`, `board ${stack.network.peer}`);
  return ladder;
}

/** On a live clock, whatever waits for its other half, or for more of its kind, is shown soon. */
function beat(tracer: Tracer, ladder: Ladder | undefined, now: () => number): () => void {
  const timer = setInterval(() => {
    tracer.tick(now());
    ladder?.tick(now());
  }, BEAT_MS);
  timer.unref();
  return () => clearInterval(timer);
}

const BEAT_MS = 100;

/** Written through at once, so that a reader of the file, and an end without warning, lose nothing. */
export function openCapture(file: string): { write: (octets: Uint8Array) => void; close: () => void } {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'w');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(`The capture file ${file} cannot be written (${code}); choose another with --capture.`);
  }
  return {
    write: (octets) => void writeSync(descriptor, octets),
    close: () => closeSync(descriptor),
  };
}
