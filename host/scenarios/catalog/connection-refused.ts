import { note } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isQuiet, sent } from '../when.js';

/** Nobody listens there. */
const CLOSED_PORT = 81;

export const connectionRefused: Scenario = {
  name: 'connection-refused',
  group: 'opening',
  title: { en: 'Connection refused by a closed port', zh: '端口关闭，连接被拒绝' },
  text: {
    en: 'Nobody listens on port 81. The board has no connection for the SYN, which is the state CLOSED, and answers with a reset that acknowledges the SYN. That ACK is what makes the laptop believe it: a reset without it could come from anybody. The user is told ECONNREFUSED at once and does not wait.',
    zh: '81 端口无人监听。对这个 SYN 而言开发板处于 CLOSED 状态，于是回答一个确认了该 SYN 的 RST。正是这个 ACK 让笔记本相信它：不带确认的 RST 谁都能伪造。用户立刻得到 ECONNREFUSED，不必等待。',
  },
  rfc: 'RFC 9293 sections 3.5.2 and 3.10.7.1',
  acts: [
    {
      end: 'laptop',
      says: { en: 'The laptop opens a connection to port 81.', zh: '笔记本打开到 81 端口的连接。' },
      run: (world) => world.laptop.open({ remotePort: CLOSED_PORT }),
    },
    note(
      { en: 'The laptop’s user is told: connection refused.', zh: '笔记本的用户得知：连接被拒绝。' },
      { when: (world) => sent(2)(world) && isQuiet(world) },
    ),
  ],
};
