// A board's own table, from the /netstat.json of its web server.
import assert from 'node:assert/strict';
import path from 'node:path';
import { beforeEach, describe, test, type TestContext } from 'node:test';
import { tableFrom } from '../../host/control/board-netstat.js';
import { attach } from '../../host/control/client.js';
import { serveControl } from '../../host/control/server.js';
import { loadBoard, open, pair as linkPair, RealClock, secretFrom, Station } from '../../host/index.js';
import { folder } from '../cli/slipway.js';
import { until } from '../host/links.js';

/** Each test has a folder of its own. */
beforeEach((t) => {
  process.env['SLIPWAY_RUNTIME_DIR'] = path.join(folder(t as TestContext), 'run');
});

describe("a board's own table, over the wire", () => {
  const OWN = { address: '192.168.7.1', port: 50_000 };

  test('from its web server; asking leaves no TIME-WAIT at either end and is not told', async (t) => {
    const clock = new RealClock();
    const [near, far] = linkPair(clock);
    const module = await loadBoard('http');
    const board = await Station.create({ module, link: far, clock, address: '192.168.7.2', secret: secretFrom(3) });
    board.driver.start();
    const stack = await open(near, { clock });
    const { close } = await serveControl({ stack, link: 'slip:/dev/x', command: 'up', clock });
    t.after(async () => {
      await close();
      await stack.close(100);
      await board.close();
    });
    const control = await attach(undefined);
    for (let round = 0; round < 3; round += 1) {
      const report = await control.netstat();
      assert.deepEqual(
        report?.board?.rows.map(({ state, local }) => [state, local]),
        [['LISTEN', { address: '0.0.0.0', port: 80 }]],
      );
    }
    await until(() => board.core.list().length === 1 && stack.netstat().length === 0, 'nothing stays of the asking');
    const without = await control.netstat({ board: false });
    assert.equal(without?.board, null);
    await control.close();
  });

  test('a board without one costs a moment and no error', async (t) => {
    const clock = new RealClock();
    const stack = await open('emulated:?app=echo', { clock });
    stack.board = undefined;
    const { close } = await serveControl({ stack, link: 'slip:/dev/x', command: 'up', clock });
    t.after(async () => {
      await close();
      await stack.close(100);
    });
    const control = await attach(undefined);
    assert.equal((await control.netstat())?.board, null);
    await control.close();
  });

  test('what is no table is none, and a row that is no row is left out', () => {
    const answer = (body: string): ReturnType<typeof tableFrom> =>
      tableFrom(`HTTP/1.1 200 OK\r\n\r\n${body}`, '192.168.7.2', OWN);
    assert.equal(tableFrom('HTTP/1.1 404 Not Found\r\n\r\n{}', '192.168.7.2', OWN), undefined);
    for (const body of ['', '{', '[]x', '3', 'null', '"text"']) assert.equal(answer(body), undefined, body);
    assert.deepEqual(
      answer(
        '{"connections":[1,null,{},{"state":"\\u001b[2J","local":{},"remote":{}}],"listeners":{"a":1},"counters":{"x":"y","segmentsIn":2}}',
      ),
      {
        address: '192.168.7.2',
        rows: [],
        counters: { segmentsIn: 2 },
        drops: {},
      },
    );
    const escape = '{"listeners":[{"local":{"address":"\\u001b[2J","port":80}}]}';
    assert.deepEqual(answer(escape)?.rows, []);
  });
});
