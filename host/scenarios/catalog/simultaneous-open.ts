import { note } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isOpen } from '../when.js';

export const simultaneousOpen: Scenario = {
  name: 'simultaneous-open',
  group: 'opening',
  title: { en: 'Simultaneous open', zh: '同时打开' },
  text: {
    en: 'Both ends open towards each other and their SYNs cross on the wire. Each is in SYN-SENT when a SYN without ACK arrives, goes to SYN-RECEIVED and answers. One connection comes of it, not two, and it takes four segments.',
    zh: '两端互相主动打开，两个 SYN 在线路上交错。各自在 SYN-SENT 时收到不带 ACK 的 SYN，转入 SYN-RECEIVED 并回答。结果是一条连接而不是两条，共用四个报文。',
  },
  rfc: 'RFC 9293 section 3.5, figure 7',
  setting: { listens: 'nobody' },
  acts: [
    {
      end: 'laptop',
      says: { en: 'Both ends open, in the same moment.', zh: '两端在同一时刻打开连接。' },
      run: (world) => {
        world.laptop.open();
        world.board.open();
      },
    },
    note({ en: 'One connection, without a listener.', zh: '没有监听者，也建立了一条连接。' }, { when: isOpen }),
  ],
};
