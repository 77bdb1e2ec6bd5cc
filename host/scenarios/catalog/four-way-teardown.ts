import { closes, closesInTurn, note, opens } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isIn, isOpen } from '../when.js';

export const fourWayTeardown: Scenario = {
  name: 'four-way-teardown',
  group: 'closing',
  title: { en: 'Four-way teardown', zh: '四次挥手' },
  text: {
    en: 'A connection is two directions, and each is closed on its own. SYN and ACK shared a segment because the board’s core answers both at once; here the ACK of the FIN leaves at once, but the board’s own FIN waits until its program closes too. That is why it takes four. Look at CLOSE-WAIT, which lasts as long as the program thinks, and at TIME-WAIT: the end that closes first waits for 2 MSL.',
    zh: '一条连接有两个方向，各自单独关闭。握手时 SYN 和 ACK 能合在一个报文里，因为开发板的协议栈立刻就能同时回答；而这里对 FIN 的 ACK 立刻发出，开发板自己的 FIN 却要等它的程序也关闭。所以是四次。请看 CLOSE-WAIT，程序想多久它就持续多久；再看 TIME-WAIT：先关闭的一端等待 2 MSL。',
  },
  rfc: 'RFC 9293 section 3.6, figure 12',
  acts: [
    opens(),
    closes('laptop', { when: isOpen, after: 200 }),
    closesInTurn('board'),
    note(
      {
        en: 'The board is done. The laptop waits for 2 MSL, in case its last ACK was lost.',
        zh: '开发板已结束。笔记本等待 2 MSL，以防最后的 ACK 丢失。',
      },
      { when: isIn('laptop', 'TIME-WAIT') },
    ),
  ],
};
