import { note, opens } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isOpen, isQuiet } from '../when.js';

/** Octets of each of the laptop's messages. */
const MESSAGE = 100;

export const dataWithLoss: Scenario = {
  name: 'data-with-loss',
  group: 'data',
  title: { en: 'Data with loss', zh: '数据丢失与超时重传' },
  text: {
    en: 'A single segment with 100 octets is lost, and nothing follows it from which anybody could notice. Only a timer helps: the laptop waits for the retransmission time-out and sends the very same octets again. Look at the RTO running down, at the SEQ of the second attempt, which is that of the first, and at the ACK, which says what the board expects next.',
    zh: '一个携带 100 字节的报文丢失，其后没有任何报文能让人察觉。只有定时器能帮忙：笔记本等到重传超时，再次发送完全相同的字节。请看 RTO 倒计时，看第二次发送的 SEQ 与第一次相同，以及 ACK 表示开发板期待的下一个字节。',
  },
  rfc: 'RFC 9293 section 3.8.1; RFC 6298 section 5',
  // The probe of RFC 8985 would repair this sooner than the retransmission timer, which is what is to be seen here.
  setting: { laptop: { tailProbe: 0 } },
  acts: [
    opens(),
    {
      says: { en: 'The wire will lose the next segment with text.', zh: '线路将丢失下一个携带数据的报文。' },
      when: isOpen,
      run: (world) => world.cable.afflict({ fault: 'lost', from: 'laptop', matches: hasText }),
    },
    {
      end: 'laptop',
      says: { en: 'The laptop writes 100 octets.', zh: '笔记本写入 100 个字节。' },
      after: 50,
      run: (world) => {
        world.laptop.write(MESSAGE);
      },
    },
    note(
      { en: 'All octets have arrived, once and in order.', zh: '所有字节都已按序到达，且只有一份。' },
      { when: (world) => world.board.octetsRead === MESSAGE && isQuiet(world) },
    ),
  ],
};

function hasText(passage: { datagram: { tcp?: { length: number } } }): boolean {
  return (passage.datagram.tcp?.length ?? 0) > 0;
}
