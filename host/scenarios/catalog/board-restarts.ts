import { note, opens, writes } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isIn, isOpen } from '../when.js';

export const boardRestarts: Scenario = {
  name: 'board-restarts',
  group: 'trouble',
  title: { en: 'A board that restarts', zh: '开发板重启' },
  text: {
    en: 'The board loses power for a moment and forgets everything; the laptop knows nothing of it and is ESTABLISHED alone: half open. Its next segment finds no connection and is answered by a reset, whose SEQ is the ACK it was sent, so that the laptop believes it. Then both can begin anew.',
    zh: '开发板瞬间断电，忘记一切；笔记本毫不知情，独自处于 ESTABLISHED：半打开连接。它的下一个报文找不到连接，得到 RST 作为回答；RST 的 SEQ 就是来报文的 ACK，所以笔记本相信它。之后双方可以重新开始。',
  },
  rfc: 'RFC 9293 section 3.5.1, figures 9 and 10',
  acts: [
    opens(),
    {
      end: 'board',
      says: { en: 'The board restarts and listens again.', zh: '开发板重启，重新监听。' },
      when: isOpen,
      after: 200,
      run: (world) => world.board.restart(),
    },
    writes('laptop', 40, { after: 500 }),
    note(
      { en: 'The laptop’s user is told: reset by peer.', zh: '笔记本的用户得知：连接被对端重置。' },
      { when: isIn('laptop', 'CLOSED') },
    ),
    opens({ after: 500 }),
  ],
};
