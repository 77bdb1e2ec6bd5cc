import { note, opens } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isIn } from '../when.js';

export const fourProofs: Scenario = {
  name: 'four-proofs',
  group: 'opening',
  title: { en: 'Why three and not two or four: four proofs', zh: '为什么是三次：四个证明' },
  text: {
    en: 'Before it sends data, each end wants to know two things: that what it sends arrives, and that it hears what the other sends. Those are four ticks. Two segments fill three of them; the third segment fills the last; a fourth would prove nothing new. Look at the ticks as each segment arrives.',
    zh: '发送数据之前，每一端都想确认两件事：自己发出的能到达，对方发出的自己能收到。共四个勾。两个报文只能填满三个，第三个报文填满最后一个，第四个报文证明不了新东西。请看每个报文到达时勾的变化。',
  },
  rfc: 'RFC 9293 section 3.5',
  setting: { delayMs: 100 },
  acts: [
    opens(),
    note(
      {
        en: 'The board has heard the laptop: it knows that it can receive. Whether it is heard itself, it does not know.',
        zh: '开发板听到了笔记本：它知道自己能接收，但还不知道自己能否被听到。',
      },
      { when: isIn('board', 'SYN-RECEIVED') },
    ),
    note(
      {
        en: 'The laptop has an answer to its own SYN: it knows that it can send and that it can receive.',
        zh: '笔记本收到了对自己 SYN 的回答：它知道自己既能发送，也能接收。',
      },
      { when: isIn('laptop', 'ESTABLISHED') },
    ),
    note(
      {
        en: 'Now the board knows that it is heard too: four ticks, three segments.',
        zh: '现在开发板也知道自己能被听到：三个报文，四个勾。',
      },
      { when: isIn('board', 'ESTABLISHED') },
    ),
  ],
};
