import { note, opens, writes } from '../acts.js';
import type { Passage } from '../passage.js';
import type { Scenario } from '../scenario.js';
import { isOpen, isQuiet } from '../when.js';

const SEGMENTS = 6;
/** Segments this small, 256 octets of text, let six of them into the board's window of 4096. */
const MTU = 296;
const MSS = MTU - 40;

export const fastRetransmit: Scenario = {
  name: 'fast-retransmit',
  group: 'data',
  title: { en: 'Fast retransmit', zh: '快速重传' },
  text: {
    en: 'The first of six segments is lost. Each one behind it makes the board say again what it waits for: the same ACK number, a duplicate. After three of those the laptop stops waiting for its timer and sends the missing segment at once. Look at the SACK blocks too: they say what has arrived already and need not be sent again.',
    zh: '六个报文中的第一个丢失。其后每到一个，开发板就重复说出它在等什么：相同的 ACK 号，即重复确认。三个重复确认之后，笔记本不再等定时器，立刻重传缺少的报文。也请看 SACK 块：它们说明哪些已经到达，不必重发。',
  },
  rfc: 'RFC 5681 section 3.2; RFC 6675',
  setting: { laptop: { mtu: MTU }, board: { mtu: MTU } },
  acts: [
    opens(),
    {
      says: { en: 'The wire will lose the first segment with text.', zh: '线路将丢失第一个携带数据的报文。' },
      when: isOpen,
      run: (world) => world.cable.afflict({ fault: 'lost', from: 'laptop', matches: hasText }),
    },
    writes('laptop', SEGMENTS * MSS, { after: 50 }),
    note(
      { en: 'Repaired well before any timer ran out.', zh: '在任何定时器到期之前就已修复。' },
      { when: (world) => world.board.octetsRead === SEGMENTS * MSS && isQuiet(world) },
    ),
  ],
};

function hasText({ datagram }: Passage): boolean {
  return (datagram.tcp?.length ?? 0) > 0;
}
