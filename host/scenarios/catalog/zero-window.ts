import { note, opens, writes } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isQuiet } from '../when.js';

/** More than the board's ring of 4096 octets holds. */
const OCTETS = 5000;

export const zeroWindow: Scenario = {
  name: 'zero-window',
  group: 'data',
  title: { en: 'Zero window', zh: '零窗口' },
  text: {
    en: 'The board’s program does not read, its ring fills, and its window shrinks to 0: stop. The laptop must not wait for ever, since the segment that opens the window again might be lost, so its persist timer sends probes of one octet, less and less often. Look at the window in each ACK, and at what the read at the end lets loose.',
    zh: '开发板的程序不读数据，环形缓冲区渐满，窗口缩小到 0：停。笔记本不能永远等下去，因为重新打开窗口的报文可能丢失，所以坚持定时器以越来越长的间隔发送一个字节的探测。请看每个 ACK 里的窗口，以及最后一次读取放出了什么。',
  },
  rfc: 'RFC 9293 section 3.8.6.1',
  setting: { slowReader: 'board' },
  acts: [
    opens(),
    writes('laptop', 4096),
    writes('laptop', OCTETS - 4096, { when: (world) => isQuiet(world) && world.board.info()?.rcv.wnd === 0 }),
    {
      end: 'board',
      says: { en: 'At last the board’s program reads.', zh: '开发板的程序终于开始读取。' },
      after: 4000,
      run: (world) => {
        world.board.read();
        world.board.isReading = true;
      },
    },
    note(
      { en: 'The window is open and the rest has arrived.', zh: '窗口重新打开，剩余数据已到达。' },
      { when: (world) => world.board.octetsRead === OCTETS && isQuiet(world) },
    ),
  ],
};
