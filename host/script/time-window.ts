import type { Time } from './syntax.js';

/** From when to when a statement's event may come, in microseconds since the script began. */
export function timeWindow(time: Time, begin: number, tolerance: number): { from: number; to: number } {
  switch (time.kind) {
    case 'absolute':
      return { from: time.at - tolerance, to: time.at + tolerance };
    case 'relative':
      return { from: begin + time.at - tolerance, to: begin + time.at + tolerance };
    case 'absolute-range':
      return { from: time.from - tolerance, to: time.to + tolerance };
    case 'relative-range':
      return { from: begin + time.from - tolerance, to: begin + time.to + tolerance };
    case 'any':
      return { from: 0, to: Infinity };
  }
}
