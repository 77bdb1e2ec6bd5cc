import { closes, note, opens, writes } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isIn, isOpen } from '../when.js';

export const peerNeverCloses: Scenario = {
  name: 'peer-never-closes',
  group: 'closing',
  title: { en: 'FIN-WAIT-2 and CLOSE-WAIT: the peer never closes', zh: 'FIN-WAIT-2 与 CLOSE-WAIT：对端从不关闭' },
  text: {
    en: 'The laptop lets go of its connection; the board’s program forgets to close. No timer ends CLOSE-WAIT: a list full of it is a bug in a program, not in the network. The laptop’s FIN-WAIT-2 would last for ever too, so most stacks end it after a minute once no user is left. What the board writes after that meets a reset.',
    zh: '笔记本放手了连接；开发板的程序却忘了关闭。没有任何定时器会结束 CLOSE-WAIT：满屏的 CLOSE-WAIT 是程序的错，不是网络的错。笔记本的 FIN-WAIT-2 本来也会永远持续，所以多数协议栈在没有用户之后一分钟结束它。此后开发板写的数据会遇到 RST。',
  },
  rfc: 'RFC 9293 sections 3.6 and 3.6.1',
  acts: [
    opens(),
    closes('laptop', { when: isOpen, after: 200 }),
    note(
      { en: 'The board’s program does nothing.', zh: '开发板的程序什么也不做。' },
      { when: isIn('laptop', 'FIN-WAIT-2') },
    ),
    note(
      {
        en: 'A minute later the laptop gives up waiting, without a word.',
        zh: '一分钟后笔记本不再等待，也不通知对方。',
      },
      { when: isIn('laptop', 'CLOSED') },
    ),
    writes('board', 20, { after: 5000 }),
  ],
};
