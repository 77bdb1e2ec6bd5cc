import { Flag } from '../../../assembly/numbers.js';
import { note, opens } from '../acts.js';
import { FIRST_PORT, HTTP_PORT } from '../endpoint.js';
import type { Scenario } from '../scenario.js';
import { isOpen, sent } from '../when.js';

/** So much older is the SYN of a former connection: the figure has 100 and 90. */
const OLDER = 10;

export const oldDuplicateSyn: Scenario = {
  name: 'old-duplicate-syn',
  group: 'opening',
  title: { en: 'An old duplicate SYN', zh: '迟到的旧 SYN' },
  text: {
    en: 'A SYN of a former connection has wandered about and arrives before the real one. The board cannot tell and answers it. The laptop can: the answer acknowledges a number that it has not sent, so it resets, and the board goes back to LISTEN. With two steps the board would be left with a connection that nobody wants.',
    zh: '一个旧连接的 SYN 在网络中滞留，先于真正的 SYN 到达。开发板分辨不出，照常回答。笔记本能分辨：回答所确认的序号它没有发送过，于是发 RST，开发板回到 LISTEN。若只有两次握手，开发板会留下一个无人需要的连接。',
  },
  rfc: 'RFC 9293 section 3.5, figure 8',
  acts: [
    {
      says: { en: 'The laptop’s SYN will be late.', zh: '笔记本的 SYN 将会迟到。' },
      run: (world) => world.cable.afflict({ fault: 'delayed', from: 'laptop', delayMs: 250 }),
    },
    opens(),
    {
      says: {
        en: 'A SYN of a former connection turns up on the wire, ten numbers older.',
        zh: '线路上冒出一个旧连接的 SYN，序号小 10。',
      },
      when: sent(1),
      after: 20,
      run: (world) =>
        world.inject('laptop', {
          sourcePort: FIRST_PORT,
          destinationPort: HTTP_PORT,
          seq: world.originOf('laptop') - OLDER,
          flags: Flag.SYN,
        }),
    },
    note({ en: 'Only the real connection is left.', zh: '只剩下真正的连接。' }, { when: isOpen }),
  ],
};
