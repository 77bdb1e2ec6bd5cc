import { note, opens } from '../acts.js';
import type { Scenario } from '../scenario.js';
import { isOpen } from '../when.js';

export const threeWayHandshake: Scenario = {
  name: 'three-way-handshake',
  group: 'opening',
  title: { en: 'Three-way handshake', zh: '三次握手' },
  text: {
    en: 'Each end tells the other the number from which it counts its octets, and each is told that this number has arrived: SYN, SYN and ACK, ACK. Look at how ACK is always one more than the SEQ it answers, since a SYN counts as one octet, and at the moment in which each end becomes ESTABLISHED: they are not the same.',
    zh: '双方各自告诉对方自己的起始序号，并得到对方的确认：SYN、SYN+ACK、ACK。请看 ACK 总是所确认 SEQ 加一，因为 SYN 占一个序号；再看两端进入 ESTABLISHED 的时刻并不相同。',
  },
  rfc: 'RFC 9293 section 3.5, figure 6',
  acts: [opens(), note({ en: 'Both ends are ESTABLISHED.', zh: '两端都进入 ESTABLISHED。' }, { when: isOpen })],
};
