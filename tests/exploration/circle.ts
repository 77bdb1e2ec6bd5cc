// Sequence numbers along their circle, RFC 9293 section 3.4.

/** a < b */
export const before = (a: number, b: number): boolean => ((a - b) | 0) < 0;

/** a =< b */
export const atOrBefore = (a: number, b: number): boolean => ((a - b) | 0) <= 0;

/** from =< at < to */
export const between = (from: number, at: number, to: number): boolean => (at - from) >>> 0 < (to - from) >>> 0;

export const plus = (number: number, octets: number): number => (number + octets) >>> 0;
