import assert from 'node:assert/strict';
import { type RunOptions, runScript, type ScriptResult } from '../../host/script/run-script.js';
import { FakeCore, type Faults } from './fake-core.js';

/** A connection that the fake accepts, and the first octets of a conversation on it. */
export const CONVERSATION = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 1000 <mss 1000>
+0 > S. 0:0(0) ack 1 win 65535 <mss 1460>
+.1 < . 1:1(0) ack 1 win 1000
+0 accept(3, ..., ...) = 4
+.1 < P. 1:101(100) ack 1 win 1000
+0 > . 1:1(0) ack 101
+0 read(4, ..., 1000) = 100
+.1 write(4, ..., 200) = 200
+0 > P. 1:201(200) ack 101 win 65535
`;

/** Lines of CONVERSATION, by what stands there. */
export const LINE = { synAck: 5, accept: 7, ack: 9, read: 10, write: 11, data: 12 } as const;

export async function run(
  script: string,
  faults: Faults = {},
  options: Partial<RunOptions> = {},
): Promise<ScriptResult> {
  return runScript('test.pkt', script, { core: async () => new FakeCore(faults), ...options });
}

export async function passes(script: string, faults: Faults = {}): Promise<ScriptResult> {
  const result = await run(script, faults);
  assert.equal(result.result, 'pass', `${result.line}: expected ${result.expected}, got ${result.got}`);
  return result;
}

/** The script fails at this line, and `got` says why. */
export async function failsAt(line: number, got: RegExp, script: string, faults: Faults = {}): Promise<ScriptResult> {
  const result = await run(script, faults);
  assert.equal(result.result, 'fail', result.got ?? 'it passed');
  assert.equal(result.line, line, `${result.expected} / ${result.got}`);
  assert.match(result.got ?? '', got);
  return result;
}

export async function isUnsupported(line: number, what: RegExp, script: string): Promise<void> {
  const result = await run(script);
  assert.equal(result.result, 'unsupported', result.got ?? 'it passed');
  assert.equal(result.line, line);
  assert.match(result.got ?? '', what);
}
