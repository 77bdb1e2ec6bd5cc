// Comparison along the circle of 32 bits: written apart from the core's own, which the simulator is there to doubt.

/** a - b along the circle, from -2^31 up to 2^31 - 1. */
export function distance(a: number, b: number): number {
  return (a - b) | 0;
}

export function isBefore(a: number, b: number): boolean {
  return distance(a, b) < 0;
}

export function isAfter(a: number, b: number): boolean {
  return distance(a, b) > 0;
}
