import { closes, note, opens } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isIn, isOpen } from '../when.js';

export const mergedClose: Scenario = {
  name: 'merged-close',
  group: 'closing',
  title: { en: 'The merged close: three segments', zh: '合并的关闭：三个报文' },
  text: {
    en: 'Four is not a law. When the board’s program closes in the very moment in which it reads the end of the stream, its FIN is ready before the ACK has left, and one segment carries both. Compare it with the four-way teardown: CLOSE-WAIT is passed through in no time, and FIN-WAIT-2 is never seen.',
    zh: '四次并非铁律。如果开发板的程序在读到流结束的那一刻就关闭，它的 FIN 在 ACK 发出之前已经就绪，一个报文同时携带两者。请与四次挥手比较：CLOSE-WAIT 瞬间经过，FIN-WAIT-2 从未出现。',
  },
  rfc: 'RFC 9293 sections 3.6 and 3.10.7.4',
  setting: { closesAtEnd: 'board' },
  acts: [
    opens(),
    closes('laptop', { when: isOpen, after: 200 }),
    note(
      { en: 'Three segments closed both directions.', zh: '三个报文关闭了两个方向。' },
      { when: isIn('board', 'CLOSED') },
    ),
  ],
};
