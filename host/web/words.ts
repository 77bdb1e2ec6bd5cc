// Every word of the page that is not a scenario's, in both languages.
import type { Group, Language, Text } from '../scenarios/scenario.js';
import type { HandName } from '../scenarios/hands.js';

export const GROUP_NAMES: Readonly<Record<Group, Text>> = {
  opening: { en: 'Opening', zh: '建立连接' },
  data: { en: 'Data', zh: '传输数据' },
  closing: { en: 'Closing', zh: '关闭连接' },
  trouble: { en: 'Trouble', zh: '故障' },
  attack: { en: 'Attack', zh: '攻击' },
};

export const HAND_WORDS: Readonly<Record<HandName, Text>> = {
  drop: { en: 'Drop next', zh: '丢弃下一个' },
  duplicate: { en: 'Duplicate next', zh: '复制下一个' },
  delay: { en: 'Delay next', zh: '延迟下一个' },
  corrupt: { en: 'Corrupt next', zh: '损坏下一个' },
  write: { en: 'Write 100', zh: '写 100 字节' },
  read: { en: 'Read', zh: '读取' },
  'half-close': { en: 'Half close', zh: '半关闭' },
  close: { en: 'Close', zh: '关闭' },
  abort: { en: 'Abort', zh: '中止' },
  pull: { en: 'Pull the cable', zh: '拔掉网线' },
  plug: { en: 'Plug it in', zh: '插上网线' },
  flood: { en: 'SYN flood', zh: 'SYN 洪泛' },
};

const WORDS = {
  tagline: { en: 'TCP as it happens, on the real core', zh: '在真实的协议栈上观看 TCP' },
  scenarios: { en: 'Scenarios', zh: '场景' },
  scenario: { en: 'Scenario', zh: '场景' },
  laptop: { en: 'laptop', zh: '笔记本' },
  board: { en: 'board', zh: '开发板' },
  wire: { en: 'wire', zh: '线路' },
  play: { en: 'Play', zh: '播放' },
  pause: { en: 'Pause', zh: '暂停' },
  step: { en: 'Step', zh: '单步' },
  again: { en: 'Again', zh: '重来' },
  toEnd: { en: 'To the end', zh: '到结尾' },
  speed: { en: 'Speed', zh: '速度' },
  skip: { en: 'Skip waits', zh: '缩短等待' },
  language: { en: '中文', zh: 'English' },
  languageLabel: { en: 'Change the language: 中文', zh: '切换语言：English' },
  theme: { en: 'Light or dark', zh: '明暗' },
  ladder: { en: 'Ladder', zh: '时序图' },
  ladderHelp: {
    en: 'Segments between laptop and board. Arrow keys move from one to the next; the same stands in the table.',
    zh: '笔记本与开发板之间的报文。方向键逐个移动；下方表格内容相同。',
  },
  table: { en: 'The same as a table', zh: '以表格显示' },
  states: { en: 'States', zh: '状态' },
  statePath: { en: 'path', zh: '路径' },
  hands: { en: 'Hands: reach in while it runs', zh: '动手：运行时介入' },
  nextFrom: { en: 'Next segment from', zh: '下一个报文来自' },
  segment: { en: 'Segment', zh: '报文' },
  noSegment: {
    en: 'Point at an arrow, or move to one with the arrow keys, and every bit of its header stands here.',
    zh: '把鼠标移到箭头上，或用方向键选择，这里显示首部的每一位。',
  },
  why: { en: 'Why it was sent', zh: '为什么发送' },
  fate: { en: 'What became of it', zh: '结果' },
  timers: { en: 'Timers', zh: '定时器' },
  noTimer: { en: 'No timer is running.', zh: '没有定时器在运行。' },
  sequence: { en: 'Sequence space and rings', zh: '序号空间与缓冲区' },
  noConnection: { en: 'No connection.', zh: '没有连接。' },
  charts: { en: 'Over time: the laptop', zh: '随时间变化：笔记本' },
  takeAway: { en: 'Take away', zh: '带走' },
  pcapng: { en: 'Capture (pcapng)', zh: '抓包文件 (pcapng)' },
  packetdrill: { en: 'Script (packetdrill)', zh: '脚本 (packetdrill)' },
  picture: { en: 'Ladder (SVG)', zh: '时序图 (SVG)' },
  link: { en: 'Copy link', zh: '复制链接' },
  linkCopied: { en: 'Link copied', zh: '链接已复制' },
  core: { en: 'The core: board.wasm, SHA-256', zh: '协议栈：board.wasm，SHA-256' },
  proofs: { en: 'Four proofs', zh: '四个证明' },
  canSend: { en: 'what I send arrives', zh: '我发的能到达' },
  canReceive: { en: 'I hear the other', zh: '我能听到对方' },
  synQueue: { en: 'SYN queue of the board', zh: '开发板的 SYN 队列' },
  over: {
    en: 'Nothing more will happen by itself. Reach in, or play it again.',
    zh: '不会再自动发生什么。可以动手介入，或重新播放。',
  },
  armed: { en: 'waiting for the next segment', zh: '等待下一个报文' },
  cableOut: { en: 'The cable is out.', zh: '网线已拔掉。' },
  realWire: { en: 'Real wire', zh: '真实线路' },
  realWireText: {
    en: 'Connect a board with a Slipway firmware over a serial line. This tab becomes the laptop: it fetches the board’s page over its own TCP.',
    zh: '通过串口连接运行 Slipway 固件的开发板。此标签页就成为笔记本：用自己的 TCP 获取开发板的网页。',
  },
  connect: { en: 'Connect a board', zh: '连接开发板' },
  disconnect: { en: 'Disconnect', zh: '断开' },
  fetch: { en: 'Fetch its page', zh: '获取网页' },
  baud: { en: 'Baud', zh: '波特率' },
  noSerial: {
    en: 'This browser has no Web Serial. Chromium, Chrome and Edge have it, on localhost and over https.',
    zh: '此浏览器不支持 Web Serial。Chromium、Chrome 和 Edge 在 localhost 或 https 下支持。',
  },
  inferred: {
    en: 'The board’s states are inferred from the segments that pass: ~',
    zh: '开发板的状态由经过的报文推断得出：~',
  },
  time: { en: 'Time', zh: '时间' },
  direction: { en: 'Direction', zh: '方向' },
  flags: { en: 'Flags', zh: '标志' },
  length: { en: 'Length', zh: '长度' },
  window: { en: 'Window', zh: '窗口' },
  cause: { en: 'Why', zh: '原因' },
  sendRing: { en: 'send ring', zh: '发送缓冲区' },
  receiveRing: { en: 'receive ring', zh: '接收缓冲区' },
  taken: { en: 'taken', zh: '已接收' },
  lost: { en: 'lost', zh: '丢失' },
  damaged: { en: 'damaged', zh: '损坏' },
  travelling: { en: 'on its way', zh: '在途' },
  dropped: { en: 'dropped', zh: '丢弃' },
  twice: { en: 'arrived twice', zh: '到达两次' },
  late: { en: 'delayed', zh: '延迟' },
  arrived: { en: 'arrives', zh: '到达' },
  sentWord: { en: 'leaves', zh: '发出' },
  userCall: { en: 'the user calls', zh: '用户调用' },
  timeout: { en: 'a timer runs out', zh: '定时器到期' },
  more: { en: 'in words', zh: '含义' },
} as const satisfies Record<string, Text>;

export type Word = keyof typeof WORDS;

let current: Language = 'en';

export function language(): Language {
  return current;
}

export function setLanguage(to: Language): void {
  current = to;
}

/** A word of the page in the language that is set. */
export function say(word: Word): string {
  return WORDS[word][current];
}

export function inLanguage(text: Text): string {
  return text[current];
}
