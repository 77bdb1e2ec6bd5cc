/* What leaves, checked to the octet: headers, sums, and that each octet of text is the one that belongs there. */
#include "harness.h"

Heard heard[PEERS];
uint8_t lastOut[DATAGRAM_MOST];
size_t lastOutLength;

void forgetHeard(void) {
  for (uint32_t i = 0; i < PEERS; i++) heard[i] = (Heard){.next = 1, .ack = 1000 * i, .localPort = PORT};
  lastOutLength = 0;
}

static void checkHeader(const uint8_t* datagram, size_t length) {
  check(length >= IPV4_HEADER, "a datagram has a header");
  if (length > linkMtu) fail("a datagram fits the link", (uint32_t)length, linkMtu);
  if (datagram[0] != 0x45) fail("version 4, no options", datagram[0], 0x45);
  if (load16(datagram + 2) != length) fail("the total length", load16(datagram + 2), (uint32_t)length);
  check((load16(datagram + 6) & 0xbfff) == 0, "the core cuts nothing into pieces");
  check(datagram[8] != 0, "a datagram has a time to live");
  check(complementOf(sumOf(datagram, IPV4_HEADER, 0)) == 0, "the header's checksum");
  const uint32_t first = load32(datagram + 16) >> 24;
  check(first != 0 && first != 127 && first < 224, "nothing is sent to an address that is no single host's");
}

/* The timestamp option, for the peer to echo; and every option within its bounds. */
static void readOptions(const uint8_t* tcp, uint32_t header, Heard* ear) {
  for (uint32_t i = TCP_HEADER; i < header && tcp[i] != 0;) {
    if (tcp[i] == 1) {
      i += 1;
      continue;
    }
    check(i + 1 < header && tcp[i + 1] >= 2 && i + tcp[i + 1] <= header, "an option lies within the header");
    if (tcp[i] == 8) {
      check(tcp[i + 1] == 10, "timestamps have ten octets");
      if (ear) ear->stamp = load32(tcp + i + 2);
    } else if (tcp[i] == 5) {
      check(tcp[i + 1] > 2 && (tcp[i + 1] - 2) % 8 == 0, "SACK has whole blocks");
    } else {
      check(tcp[i] >= 2 && tcp[i] <= 4 && tcp[13] & SLIPWAY_FLAG_SYN, "the other options stand in a SYN");
    }
    i += tcp[i + 1];
  }
}

static void checkSegment(const uint8_t* datagram, size_t length) {
  const uint8_t* tcp = datagram + IPV4_HEADER;
  const uint32_t octets = (uint32_t)length - IPV4_HEADER;
  check(octets >= TCP_HEADER, "a segment has a header");
  const uint32_t header = tcp[12] >> 4 << 2;
  check(header >= TCP_HEADER && header <= octets, "the data offset lies within the segment");
  check(checksumOf(datagram, length) == 0, "the segment's checksum");
  const uint32_t port = load16(tcp + 2);
  const bool isPeer = load32(datagram + 16) == PEER && port - PEER_PORT < PEERS;
  Heard* ear = isPeer ? &heard[port - PEER_PORT] : 0;
  readOptions(tcp, header, ear);
  if (!isPeer) return;
  const uint32_t seq = load32(tcp + 4);
  const uint32_t text = octets - header;
  const uint8_t flags = tcp[13];
  for (uint32_t i = 0; i < text; i++) {
    const uint8_t should = textOf(TEXT_OUT, keyOf(port, load16(tcp)), seq + i);
    if (tcp[header + i] != should) fail("an octet of text is the one that was written there", tcp[header + i], should);
  }
  if (flags & SLIPWAY_FLAG_RST) return;
  ear->next = seq + text + (flags & SLIPWAY_FLAG_SYN ? 1 : 0) + (flags & SLIPWAY_FLAG_FIN ? 1 : 0);
  if (flags & SLIPWAY_FLAG_ACK) ear->ack = load32(tcp + 8);
  ear->localPort = load16(tcp);
}

static void checkUdp(const uint8_t* datagram, size_t length) {
  const uint8_t* udp = datagram + IPV4_HEADER;
  check(length >= IPV4_HEADER + UDP_HEADER && load16(udp + 4) == length - IPV4_HEADER, "the length of a UDP datagram");
  check(load16(udp + 6) != 0 && checksumOf(datagram, length) == 0, "the checksum of a UDP datagram");
  const uint32_t port = load16(udp + 2);
  if (load32(datagram + 16) != PEER || port - PEER_PORT >= PEERS) return;
  for (uint32_t i = 0; i < length - IPV4_HEADER - UDP_HEADER; i++) {
    const uint8_t should = textOf(UDP_OUT, port, i);
    if (udp[UDP_HEADER + i] != should) fail("an octet of a datagram is the one that was written", udp[UDP_HEADER + i], should);
  }
}

static void checkIcmp(const uint8_t* datagram, size_t length) {
  const uint8_t* icmp = datagram + IPV4_HEADER;
  const uint32_t octets = (uint32_t)length - IPV4_HEADER;
  check(octets >= ICMP_HEADER && complementOf(sumOf(icmp, octets, 0)) == 0, "the checksum of an ICMP message");
  if (icmp[0] == 3) {
    check(octets >= ICMP_HEADER + IPV4_HEADER && length <= 576, "an error quotes a header, and fits 576 octets");
    check(load32(icmp + ICMP_HEADER + 12) == load32(datagram + 16), "an error quotes a datagram of whom it tells");
    return;
  }
  check(icmp[0] == 0 || icmp[0] == 8, "an echo, if it is no error");
  if (load32(datagram + 16) != PEER || icmp[0] == 8) return;
  for (uint32_t i = 0; i < octets - ICMP_HEADER; i++) {
    const uint8_t should = textOf(ECHO, load16(icmp + 4), i);
    if (icmp[ICMP_HEADER + i] != should) fail("an echo gives back what it got", icmp[ICMP_HEADER + i], should);
  }
}

void checkLeaving(size_t length) {
  check(length <= SLIPWAY_MTU, "a datagram fits tx");
  const uint8_t* datagram = SLIPWAY_AT(SLIPWAY_TX);
  tell("out", datagram, length);
  checkHeader(datagram, length);
  memcpy(lastOut, datagram, length);
  lastOutLength = length;
  switch (datagram[9]) {
    case SLIPWAY_PROTOCOL_TCP:
      return checkSegment(datagram, length);
    case SLIPWAY_PROTOCOL_UDP:
      return checkUdp(datagram, length);
    default:
      check(datagram[9] == SLIPWAY_PROTOCOL_ICMP, "the core speaks TCP, UDP and ICMP");
      checkIcmp(datagram, length);
  }
}
