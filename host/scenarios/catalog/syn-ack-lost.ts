import { note, opens } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isOpen } from '../when.js';

export const synAckLost: Scenario = {
  name: 'syn-ack-lost',
  group: 'opening',
  title: { en: 'SYN-ACK lost', zh: 'SYN+ACK 丢失' },
  text: {
    en: 'The second segment of the handshake is lost. Neither end knows which one it was, so both send again after a second: the laptop its SYN, the board its SYN-ACK. If two steps were enough, the board would be ESTABLISHED already and would send data to an end that has never heard of the connection, which would throw it away: each would wait for the other.',
    zh: '握手的第二个报文丢失。两端都不知道丢的是哪一个，所以一秒后都会重传：笔记本重传 SYN，开发板重传 SYN+ACK。假如只需两次，开发板此时早已是 ESTABLISHED，会向一个从未得知连接建立的对端发送数据而被丢弃：双方互相等待，形成死锁。',
  },
  rfc: 'RFC 9293 section 3.5; RFC 6298 section 2',
  acts: [
    {
      says: { en: 'The wire will lose the board’s SYN-ACK.', zh: '线路将丢失开发板的 SYN+ACK。' },
      run: (world) => world.cable.afflict({ fault: 'lost', from: 'board' }),
    },
    opens(),
    note({ en: 'The handshake came about, a second late.', zh: '握手完成，只是晚了一秒。' }, { when: isOpen }),
  ],
};
