// Reads HTTP answers out of octets, strictly: whatever is not exactly framed is an error.

export interface Answer {
  status: number;
  fields: Map<string, string>;
  body: Buffer;
}

/** Splits the octets of one connection into answers; `methods` says which of them answer HEAD. */
export function answersIn(octets: Buffer, methods: readonly string[] = []): Answer[] {
  const answers: Answer[] = [];
  let rest = octets;
  while (rest.length > 0) {
    const { answer, used } = answerIn(rest, methods[answers.length] === 'HEAD');
    rest = rest.subarray(used);
    if (answer.status !== 100) answers.push(answer);
  }
  return answers;
}

function answerIn(octets: Buffer, isHead: boolean): { answer: Answer; used: number } {
  const end = octets.indexOf('\r\n\r\n');
  if (end < 0) throw new Error(`a head without end: ${JSON.stringify(octets.toString('latin1').slice(0, 200))}`);
  const [first = '', ...lines] = octets.subarray(0, end).toString('latin1').split('\r\n');
  const match = /^HTTP\/1\.1 ([1-5][0-9]{2}) [A-Za-z ]+$/.exec(first);
  if (match === null) throw new Error(`not a status line: ${JSON.stringify(first)}`);
  const fields = new Map(lines.map((line) => fieldIn(line)));
  const answer = { status: Number(match[1]), fields, body: Buffer.alloc(0) };
  const head = end + 4;
  if (isHead || answer.status === 100) return { answer, used: head };
  const { body, used } = bodyIn(octets.subarray(head), fields);
  return { answer: { ...answer, body }, used: head + used };
}

function fieldIn(line: string): [string, string] {
  const match = /^([A-Za-z-]+): (\S.*)$/.exec(line);
  if (match === null) throw new Error(`not a field: ${JSON.stringify(line)}`);
  return [(match[1] ?? '').toLowerCase(), match[2] ?? ''];
}

function bodyIn(octets: Buffer, fields: ReadonlyMap<string, string>): { body: Buffer; used: number } {
  if (fields.get('transfer-encoding') === 'chunked') return chunksIn(octets);
  const length = fields.get('content-length');
  if (length === undefined) {
    if (fields.get('connection') !== 'close') throw new Error('neither a length nor chunks nor an end');
    return { body: octets, used: octets.length };
  }
  if (octets.length < Number(length)) throw new Error(`${String(octets.length)} of ${length} octets`);
  return { body: octets.subarray(0, Number(length)), used: Number(length) };
}

function chunksIn(octets: Buffer): { body: Buffer; used: number } {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = octets.indexOf('\r\n', at);
    const size = octets.subarray(at, Math.max(end, at)).toString('latin1');
    if (end < 0 || !/^[0-9a-f]+$/.test(size)) throw new Error(`not the size of a chunk: ${JSON.stringify(size)}`);
    const length = parseInt(size, 16);
    at = end + 2;
    parts.push(octets.subarray(at, at + length));
    at += length;
    if (octets.subarray(at, at + 2).toString('latin1') !== '\r\n') throw new Error('a chunk is not as long as it says');
    at += 2;
    if (length === 0) return { body: Buffer.concat(parts), used: at };
  }
}

/** The octets of /bytes/N. */
export function pattern(length: number): Buffer {
  const octets = Buffer.alloc(length);
  for (let i = 0; i < length; i++) octets[i] = (i ^ (i >>> 8) ^ (i >>> 16)) & 0xff;
  return octets;
}
