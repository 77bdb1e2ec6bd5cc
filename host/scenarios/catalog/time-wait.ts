import { Flag } from '../../../assembly/numbers.js';
import { closes, note, opens } from '../acts.js';
import { FIRST_PORT, HTTP_PORT } from '../endpoint.js';
import type { Act, Scenario } from '../scenario.js';
import { both, isIn, isOpen } from '../when.js';

/** The board closes first, so that the board, which listens, is the one in TIME-WAIT. */
const UP_TO_TIME_WAIT: readonly Act[] = [
  opens(),
  closes('board', { when: isOpen, after: 200 }),
  closes('laptop', { when: isIn('laptop', 'CLOSE-WAIT'), after: 100 }),
];

const isWaiting = both(isIn('board', 'TIME-WAIT'), isIn('laptop', 'CLOSED'));

export const timeWaitRefused: Scenario = {
  name: 'time-wait-refused',
  group: 'closing',
  title: { en: 'TIME-WAIT: an old SYN is refused', zh: 'TIME-WAIT：旧的 SYN 被拒绝' },
  text: {
    en: 'A delayed duplicate of the connection that has just ended arrives: the same four numbers, an older SEQ. This is what TIME-WAIT is for. The board does not begin a new connection for it; it answers with an ACK of where the old one ended. The laptop knows nothing of any connection and resets, and TIME-WAIT outlasts even that.',
    zh: '刚结束的连接的一个迟到副本到达：四元组相同，SEQ 更旧。TIME-WAIT 正是为此而设。开发板不会为它建立新连接，而是用 ACK 回答旧连接结束的位置。笔记本已不知道任何连接，于是发 RST，而 TIME-WAIT 连 RST 也能承受。',
  },
  rfc: 'RFC 9293 section 3.10.7.4; RFC 1337',
  acts: [
    ...UP_TO_TIME_WAIT,
    {
      says: { en: 'An old SYN with the same ports turns up on the wire.', zh: '线路上冒出一个端口相同的旧 SYN。' },
      when: isWaiting,
      after: 500,
      run: (world) =>
        world.inject('laptop', {
          sourcePort: FIRST_PORT,
          destinationPort: HTTP_PORT,
          seq: world.originOf('laptop') - 100,
          flags: Flag.SYN,
        }),
    },
  ],
};

export const timeWaitNewerSyn: Scenario = {
  name: 'time-wait-newer-syn',
  group: 'closing',
  title: { en: 'Round TIME-WAIT, one: a newer SYN', zh: '绕过 TIME-WAIT 之一：更新的 SYN' },
  text: {
    en: 'The laptop opens again from the same port. Its initial sequence number comes from a clock and so lies beyond everything the old connection has used: no old segment can be mistaken for a new one. The board may therefore leave TIME-WAIT at once and accept. RFC 6191 says the same of newer timestamps.',
    zh: '笔记本从同一端口再次打开。它的初始序号来自时钟，因此在旧连接用过的一切序号之后：旧报文不可能被误认为新报文。所以开发板可以立刻离开 TIME-WAIT 并接受。RFC 6191 对更新的时间戳作了同样规定。',
  },
  rfc: 'RFC 9293 section 3.6.1; RFC 6191',
  acts: [...UP_TO_TIME_WAIT, opens({ when: isWaiting, after: 500 })],
};

export const timeWaitOtherPort: Scenario = {
  name: 'time-wait-other-port',
  group: 'closing',
  title: { en: 'Round TIME-WAIT, two: another port', zh: '绕过 TIME-WAIT 之二：换一个端口' },
  text: {
    en: 'TIME-WAIT holds four numbers: both addresses and both ports. With another local port the laptop has another connection, and nothing is in its way. That is what every client does without thinking. Only some 16 thousand connections a minute to one server make the ports run out.',
    zh: 'TIME-WAIT 占住的是四元组：两个地址和两个端口。换一个本地端口就是另一条连接，没有任何阻碍。所有客户端都在不知不觉中这样做。只有对同一服务器每分钟上万条连接时端口才会用尽。',
  },
  rfc: 'RFC 9293 section 3.6.1; RFC 6056',
  acts: [
    ...UP_TO_TIME_WAIT,
    {
      end: 'laptop',
      says: { en: 'The laptop opens from another port.', zh: '笔记本从另一个端口打开连接。' },
      when: isWaiting,
      after: 500,
      run: (world) => world.laptop.open({ localPort: FIRST_PORT + 1 }),
    },
  ],
};

export const timeWaitLinger: Scenario = {
  name: 'time-wait-linger-0',
  group: 'closing',
  title: { en: 'Round TIME-WAIT, three: linger 0', zh: '绕过 TIME-WAIT 之三：linger 0' },
  text: {
    en: 'The board closes with linger 0: a reset, and no TIME-WAIT at all, so that the laptop can open the same four numbers at once. It is the way round that costs something: data that has not arrived is lost, and old segments of the first connection may be taken for the second one’s.',
    zh: '开发板以 linger 0 关闭：发 RST，根本没有 TIME-WAIT，笔记本可以立刻用相同四元组再次打开。这个办法有代价：未送达的数据丢失，旧连接的报文可能被当成新连接的。',
  },
  rfc: 'RFC 9293 section 3.10.5; RFC 1337',
  acts: [
    opens(),
    {
      end: 'board',
      says: { en: 'The board sets linger to 0 and closes.', zh: '开发板设置 linger 0 后关闭。' },
      when: isOpen,
      after: 200,
      run: (world) => {
        world.board.option('LINGER', 0);
        world.board.close();
      },
    },
    opens({ when: both(isIn('laptop', 'CLOSED'), isIn('board', 'CLOSED')), after: 500 }),
    note({ en: 'The same four numbers, at once.', zh: '相同的四元组，立刻可用。' }, { when: isOpen }),
  ],
};
