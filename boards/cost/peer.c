#include "peer.h"

static void put16(uint8_t* at, uint32_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static void put32(uint8_t* at, uint32_t value) {
  put16(at, value >> 16);
  put16(at + 2, value);
}

static uint32_t get16(const uint8_t* at) {
  return (uint32_t)(at[0] << 8 | at[1]);
}

static uint32_t get32(const uint8_t* at) {
  return get16(at) << 16 | get16(at + 2);
}

uint32_t peer_sum(const uint8_t* octets, uint32_t length, uint32_t sum) {
  for (uint32_t i = 0; i + 1 < length; i += 2) sum += get16(octets + i);
  if (length & 1) sum += (uint32_t)octets[length - 1] << 8;
  while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
  return sum;
}

static uint32_t segment_sum(const uint8_t* datagram, uint32_t length) {
  return peer_sum(datagram + 20, length - 20, peer_sum(datagram + 12, 8, 6 + length - 20));
}

uint32_t peer_segment(peer_t* peer, uint8_t* datagram, uint32_t flags, uint32_t text) {
  uint8_t* const tcp = datagram + 20;
  const uint32_t header = flags & SYN ? 24 : 20, length = 20 + header + text;
  for (uint32_t i = 0; i < 20 + header; i += 1) datagram[i] = 0;
  datagram[0] = 0x45;
  put16(datagram + 2, length);
  datagram[8] = 64;
  datagram[9] = 6;
  put32(datagram + 12, PEER_ADDRESS);
  put32(datagram + 16, BOARD_ADDRESS);
  put16(datagram + 10, ~peer_sum(datagram, 20, 0));
  put16(tcp, peer->peerPort);
  put16(tcp + 2, peer->boardPort);
  put32(tcp + 4, peer->seq);
  put32(tcp + 8, flags & ACK ? peer->ack : 0);
  tcp[12] = (uint8_t)(header / 4 << 4);
  tcp[13] = (uint8_t)flags;
  put16(tcp + 14, 32768);
  if (flags & SYN) put32(tcp + 20, 0x020405B4); /* MSS 1460 */
  for (uint32_t i = 0; i < text; i += 1) tcp[header + i] = (uint8_t)(peer->seq + i);
  put16(tcp + 16, ~segment_sum(datagram, length));
  peer->seq += text + !!(flags & (SYN | FIN));
  return length;
}

answer_t peer_read(peer_t* peer, const uint8_t* datagram, uint32_t length) {
  const uint8_t* const tcp = datagram + 20;
  if (length < 40 || get16(datagram + 2) != length || datagram[9] != 6) fail("the answer is no segment");
  if (peer_sum(datagram, 20, 0) != 0xFFFF) fail("the answer's header checksum is wrong");
  if (segment_sum(datagram, length) != 0xFFFF) fail("the answer's segment checksum is wrong");
  const uint32_t header = (uint32_t)(tcp[12] >> 4) * 4, flags = tcp[13] & 63u;
  const answer_t answer = {get32(tcp + 4), get32(tcp + 8), flags, length - 20 - header, get16(tcp + 2)};
  peer->ack = answer.seq + answer.text + !!(flags & (SYN | FIN));
  return answer;
}
