// Comparison along the circle, RFC 9293 section 3.4: sequence numbers and times are only ever compared with these.

/** a comes before b. */
// @ts-ignore: decorator
@inline export function before(a: u32, b: u32): bool {
  return <i32>(a - b) < 0;
}

/** a comes after b. */
// @ts-ignore: decorator
@inline export function after(a: u32, b: u32): bool {
  return <i32>(b - a) < 0;
}

// @ts-ignore: decorator
@inline export function atOrBefore(a: u32, b: u32): bool {
  return <i32>(a - b) <= 0;
}

// @ts-ignore: decorator
@inline export function atOrAfter(a: u32, b: u32): bool {
  return <i32>(a - b) >= 0;
}

/** low <= value <= high along the circle. */
// @ts-ignore: decorator
@inline export function between(low: u32, value: u32, high: u32): bool {
  return value - low <= high - low;
}

/** The later of the two. */
// @ts-ignore: decorator
@inline export function later(a: u32, b: u32): u32 {
  return before(a, b) ? b : a;
}

/** The earlier of the two. */
// @ts-ignore: decorator
@inline export function earlier(a: u32, b: u32): u32 {
  return before(a, b) ? a : b;
}
