/* Datagrams: their headers and sums, and the way in, whole or in pieces. And what is no segment: echo, ICMP errors, UDP. */
#include "harness.h"

uint32_t sumOf(const uint8_t* octets, size_t length, uint32_t start) {
  uint32_t sum = start;
  for (size_t i = 0; i < length; i++) sum += i & 1 ? octets[i] : (uint32_t)octets[i] << 8;
  return sum;
}

uint16_t complementOf(uint32_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

void writeIpv4(uint8_t* to, uint32_t protocol, uint32_t source, size_t length) {
  static uint16_t identification;
  memset(to, 0, IPV4_HEADER);
  to[0] = 0x45;
  store16(to + 2, (uint32_t)length);
  store16(to + 4, ++identification);
  to[8] = 64;
  to[9] = (uint8_t)protocol;
  store32(to + 12, source);
  store32(to + 16, OURS);
  store16(to + 10, complementOf(sumOf(to, IPV4_HEADER, 0)));
}

uint16_t checksumOf(const uint8_t* datagram, size_t length) {
  const uint32_t octets = (uint32_t)length - IPV4_HEADER;
  const uint32_t pseudo = sumOf(datagram + 12, 8, datagram[9] + octets);
  return complementOf(sumOf(datagram + IPV4_HEADER, octets, pseudo));
}

/* ---- In pieces */

static struct {
  bool isWanted;
  uint8_t octets; /* of a piece, in words of eight */
  uint8_t order, lie;
} cut;

void cutNext(void) {
  cut.isWanted = true;
  cut.octets = octet() & 31;
  cut.order = octet();
  cut.lie = octet();
}

void forgetCut(void) {
  cut.isWanted = false;
}

static void givePiece(const uint8_t* datagram, size_t length, uint32_t from, uint32_t octets) {
  uint8_t piece[DATAGRAM_MOST];
  const uint32_t body = (uint32_t)length - IPV4_HEADER;
  const bool isLast = from + octets >= body;
  if (isLast) octets = body - from;
  memcpy(piece, datagram, IPV4_HEADER);
  memcpy(piece + IPV4_HEADER, datagram + IPV4_HEADER + from, octets);
  uint32_t field = from >> 3 | (isLast ? 0 : 0x2000);
  /* A lie: a wrong offset, more to come or not, a length that is no whole number of words. */
  if (cut.lie & 1 && octet() & 1) field += octet();
  if (cut.lie & 2 && octet() & 1) field ^= 0x2000;
  if (cut.lie & 4 && octets > 1 && octet() & 1) octets -= 1;
  /* The sum does not see that pieces have changed places: then it is a stranger's text. */
  if (cut.lie & 1) store32(piece + 12, STRANGER);
  store16(piece + 2, IPV4_HEADER + octets);
  store16(piece + 6, field);
  store16(piece + 10, 0);
  store16(piece + 10, complementOf(sumOf(piece, IPV4_HEADER, 0)));
  give(piece, IPV4_HEADER + octets);
}

static void givePieces(const uint8_t* datagram, size_t length) {
  const uint32_t each = 8u * (cut.octets ? cut.octets : 1);
  const uint32_t body = (uint32_t)length - IPV4_HEADER;
  const uint32_t count = (body + each - 1) / each;
  cut.isWanted = false;
  if (count == 0) return give(datagram, length);
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t which = (cut.order & 1 ? count - 1 - i : i + (cut.order >> 4)) % count;
    givePiece(datagram, length, which * each, each);
    if (cut.order & 2 && i == 0) givePiece(datagram, length, which * each, each + 8); /* overlaps its neighbour */
    if (cut.order & 4 && i == 1) return;                                             /* and the rest never comes */
  }
}

void dispatch(uint8_t* datagram, size_t length) {
  if (cut.isWanted && length > IPV4_HEADER) return givePieces(datagram, length);
  give(datagram, length);
}

/* ---- Anything at all */

/* The sums made right, so that what lies behind them is reached. */
static void mend(uint8_t* datagram, size_t length) {
  if (length < IPV4_HEADER) return;
  datagram[0] = 0x45 + (datagram[0] & 7);
  store32(datagram + 16, OURS);
  const size_t header = 4u * (datagram[0] & 15);
  store16(datagram + 2, (uint32_t)length - (datagram[1] & 3));
  store16(datagram + 6, load16(datagram + 6) & (datagram[1] & 4 ? 0x3fff : 0));
  store16(datagram + 10, 0);
  if (header <= length) store16(datagram + 10, complementOf(sumOf(datagram, header, 0)));
  if (length < header + 8) return;
  uint8_t* body = datagram + header;
  const size_t octets = length - (datagram[1] & 3) - header;
  const uint32_t pseudo = sumOf(datagram + 12, 8, datagram[9] + (uint32_t)octets);
  const bool isIcmp = datagram[9] == SLIPWAY_PROTOCOL_ICMP;
  const size_t field = isIcmp ? 2 : datagram[9] == SLIPWAY_PROTOCOL_UDP ? 6 : 16;
  if (octets < field + 2) return;
  store16(body + field, 0);
  store16(body + field, complementOf(sumOf(body, octets, isIcmp ? 0 : pseudo)));
}

void sendRaw(bool isMended) {
  uint8_t datagram[DATAGRAM_MOST] = {0};
  const size_t wanted = octet() & 128 ? half() % (SLIPWAY_MTU + 64) : octet();
  size_t length = 0;
  while (length < wanted && !isOver()) datagram[length++] = octet();
  /* The peer's text has its values by rule; who sends any octets is a stranger. */
  if (length >= 16 && load32(datagram + 12) == PEER) store32(datagram + 12, STRANGER);
  if (isMended) mend(datagram, length);
  dispatch(datagram, length);
}

/* ---- UDP and ICMP */

void sendUdp(void) {
  uint8_t datagram[DATAGRAM_MOST] = {0};
  uint8_t* udp = datagram + IPV4_HEADER;
  const uint8_t which = octet();
  const uint32_t port = PEER_PORT + which % PEERS;
  uint32_t octets = which & 8 ? half() % (SLIPWAY_MTU - IPV4_HEADER - UDP_HEADER + 1) : octet();
  if (octets > SLIPWAY_MTU - IPV4_HEADER - UDP_HEADER) octets = SLIPWAY_MTU - IPV4_HEADER - UDP_HEADER;
  const size_t length = IPV4_HEADER + UDP_HEADER + octets;
  store16(udp, port);
  store16(udp + 2, which & 16 ? half() : PORT);
  store16(udp + 4, which & 32 ? half() : UDP_HEADER + octets);
  for (uint32_t i = 0; i < octets; i++) udp[UDP_HEADER + i] = textOf(UDP_IN, port, i);
  writeIpv4(datagram, SLIPWAY_PROTOCOL_UDP, PEER, length);
  /* A length that lies and no checksum to tell it: what is delivered is the text that the length names. */
  if (!(which & 64)) store16(udp + 6, checksumOf(datagram, length));
  dispatch(datagram, length);
}

static void sendMessage(uint8_t* datagram, size_t length) {
  uint8_t* icmp = datagram + IPV4_HEADER;
  store16(icmp + 2, 0);
  store16(icmp + 2, complementOf(sumOf(icmp, length - IPV4_HEADER, 0)));
  writeIpv4(datagram, SLIPWAY_PROTOCOL_ICMP, PEER, length);
  dispatch(datagram, length);
}

void sendEcho(void) {
  uint8_t datagram[DATAGRAM_MOST] = {0};
  uint8_t* icmp = datagram + IPV4_HEADER;
  const uint8_t which = octet();
  uint32_t octets = which & 16 ? half() % (SLIPWAY_MTU - IPV4_HEADER - ICMP_HEADER + 1) : octet();
  if (octets > SLIPWAY_MTU - IPV4_HEADER - ICMP_HEADER) octets = SLIPWAY_MTU - IPV4_HEADER - ICMP_HEADER;
  icmp[0] = which & 32 ? 0 : 8;
  store16(icmp + 4, which & 15);
  store16(icmp + 6, octet());
  for (uint32_t i = 0; i < octets; i++) icmp[ICMP_HEADER + i] = textOf(ECHO, which & 15, i);
  sendMessage(datagram, IPV4_HEADER + ICMP_HEADER + octets);
}

/* An error that quotes the last datagram that the core has sent, or what the script makes of it. */
void sendIcmp(void) {
  uint8_t datagram[DATAGRAM_MOST] = {0};
  uint8_t* icmp = datagram + IPV4_HEADER;
  const uint8_t which = octet();
  icmp[0] = which & 128 ? octet() : (which & 1 ? 3 : 11);
  icmp[1] = which & 64 ? octet() : which >> 1 & 7;
  if (icmp[0] == 8 || icmp[0] == 0) icmp[0] = 3; /* echoes are above */
  store32(icmp + 4, which & 32 ? word() : 0);
  uint32_t quoted = which & 16 ? octet() : 28;
  if (quoted > lastOutLength) quoted = (uint32_t)lastOutLength;
  memcpy(icmp + ICMP_HEADER, lastOut, quoted);
  for (int i = which >> 4 & 3; i > 0 && quoted > 0; i--) icmp[ICMP_HEADER + octet() % quoted] ^= octet();
  sendMessage(datagram, IPV4_HEADER + ICMP_HEADER + quoted);
}
