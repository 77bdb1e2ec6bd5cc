import { note, opens } from '../acts.js';
import { UDP_PORT } from '../endpoint.js';
import type { Passage } from '../passage.js';
import type { Act, Scenario } from '../scenario.js';
import { isOpen, isQuiet } from '../when.js';
import type { World } from '../world.js';

const MESSAGES = 10;
/** Octets of each message: 'message 07'. */
const LENGTH = 10;
const EVERY_MS = 20;
/** Of each ten, counted from 1: one is lost, one is late, one arrives twice. */
const LOST = 3;
const LATE = 6;
const TWICE = 8;

const afflicts: Act = {
  says: {
    en: 'Of each ten messages the wire will lose the third, delay the sixth, and deliver the eighth twice.',
    zh: '每十条消息中，线路会丢失第三条，延迟第六条，把第八条送达两次。',
  },
  when: isOpen,
  run: ({ cable }) => {
    for (const isText of [isTcpText, isUdp]) {
      const befalls = (n: number): ((passage: Passage) => boolean) => nth(isText, n);
      cable.afflict({ fault: 'lost', from: 'laptop', matches: befalls(LOST) });
      cable.afflict({ fault: 'delayed', from: 'laptop', matches: befalls(LATE), delayMs: 1.5 * EVERY_MS });
      cable.afflict({ fault: 'duplicated', from: 'laptop', matches: befalls(TWICE) });
    }
  },
};

export const tenMessages: Scenario = {
  name: 'ten-messages',
  group: 'data',
  title: { en: 'Ten messages over TCP and over UDP', zh: '十条消息：TCP 与 UDP' },
  text: {
    en: 'The same ten messages over the same bad wire. UDP delivers what arrives, as it arrives: nine messages, one out of order, one twice, each with its boundaries, under 8 octets of header. TCP delivers a hundred octets, all of them, once and in order, under 20 octets of header and with acknowledgments; where one message ends and the next begins it does not know.',
    zh: '同样十条消息，同一条糟糕的线路。UDP 到什么交付什么：到了九条，一条乱序，一条重复，每条都保有边界，首部 8 字节。TCP 交付一百个字节，一个不少、不重、按序，首部 20 字节并需要确认；但一条消息在哪里结束、下一条在哪里开始，它并不知道。',
  },
  rfc: 'RFC 9293 section 2.2; RFC 768',
  acts: [
    opens(),
    afflicts,
    ...Array.from({ length: MESSAGES }, (_, n) => sendsByTcp(n + 1)),
    {
      end: 'board',
      says: { en: 'The same again over UDP, from port 7 to port 7.', zh: '再用 UDP 发送一遍，端口 7 到 7。' },
      when: (world) => world.board.octetsRead === MESSAGES * LENGTH && isQuiet(world),
      after: 300,
      run: (world) => {
        world.board.openDatagrams(UDP_PORT);
        world.laptop.openDatagrams(UDP_PORT);
      },
    },
    ...Array.from({ length: MESSAGES }, (_, n) => sendsByUdp(n + 1)),
    note(
      {
        en: 'TCP: 100 octets in order. UDP: count the messages that arrived.',
        zh: 'TCP：100 个字节按序到达。UDP：数一数到达了几条消息。',
      },
      { after: 300 },
    ),
  ],
};

function sendsByTcp(n: number): Act {
  return {
    end: 'laptop',
    says: { en: `TCP, message ${n}.`, zh: `TCP，第 ${n} 条消息。` },
    after: EVERY_MS,
    run: ({ laptop }) => {
      if (n === 1) laptop.option('NODELAY', 1);
      laptop.write(LENGTH);
    },
  };
}

function sendsByUdp(n: number): Act {
  return {
    end: 'laptop',
    says: { en: `UDP, message ${n}.`, zh: `UDP，第 ${n} 条消息。` },
    after: EVERY_MS,
    run: ({ laptop }: World) => laptop.sendDatagram(`message ${String(n).padStart(2, '0')}`, UDP_PORT),
  };
}

/** The n-th of those that fit; each passage is asked about once. */
function nth(fits: (passage: Passage) => boolean, n: number): (passage: Passage) => boolean {
  let seen = 0;
  return (passage) => {
    if (fits(passage)) seen += 1;
    return fits(passage) && seen === n;
  };
}

function isTcpText({ datagram, repeat }: Passage): boolean {
  return (datagram.tcp?.length ?? 0) > 0 && repeat === 0;
}

function isUdp({ datagram }: Passage): boolean {
  return datagram.udp !== undefined;
}
