import { Flag } from '../../../assembly/numbers.js';
import { closes, closesInTurn, note, opens } from '../acts.js';
import type { Passage } from '../passage.js';
import type { Scenario } from '../scenario.js';
import { isIn, isOpen } from '../when.js';

export const lastAckLost: Scenario = {
  name: 'last-ack-lost',
  group: 'closing',
  title: { en: 'The last ACK lost: why TIME-WAIT waits', zh: '最后的 ACK 丢失：为什么要 TIME-WAIT' },
  text: {
    en: 'Nobody acknowledges the last ACK, so the end that sent it cannot know whether it arrived. When it is lost, the board in LAST-ACK sends its FIN again. The laptop is still there, in TIME-WAIT, to answer it, and starts its 2 MSL again. Had it gone straight to CLOSED, its answer would have been a reset. Look at the 2 MSL timer jumping back to its full length.',
    zh: '最后的 ACK 没有人确认，所以发送它的一端无法知道它是否到达。它丢失时，处于 LAST-ACK 的开发板会重传 FIN。笔记本仍在 TIME-WAIT 中，可以回答，并重新开始计 2 MSL。假如它直接进入 CLOSED，回答就会是 RST。请看 2 MSL 定时器跳回满值。',
  },
  rfc: 'RFC 9293 sections 3.6 and 3.10.7.4',
  acts: [
    opens(),
    closes('laptop', { when: isOpen, after: 200 }),
    {
      says: { en: 'The wire will lose the laptop’s last ACK.', zh: '线路将丢失笔记本最后的 ACK。' },
      when: isIn('board', 'CLOSE-WAIT'),
      run: (world) => world.cable.afflict({ fault: 'lost', from: 'laptop', matches: isPlainAck }),
    },
    closesInTurn('board'),
    note(
      {
        en: 'The board heard it in the end; the laptop waits for 2 MSL anew.',
        zh: '开发板最终收到了确认；笔记本重新等待 2 MSL。',
      },
      { when: isIn('board', 'CLOSED') },
    ),
  ],
};

function isPlainAck({ datagram }: Passage): boolean {
  return datagram.tcp?.flags === Flag.ACK;
}
