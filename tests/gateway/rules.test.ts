import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseForward } from '../../host/gateway/forward-rule.js';
import { Rules, parseAccessRule, type Rule } from '../../host/gateway/rules.js';
import { UsageError } from '../../host/usage-error.js';

const rules = (...texts: string[]): Rules =>
  new Rules(
    texts.map((text): Rule => {
      const [action = '', rule = ''] = text.split(' ');
      return parseAccessRule(action as 'allow', rule);
    }),
  );

test('without rules all is allowed but the laptop itself', () => {
  const none = rules();
  for (const address of ['8.8.8.8', '10.0.0.1', '192.168.7.2', '255.255.255.255', '128.0.0.0', '126.255.255.255'])
    assert.equal(none.judge(address, 80).allows, true, address);
  for (const address of ['127.0.0.1', '127.255.255.255', '0.0.0.0', '0.1.2.3'])
    assert.equal(none.judge(address, 80).allows, false, address);
  assert.equal(none.judge('127.0.0.1', 80).text, 'deny 127.0.0.0/8:*');
});

test('the first rule that matches decides, in the order given, before the defaults', () => {
  const some = rules('allow 10.1.0.0/16:80', 'deny 10.0.0.0/8:*', 'allow 127.0.0.1:1883');
  assert.equal(some.judge('10.1.255.255', 80).allows, true);
  assert.equal(some.judge('10.1.0.0', 81).allows, false);
  assert.equal(some.judge('10.2.0.0', 80).text, 'deny 10.0.0.0/8:*');
  assert.equal(some.judge('11.0.0.0', 80).allows, true);
  assert.equal(some.judge('127.0.0.1', 1883).allows, true);
  assert.equal(some.judge('127.0.0.1', 1884).allows, false);
  assert.equal(some.judge('127.0.0.2', 1883).allows, false);
});

test('prefixes and ranges of ports include both of their ends, and nothing beyond', () => {
  const some = rules('deny 192.0.2.128/25:8000-8999');
  const denied = (address: string, port: number): boolean => !some.judge(address, port).allows;
  assert.deepEqual(
    [8000, 8999, 7999, 9000].map((port) => denied('192.0.2.128', port)),
    [true, true, false, false],
  );
  assert.deepEqual(
    ['192.0.2.127', '192.0.2.255', '192.0.3.0'].map((address) => denied(address, 8500)),
    [false, true, false],
  );
  assert.equal(rules('deny 0.0.0.0/0:53').judge('255.255.255.255', 53).allows, false);
  assert.equal(rules('deny *:*').judge('8.8.8.8', 1).allows, false);
});

for (const text of [
  ...['', '*', '10.0.0.0/8', '10.0.0.0', '10.0.0.0/33:80', '10.0.0.256:80', '10.0.0:80', '*/8:80', '10.0.0.0/8:'],
  ...['10.0.0.0/8:http', '10.0.0.0/8:80-', '10.0.0.0/8:90-80', '10.0.0.0/8:65536', 'example.org:80', '::1:80', ':80'],
])
  test(`'${text}' is no rule, and the error says how one is written`, () => {
    assert.throws(() => parseAccessRule('allow', text), UsageError);
    assert.throws(() => parseAccessRule('allow', text), /is not a rule; write .* 10\.0\.0\.0\/8:80/);
  });

test('bits behind the prefix are a mistake, and the error names the prefix that was meant', () => {
  assert.throws(() => parseAccessRule('deny', '10.1.2.3/8:*'), /behind its first 8; write 10\.0\.0\.0\/8\.$/);
});

test('forwards are written as for ssh', () => {
  const read = (text: string): unknown[] => Object.values(parseForward(text));
  assert.deepEqual(read('80'), ['127.0.0.1', 80, undefined, 80]);
  assert.deepEqual(read('8080:80'), ['127.0.0.1', 8080, undefined, 80]);
  assert.deepEqual(read('0:80'), ['127.0.0.1', 0, undefined, 80]);
  assert.deepEqual(read('0.0.0.0:8080:80'), ['0.0.0.0', 8080, undefined, 80]);
  assert.deepEqual(read('*:8080:80'), ['0.0.0.0', 8080, undefined, 80]);
  assert.deepEqual(read('localhost:8080:80'), ['127.0.0.1', 8080, undefined, 80]);
  assert.deepEqual(read('8081:192.168.7.3:80'), ['127.0.0.1', 8081, '192.168.7.3', 80]);
  assert.deepEqual(read('[::1]:8081:192.168.7.3:80'), ['::1', 8081, '192.168.7.3', 80]);
});

for (const text of [
  '',
  ':',
  '8080:',
  ':80',
  '8080:0',
  '65536:80',
  'a:b',
  '192.168.7.2:80',
  '8080:80:90',
  '1:2:3:4',
  '8080::80',
])
  test(`'${text}' is no forward`, () => {
    assert.throws(
      () => parseForward(text),
      /is not a forward; write the local port and the board's, such as 8080:80\.$/,
    );
  });
