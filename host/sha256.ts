// SHA-256 (FIPS 180-4). A browser lends its own only to pages that came by https or from this machine; the page must run from
// any web server, and name its module there too. Nothing secret is hashed here.

/** The digest in hexadecimal digits: by the platform where it lends its own. */
export async function sha256(octets: Uint8Array<ArrayBuffer>): Promise<string> {
  // The types promise it always; browsers do not.
  const { subtle } = crypto as { subtle?: SubtleCrypto };
  const digest = subtle === undefined ? digestOf(octets) : new Uint8Array(await subtle.digest('SHA-256', octets));
  return [...digest].map((octet) => octet.toString(16).padStart(2, '0')).join('');
}

const BLOCK = 64;
const ROUNDS = 64;

/** The same without the platform. Exported for its test. */
export function digestOf(octets: Uint8Array): Uint8Array {
  const primes = firstPrimes(ROUNDS);
  const constants = primes.map((prime) => fraction(Math.cbrt(prime)));
  const state = Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
  const padded = pad(octets);
  const view = new DataView(padded.buffer);
  for (let at = 0; at < padded.length; at += BLOCK) compress(state, constants, view, at);
  const digest = new DataView(new ArrayBuffer(32));
  for (const [at, word] of state.entries()) digest.setUint32(4 * at, word);
  return new Uint8Array(digest.buffer);
}

/** A one bit, zeros up to a block's last eight octets, and the length in bits. */
function pad(octets: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil((octets.length + 9) / BLOCK) * BLOCK);
  padded.set(octets);
  padded[octets.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(octets.length / 0x20000000));
  view.setUint32(padded.length - 4, (octets.length << 3) >>> 0);
  return padded;
}

function compress(state: Uint32Array, constants: readonly number[], view: DataView, at: number): void {
  const words = schedule(view, at);
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let round = 0; round < ROUNDS; round++) {
    const mixed = (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g));
    const first = (h + mixed + (constants[round] ?? 0) + (words[round] ?? 0)) | 0;
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [place, word] of [a, b, c, d, e, f, g, h].entries()) state[place] = (state[place] ?? 0) + word;
}

function schedule(view: DataView, at: number): Int32Array {
  const words = new Int32Array(ROUNDS);
  for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < ROUNDS; i++) {
    const [early = 0, late = 0] = [words[i - 15], words[i - 2]];
    const small = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const large = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    words[i] = (words[i - 16] ?? 0) + small + (words[i - 7] ?? 0) + large;
  }
  return words;
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** The first 32 bits behind the point, which is where the standard takes its constants from. */
function fraction(value: number): number {
  return Math.floor((value - Math.floor(value)) * 2 ** 32) | 0;
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  return primes;
}
