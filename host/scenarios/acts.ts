// Acts that many scenarios have in common, with the words that tell of them.
import type { Act, Text } from './scenario.js';
import { isIn, isOpen, isQuiet } from './when.js';

type Timing = Pick<Act, 'when' | 'after'>;

export function opens(timing: Timing = {}): Act {
  return {
    end: 'laptop',
    says: { en: 'The laptop opens a connection to port 80.', zh: '笔记本主动打开到 80 端口的连接。' },
    run: (world) => world.laptop.open(),
    ...timing,
  };
}

export function writes(end: 'laptop' | 'board', octets: number, timing: Timing = { when: isOpen }): Act {
  return {
    end,
    says: {
      en: `The ${end} writes ${octets} octets.`,
      zh: `${inChinese(end)}写入 ${octets} 个字节。`,
    },
    run: (world) => {
      world.end(end).write(octets);
    },
    ...timing,
  };
}

export function closes(end: 'laptop' | 'board', timing: Timing): Act {
  return {
    end,
    says: { en: `The ${end} closes: it has no more to send.`, zh: `${inChinese(end)}关闭：它不再发送数据。` },
    run: (world) => world.end(end).close(),
    ...timing,
  };
}

/** The peer has seen the FIN, thinks for a while, and closes as well. */
export function closesInTurn(end: 'laptop' | 'board', after = 400): Act {
  return closes(end, { when: isIn(end, 'CLOSE-WAIT'), after });
}

export function pullsCable(timing: Timing = { when: isOpen, after: 200 }): Act {
  return {
    says: { en: 'Somebody pulls the cable. Nobody is told.', zh: '有人拔掉了网线。没有任何一端得到通知。' },
    run: (world) => world.cable.cut(),
    ...timing,
  };
}

/** Nothing is done; somebody points at what there is to see. */
export function note(says: Text, timing: Timing = { when: isQuiet }): Act {
  return { says, run: () => undefined, ...timing };
}

export function inChinese(end: 'laptop' | 'board'): string {
  return end === 'laptop' ? '笔记本' : '开发板';
}
