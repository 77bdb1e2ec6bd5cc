// Why a segment was sent and what became of it, in words, with the section that asks for it.
import type { Text } from './scenario.js';

export interface Cause {
  /** A few words for an arrow. */
  words: Text;
  /** A sentence for whoever asks. */
  why: Text;
  rfc: string;
}

/** By the core's names (Cause in assembly/numbers.ts), in lower case with hyphens. */
export const CAUSES: Readonly<Record<string, Cause>> = {
  open: {
    words: { en: 'open', zh: '主动打开' },
    why: { en: 'The user opened a connection.', zh: '用户主动打开连接。' },
    rfc: 'RFC 9293 section 3.10.1',
  },
  'syn-ack': {
    words: { en: 'SYN-ACK', zh: '回答 SYN' },
    why: { en: 'It answers a SYN that has arrived.', zh: '回答收到的 SYN。' },
    rfc: 'RFC 9293 section 3.10.7.2',
  },
  cookie: {
    words: { en: 'cookie', zh: 'SYN cookie' },
    why: {
      en: 'It answers a SYN without keeping any state: its SEQ is a keyed hash.',
      zh: '回答 SYN 而不保存任何状态：SEQ 是带密钥的散列。',
    },
    rfc: 'RFC 4987 section 3.6',
  },
  written: {
    words: { en: 'written', zh: '应用写入' },
    why: { en: 'The application wrote, and the window had room.', zh: '应用写入了数据，且窗口有空间。' },
    rfc: 'RFC 9293 section 3.10.2',
  },
  close: {
    words: { en: 'close', zh: '关闭' },
    why: { en: 'The application closed: there is nothing more to send.', zh: '应用已关闭：没有更多数据要发送。' },
    rfc: 'RFC 9293 section 3.10.4',
  },
  ack: {
    words: { en: 'ACK', zh: '立即确认' },
    why: { en: 'An acknowledgment that must not wait.', zh: '不能等待的确认。' },
    rfc: 'RFC 9293 section 3.8.6.3',
  },
  'delayed-ack': {
    words: { en: 'delayed ACK', zh: '延迟确认' },
    why: {
      en: 'The acknowledgment waited for text of its own to go with it; the timer ran out first.',
      zh: '确认等待与数据同行，但定时器先到期。',
    },
    rfc: 'RFC 9293 section 3.8.6.3',
  },
  'duplicate-ack': {
    words: { en: 'duplicate ACK', zh: '重复确认' },
    why: {
      en: 'Something arrived out of order: the same ACK says again what is missing.',
      zh: '数据乱序到达：相同的 ACK 再次说明缺少什么。',
    },
    rfc: 'RFC 5681 section 3.2',
  },
  'challenge-ack': {
    words: { en: 'challenge ACK', zh: '质询 ACK' },
    why: {
      en: 'A SYN or RST that does not fit: only the true peer can answer this ACK rightly.',
      zh: '收到不合适的 SYN 或 RST：只有真正的对端才能正确回答这个 ACK。',
    },
    rfc: 'RFC 5961 sections 3 and 4',
  },
  'window-update': {
    words: { en: 'window update', zh: '窗口更新' },
    why: { en: 'The application has read: the window is open again.', zh: '应用已读取：窗口重新打开。' },
    rfc: 'RFC 9293 section 3.8.6.2.2',
  },
  retransmission: {
    words: { en: 'retransmission', zh: '超时重传' },
    why: {
      en: 'No acknowledgment came before the retransmission timer ran out.',
      zh: '重传定时器到期之前没有收到确认。',
    },
    rfc: 'RFC 6298 section 5',
  },
  'fast-retransmission': {
    words: { en: 'fast retransmission', zh: '快速重传' },
    why: {
      en: 'Duplicate ACKs say that later segments have arrived and this one has not.',
      zh: '重复确认说明后面的报文已到达，而这一个没有。',
    },
    rfc: 'RFC 5681 section 3.2; RFC 6675',
  },
  'tail-probe': {
    words: { en: 'tail probe', zh: '尾部探测' },
    why: {
      en: 'The last segment was not acknowledged, and nothing follows that could tell of its loss.',
      zh: '最后一个报文未被确认，其后又没有报文能揭示它的丢失。',
    },
    rfc: 'RFC 8985 section 7',
  },
  'window-probe': {
    words: { en: 'window probe', zh: '窗口探测' },
    why: {
      en: 'The peer’s window is 0: the persist timer asks whether it has opened.',
      zh: '对端窗口为 0：坚持定时器询问窗口是否已打开。',
    },
    rfc: 'RFC 9293 section 3.8.6.1',
  },
  keepalive: {
    words: { en: 'keepalive', zh: 'keepalive 探测' },
    why: { en: 'Nothing was heard for long: is the peer still there?', zh: '很久没有动静：对端还在吗？' },
    rfc: 'RFC 9293 section 3.8.4',
  },
  reset: {
    words: { en: 'reset', zh: '复位' },
    why: { en: 'It answers a segment that belongs to no connection here.', zh: '回答一个不属于这里任何连接的报文。' },
    rfc: 'RFC 9293 section 3.5.2',
  },
  abort: {
    words: { en: 'abort', zh: '中止' },
    why: {
      en: 'The application aborted, or a limit of patience was reached.',
      zh: '应用中止了连接，或忍耐达到上限。',
    },
    rfc: 'RFC 9293 section 3.10.5',
  },
  datagram: {
    words: { en: 'datagram', zh: '数据报' },
    why: { en: 'The application sent a UDP datagram.', zh: '应用发送了一个 UDP 数据报。' },
    rfc: 'RFC 768',
  },
  'echo-reply': {
    words: { en: 'echo reply', zh: '回显应答' },
    why: { en: 'It answers an echo request.', zh: '回答回显请求。' },
    rfc: 'RFC 792',
  },
  'icmp-error': {
    words: { en: 'ICMP error', zh: 'ICMP 差错' },
    why: { en: 'It tells the sender why a datagram could not be used.', zh: '告诉发送方数据报为何无法使用。' },
    rfc: 'RFC 1122 section 3.2.2',
  },
  forged: {
    words: { en: 'from elsewhere', zh: '来自别处' },
    why: {
      en: 'Neither end has sent it: an attacker did, or it is left over from a former connection.',
      zh: '两端都没有发送它：它来自攻击者，或是旧连接的残留。',
    },
    rfc: 'RFC 9293 section 3.5',
  },
};

/** What a ladder says besides, by its English words: why something was not taken, and what an end did. */
const PHRASES: Readonly<Record<string, string>> = {
  lost: '丢失',
  damaged: '损坏',
  'a copy': '副本',
  dropped: '丢弃',
  closes: '关闭',
  opens: '打开',
  listens: '监听',
  'lets go': '放手',
  '2 MSL have passed': '2 MSL 已过',
  'time has run out': '超时结束',
  'no connection': '没有这个连接',
  'not acceptable': '不可接受',
  'not for us': '不是给本机的',
  'bad ACK': 'ACK 不对',
  'bad RST': 'RST 不对',
  'bad SYN': 'SYN 不对',
  'bad segment checksum': '校验和错误',
  'SYN queue full': 'SYN 队列已满',
};

/** A phrase of the ladder in Chinese; what has no translation (a flag, an option) stays as it is. */
export function phraseInChinese(phrase: string): string {
  const known = PHRASES[phrase];
  if (known !== undefined) return known;
  const [, reason] = /^dropped: (.*)$/.exec(phrase) ?? [];
  if (reason !== undefined) return `丢弃：${PHRASES[reason] ?? reason}`;
  const again = /^frame (\d+) arrives again(?:, dropped: (.*))?$/.exec(phrase);
  if (again !== null) return `第 ${again[1]} 帧再次到达${again[2] ? `，丢弃：${PHRASES[again[2]] ?? again[2]}` : ''}`;
  const [, words = phrase, number = ''] = /^(.*?)( \d+)?$/.exec(phrase) ?? [];
  const cause = Object.values(CAUSES).find((one) => one.words.en === words);
  return cause === undefined ? phrase : `${cause.words.zh}${number}`;
}
