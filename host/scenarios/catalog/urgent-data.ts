import { note, opens, writes } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isQuiet } from '../when.js';

export const urgentData: Scenario = {
  name: 'urgent-data',
  group: 'data',
  title: { en: 'Urgent data', zh: '紧急数据' },
  text: {
    en: 'The laptop writes twenty octets and marks the end of ten more as urgent. The segment has URG set, and its urgent pointer counts from SEQ to the octet behind the urgent data, not to the last urgent one as many books say. Nothing overtakes: the octets stay in their order, and the board is only told that something up to there is urgent. New programs should not use it.',
    zh: '笔记本先写 20 个字节，再写 10 个字节并标记为紧急。报文置 URG，紧急指针从 SEQ 数到紧急数据之后的那个字节，而不是许多书上说的最后一个紧急字节。没有任何数据插队：字节次序不变，只是告诉开发板到那里为止有紧急内容。新程序不应使用它。',
  },
  rfc: 'RFC 9293 section 3.8.5; RFC 6093',
  acts: [
    opens(),
    writes('laptop', 20),
    {
      end: 'laptop',
      says: { en: 'The laptop writes ten octets, urgent.', zh: '笔记本写入 10 个紧急字节。' },
      when: isQuiet,
      after: 600,
      run: (world) => {
        world.laptop.write(10, { urgent: true });
      },
    },
    note(
      { en: 'All thirty octets were read, in their order.', zh: '三十个字节全部按序读出。' },
      { when: (world) => world.board.octetsRead === 30 && isQuiet(world) },
    ),
  ],
};
