import { opens, writes } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isQuiet } from '../when.js';

export const lingerZero: Scenario = {
  name: 'linger-0',
  group: 'closing',
  title: { en: 'RST by linger 0', zh: 'linger 0 导致的 RST' },
  text: {
    en: 'The laptop sets SO_LINGER to 0 and closes. That is not a close but an abort: a reset, no FIN, no TIME-WAIT, and whatever was not yet delivered is thrown away. The board’s user is told ECONNRESET. Some tutorials call it the way to close quickly; it is the way to lose data.',
    zh: '笔记本把 SO_LINGER 设为 0 后关闭。这不是关闭而是中止：发 RST，没有 FIN，没有 TIME-WAIT，尚未送达的数据全部丢弃。开发板的用户得到 ECONNRESET。有些教程说这是快速关闭的办法；其实它是丢数据的办法。',
  },
  rfc: 'RFC 9293 section 3.10.5',
  acts: [
    opens(),
    writes('laptop', 30),
    {
      end: 'laptop',
      says: { en: 'The laptop sets linger to 0 and closes.', zh: '笔记本设置 linger 0 后关闭。' },
      when: isQuiet,
      after: 600,
      run: (world) => {
        world.laptop.option('LINGER', 0);
        world.laptop.close();
      },
    },
  ],
};
