// Sequence numbers on the host's side: 32 bits, compared along the circle (RFC 9293 section 3.4).

export const add = (number: number, octets: number): number => (number + octets) >>> 0;

/** How far `to` lies behind `from`, counted forward along the circle. */
export const distance = (from: number, to: number): number => (to - from) >>> 0;

/** The same as a signed number: negative when `to` lies before `from`. */
export const difference = (from: number, to: number): number => (to - from) | 0;
