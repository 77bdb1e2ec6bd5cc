import { opens } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isOpen } from '../when.js';

export const simultaneousClose: Scenario = {
  name: 'simultaneous-close',
  group: 'closing',
  title: { en: 'Simultaneous close', zh: '同时关闭' },
  text: {
    en: 'Both ends close before either has heard of the other’s FIN: the FINs cross. Each goes from FIN-WAIT-1 to CLOSING, the rarest of the eleven states, and from there to TIME-WAIT when its own FIN is acknowledged. Here both ends wait for 2 MSL.',
    zh: '两端在收到对方 FIN 之前都关闭了：两个 FIN 在线路上交错。各自从 FIN-WAIT-1 进入 CLOSING（十一个状态中最少见的），自己的 FIN 被确认后进入 TIME-WAIT。这里两端都要等待 2 MSL。',
  },
  rfc: 'RFC 9293 section 3.6, figure 13',
  acts: [
    opens(),
    {
      end: 'laptop',
      says: { en: 'Both ends close, in the same moment.', zh: '两端在同一时刻关闭。' },
      when: isOpen,
      after: 200,
      run: (world) => {
        world.laptop.close();
        world.board.close();
      },
    },
  ],
};
