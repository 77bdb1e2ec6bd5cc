import { note, opens } from '../acts.js';
import type { Passage } from '../passage.js';
import type { Act, Scenario } from '../scenario.js';
import { isOpen, isQuiet } from '../when.js';

/** Small segments, so that the board's window of 4096 octets holds many. */
const MTU = 168;
const OCTETS = 24_000;
/** Which text segment is lost, counted from 1. */
const LOST = 60;

export const slowStart: Scenario = {
  name: 'slow-start',
  group: 'data',
  title: { en: 'A long transfer: slow start and one loss', zh: '长传输：慢启动与一次丢失' },
  text: {
    en: 'The laptop sends 24,000 octets. It begins with four segments and adds one for each that is acknowledged, so that the number doubles with each round trip until the board’s window is the limit. Then one segment is lost: look at the charts, where the congestion window is cut to half of what was in flight and grows again, now by about one segment a round trip.',
    zh: '笔记本发送 24000 字节。从四个报文开始，每个被确认的报文让窗口加一，所以每个往返翻倍，直到受开发板窗口限制。然后一个报文丢失：请看图表，拥塞窗口减到在途数据的一半，之后每个往返大约只增加一个报文。',
  },
  rfc: 'RFC 5681 section 3.1',
  setting: { laptop: { mtu: MTU }, board: { mtu: MTU } },
  acts: [
    opens(),
    {
      says: { en: `The wire will lose the ${LOST}th segment with text.`, zh: `线路将丢失第 ${LOST} 个数据报文。` },
      when: isOpen,
      run: ({ cable }) => {
        let seen = 0;
        const matches = ({ datagram }: Passage): boolean => (datagram.tcp?.length ?? 0) > 0 && (seen += 1) === LOST;
        cable.afflict({ fault: 'lost', from: 'laptop', matches });
      },
    },
    ...keepsWriting(),
    note(
      { en: 'All octets have arrived.', zh: '所有字节都已到达。' },
      {
        when: (world) => world.board.octetsRead === OCTETS && isQuiet(world),
      },
    ),
  ],
};

/** The ring holds 4096 octets: the program writes whenever half of it is free. */
function keepsWriting(): Act[] {
  const PIECE = 2000;
  return Array.from({ length: OCTETS / PIECE }, (_, n) => ({
    end: 'laptop' as const,
    says: {
      en: `The laptop writes octets ${n * PIECE} to ${(n + 1) * PIECE}.`,
      zh: `笔记本写入第 ${n * PIECE} 至 ${(n + 1) * PIECE} 字节。`,
    },
    when: (world: Parameters<NonNullable<Act['when']>>[0]) => hasRoom(world.laptop.info(), PIECE),
    run: (world: Parameters<Act['run']>[0]) => {
      world.laptop.write(PIECE);
    },
  }));
}

const RING = 4096;

function hasRoom(info: { snd: { una: number; end: number } } | undefined, octets: number): boolean {
  return info !== undefined && RING - ((info.snd.end - info.snd.una) >>> 0) >= octets;
}
