import { note, opens, pullsCable, writes } from '../acts.js';
import type { Act, Scenario } from '../scenario.js';
import { isIn, isOpen } from '../when.js';

const IDLE_MS = 60_000;
const INTERVAL_MS = 10_000;
const PROBES = 3;

function keepsAlive(): Act {
  return {
    end: 'laptop',
    says: {
      en: 'The laptop turns keep-alive on: after a minute of silence, then every ten seconds, three times.',
      zh: '笔记本开启 keepalive：静默一分钟后探测，之后每十秒一次，共三次。',
    },
    when: isOpen,
    run: (world) => {
      world.laptop.option('KEEPALIVE_IDLE', IDLE_MS);
      world.laptop.option('KEEPALIVE_INTERVAL', INTERVAL_MS);
      world.laptop.option('KEEPALIVE_COUNT', PROBES);
      world.laptop.option('KEEPALIVE', 1);
    },
  };
}

export const keepalive: Scenario = {
  name: 'keepalive',
  group: 'trouble',
  title: { en: 'Keep-alive to a pulled cable', zh: 'keepalive 与被拔掉的网线' },
  text: {
    en: 'Keep-alive asks an idle peer for a sign of life with a segment that it must answer: no new text, and a SEQ one below what it expects. The first probe is answered and nobody notices. Then the cable is pulled, three probes in a row find no answer, and the laptop’s user is told ETIMEDOUT. Look at the SEQ of the probes.',
    zh: 'keepalive 用一个对端必须回答的报文探询空闲的对端：没有新数据，SEQ 比对方期待的小一。第一个探测得到回答，谁也不会察觉。随后网线被拔掉，连续三个探测无人回答，笔记本的用户得到 ETIMEDOUT。请看探测报文的 SEQ。',
  },
  rfc: 'RFC 9293 section 3.8.4',
  acts: [
    opens(),
    keepsAlive(),
    pullsCable({ when: (world) => world.passages.some(({ cause }) => cause === 'keepalive'), after: 5000 }),
    note(
      { en: 'The laptop’s user is told: timed out.', zh: '笔记本的用户得知：连接超时。' },
      { when: isIn('laptop', 'CLOSED') },
    ),
  ],
};

export const cableOutIdle: Scenario = {
  name: 'cable-out-idle',
  group: 'trouble',
  title: { en: 'Cable out while idle, without keep-alive', zh: '空闲时断线，没有 keepalive' },
  text: {
    en: 'Nothing is sent, so nothing can be missed. Two hours later both ends are still ESTABLISHED, and either could use the connection the moment the cable is back. A TCP connection is not a line that is held; it is two notes about the same thing in two memories.',
    zh: '什么都不发送，也就什么都不会缺少。两小时后两端仍是 ESTABLISHED，网线插回的那一刻任何一端都能继续使用。TCP 连接不是一根被占住的线，而是两块内存里关于同一件事的两份记录。',
  },
  rfc: 'RFC 9293 section 3.8.4',
  acts: [
    opens(),
    pullsCable(),
    note(
      { en: 'Two hours later: both ends believe in it still.', zh: '两小时后：两端依然认为连接存在。' },
      { after: 7_200_000 },
    ),
    {
      says: { en: 'The cable is plugged in again.', zh: '网线重新插上。' },
      after: 1000,
      run: (world) => world.cable.plug(),
    },
    writes('laptop', 40, { after: 200 }),
  ],
};

export const cableOutKeepalive: Scenario = {
  name: 'cable-out-keepalive',
  group: 'trouble',
  title: { en: 'Cable out while idle, with keep-alive', zh: '空闲时断线，有 keepalive' },
  text: {
    en: 'The same pulled cable, but the laptop asks. After a minute of silence it probes, three times, ten seconds apart, and ends the connection. The board has not asked: it goes on believing, and its memory is lost to it until its own program gives up. Whoever wants to know must ask for himself.',
    zh: '同样拔掉网线，但笔记本会探询。静默一分钟后它每隔十秒探测一次，共三次，然后结束连接。开发板没有探询：它继续相信连接存在，内存一直被占用，直到它自己的程序放弃。谁想知道，谁就得自己问。',
  },
  rfc: 'RFC 9293 section 3.8.4',
  acts: [
    opens(),
    keepsAlive(),
    pullsCable({ after: 200 }),
    note(
      { en: 'The laptop knows. The board does not.', zh: '笔记本知道了。开发板不知道。' },
      { when: isIn('laptop', 'CLOSED') },
    ),
  ],
};

export const cableOutData: Scenario = {
  name: 'cable-out-data',
  group: 'trouble',
  title: { en: 'Cable out with data under way', zh: '有数据在途时断线' },
  text: {
    en: 'The laptop has sent something, so it expects an ACK. It sends again after each time-out, and each time-out is twice the last: look at the RTO. After R2, here a hundred seconds, it gives up and tells its user ETIMEDOUT. No RST reaches the board, which still believes.',
    zh: '笔记本发送了数据，所以期待 ACK。每次超时后重传，每次超时时间加倍：请看 RTO。到 R2（这里是一百秒）后放弃，用户得到 ETIMEDOUT。没有 RST 能到达开发板，它仍然相信连接存在。',
  },
  rfc: 'RFC 9293 section 3.8.3; RFC 6298 section 5',
  setting: { laptop: { tailProbe: 0 } },
  acts: [
    opens(),
    pullsCable(),
    writes('laptop', 40, { after: 300 }),
    note({ en: 'The laptop gives up.', zh: '笔记本放弃了。' }, { when: isIn('laptop', 'CLOSED') }),
  ],
};
