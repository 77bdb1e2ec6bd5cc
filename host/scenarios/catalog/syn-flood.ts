import { note, opens } from '../acts.js';
import { flood } from '../hands.js';
import type { Act, Scenario } from '../scenario.js';
import { isIn, isOpen, isQuiet, sent, type When } from '../when.js';

const QUEUE = 4;
const SYNS = 6;
/** Half-open entries last so long, ms: short, so that the ladder stays short. */
const TIMEOUT_MS = 2500;

/** The flood is over and has been answered. */
const isAnswered: When = (world) => sent(SYNS + 1)(world) && isQuiet(world);

const floods: Act = {
  says: {
    en: 'SYNs arrive from six addresses that do not exist.',
    zh: '六个不存在的地址发来 SYN。',
  },
  run: (world) => flood(world, 'board', SYNS),
};

export const synFlood: Scenario = {
  name: 'syn-flood',
  group: 'attack',
  title: { en: 'SYN flood: the queue fills', zh: 'SYN 洪泛：队列被填满' },
  text: {
    en: 'Every SYN costs the board an entry in its queue of half-open connections, and every answer goes to an address that will never reply. With four entries taken, the laptop’s honest SYN is thrown away, and the laptop must try again until an entry has timed out. Look at the SYN queue beside the board.',
    zh: '每个 SYN 都占用开发板半连接队列的一个表项，而每个回答都发往永远不会应答的地址。四个表项占满后，笔记本诚实的 SYN 被丢弃，只能一再重试，直到有表项超时。请看开发板旁的 SYN 队列。',
  },
  rfc: 'RFC 4987 section 2',
  setting: { board: { synQueue: QUEUE, cookies: 2, synTimeout: TIMEOUT_MS } },
  acts: [
    floods,
    opens({ when: isAnswered, after: 100 }),
    note({ en: 'Only when entries had timed out was there room.', zh: '表项超时之后才有了空位。' }, { when: isOpen }),
  ],
};

export const synCookies: Scenario = {
  name: 'syn-cookies',
  group: 'attack',
  title: { en: 'SYN flood, with SYN cookies', zh: 'SYN 洪泛与 SYN cookie' },
  text: {
    en: 'The same flood, but when its queue is full the board answers without remembering anything: the ISN of its SYN-ACK is a cookie, a keyed hash of both addresses, both ports, the client’s ISN and the time, with the MSS in a few bits. Whoever answers with that number plus one has proved that it is there, and only then gets a connection. Look at the cause of the last SYN-ACK.',
    zh: '同样的洪泛，但队列满时开发板回答而不记住任何东西：SYN+ACK 的 ISN 是一个 cookie，即对两端地址、端口、客户端 ISN 和时间的带密钥散列，并用几个比特编码 MSS。谁用这个数加一来回答，谁就证明了自己真实存在，这时才得到连接。请看最后一个 SYN+ACK 的原因。',
  },
  rfc: 'RFC 4987 section 3.6',
  setting: { board: { synQueue: QUEUE, cookies: 0, synTimeout: TIMEOUT_MS } },
  acts: [
    floods,
    opens({ when: isAnswered, after: 100 }),
    note({ en: 'The laptop came through at once.', zh: '笔记本立刻连上了。' }, { when: isIn('board', 'ESTABLISHED') }),
  ],
};
