import { closesInTurn, opens, writes } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isIn, isOpen } from '../when.js';

export const halfClose: Scenario = {
  name: 'half-close',
  group: 'closing',
  title: { en: 'Half close', zh: '半关闭' },
  text: {
    en: 'The laptop has sent its request and closes its own direction only. It has no more to say, but it listens: in FIN-WAIT-2 it takes the board’s answer of 300 octets and acknowledges it. The board writes in CLOSE-WAIT. Look at how the laptop’s ACKs all have the SEQ behind its FIN.',
    zh: '笔记本发完请求后只关闭自己的方向。它不再说话，但仍在听：在 FIN-WAIT-2 中接收并确认开发板 300 字节的回答。开发板在 CLOSE-WAIT 中写数据。请看笔记本此后的 ACK 的 SEQ 都在它的 FIN 之后。',
  },
  rfc: 'RFC 9293 section 3.6',
  acts: [
    opens(),
    writes('laptop', 50, { when: isOpen, after: 100 }),
    {
      end: 'laptop',
      says: { en: 'The laptop closes its own direction only.', zh: '笔记本只关闭自己的发送方向。' },
      after: 300,
      run: (world) => world.laptop.shutdown(),
    },
    writes('board', 300, { when: isIn('laptop', 'FIN-WAIT-2'), after: 200 }),
    closesInTurn('board', 500),
  ],
};
