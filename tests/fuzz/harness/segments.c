/* Segments of a peer who knows the connection's numbers, and says what the script makes of them. */
#include "harness.h"

/* What a peer could know of its connection. */
typedef struct {
  uint32_t peer, port, localPort;
  bool isKnown;
  uint32_t rcvNxt, rcvWnd, sndUna, sndNxt, sndEnd, options;
} View;

static View viewOf(uint8_t which) {
  View view = {.peer = which % PEERS, .port = PEER_PORT + which % PEERS, .rcvWnd = 4096};
  const Heard* ear = &heard[view.peer];
  view.localPort = which & 8 ? ear->localPort : which & 16 ? SHORT_PORT : PORT;
  const uint32_t at = recordOf(view.port, view.localPort);
  view.isKnown = at != 0;
  if (at == 0) {
    view.rcvNxt = ear->ack;
    view.sndUna = view.sndNxt = view.sndEnd = ear->next;
    return view;
  }
  view.rcvNxt = infoWord(at, SLIPWAY_INFO_AT_RCV_NXT);
  view.rcvWnd = infoWord(at, SLIPWAY_INFO_AT_RCV_WND);
  view.sndUna = infoWord(at, SLIPWAY_INFO_AT_SND_UNA);
  view.sndNxt = infoWord(at, SLIPWAY_INFO_AT_SND_NXT);
  view.sndEnd = infoWord(at, SLIPWAY_INFO_AT_SND_END);
  view.options = infoOctet(at, SLIPWAY_INFO_AT_OPTIONS);
  return view;
}

static uint32_t drawSequence(const View* view, uint8_t how) {
  switch (how & 15) {
    case 8:
      return view->rcvNxt - 1;
    case 9:
      return view->rcvNxt + 1;
    case 10:
      return view->rcvNxt + view->rcvWnd;
    case 11:
      return view->rcvNxt + view->rcvWnd - 1;
    case 12:
      return view->rcvNxt + (uint32_t)(int8_t)octet();
    case 13:
      return view->rcvNxt + (uint32_t)(int16_t)half();
    case 14:
      return word();
    case 15:
      return view->rcvNxt + view->rcvWnd / 2;
    default:
      return view->rcvNxt;
  }
}

static uint32_t drawAck(const View* view, uint8_t how) {
  switch (how & 15) {
    case 8:
      return view->sndUna;
    case 9:
      return view->sndNxt + 1;
    case 10:
      return view->sndUna - 1;
    case 11:
      return view->sndUna + (view->sndNxt - view->sndUna) / 2;
    case 12:
      return view->sndNxt + (uint32_t)(int8_t)octet();
    case 13:
      return view->sndUna + half();
    case 14:
      return word();
    case 15:
      return view->sndEnd + 1;
    default:
      return view->sndNxt;
  }
}

static uint32_t drawLength(uint8_t how) {
  switch (how & 3) {
    case 1:
      return 1;
    case 2:
      return octet();
    case 3:
      return half() % (SLIPWAY_MTU - IPV4_HEADER - TCP_HEADER + 1);
    default:
      return 0;
  }
}

static uint32_t drawWindow(uint8_t how) {
  switch (how & 3) {
    case 1:
      return 0;
    case 2:
      return half();
    case 3:
      return octet();
    default:
      return 8192;
  }
}

static uint32_t putStamp(uint8_t* to, uint32_t stamp, uint32_t echo) {
  memcpy(to, (const uint8_t[]){1, 1, 8, 10}, 4);
  store32(to + 4, stamp);
  store32(to + 8, echo);
  return 12;
}

/* What an honest peer would send: with a SYN all that there is, later what was agreed on. */
static uint32_t putNatural(uint8_t* to, const View* view, bool isSyn) {
  uint32_t length = 0;
  if (isSyn) {
    memcpy(to, (const uint8_t[]){2, 4, 5, 0xb4, 4, 2, 1, 1, 1, 3, 3, 2}, 12);
    length = 12;
  }
  if (isSyn || view->options & 2) length += putStamp(to + length, now, heard[view->peer].stamp);
  return length;
}

static uint32_t putSack(uint8_t* to, const View* view, uint8_t how) {
  const uint32_t blocks = (how & 7) < 5 ? how & 7 : 4;
  to[0] = to[1] = 1;
  to[2] = 5;
  to[3] = (uint8_t)(2 + 8 * blocks + (how & 64 ? 1 : 0));
  for (uint32_t i = 0; i < blocks; i++) {
    const uint32_t left = how & 32 ? word() : view->sndUna + half();
    store32(to + 4 + 8 * i, left);
    store32(to + 8 + 8 * i, left + (how & 128 ? word() : octet()));
  }
  return 4 + 8 * blocks;
}

static uint32_t putOptions(uint8_t* to, const View* view, bool isSyn, uint8_t how) {
  uint32_t length = 0;
  switch (how >> 5) {
    case 1:
      return 0;
    case 2:
    case 3:
      length = putNatural(to, view, false);
      if (length == 0) return putSack(to, view, octet());
      return length + putSack(to + length, view, (uint8_t)(octet() & 0xe3)); /* beside timestamps three blocks fit */
    case 4:
      return putStamp(to, word(), word());
    case 5:
    case 6:
      length = 4u * (how & 7) + 4;
      for (uint32_t i = 0; i < length; i++) to[i] = octet();
      return length;
    default:
      return putNatural(to, view, isSyn);
  }
}

static void sendFrom(const View* view, uint8_t flags, uint32_t seq, uint32_t ack, uint8_t how, uint32_t length) {
  uint8_t datagram[DATAGRAM_MOST] = {0};
  uint8_t* tcp = datagram + IPV4_HEADER;
  const uint32_t options = putOptions(tcp + TCP_HEADER, view, flags & SLIPWAY_FLAG_SYN, how);
  const uint32_t header = TCP_HEADER + options;
  if (length > SLIPWAY_MTU - IPV4_HEADER - header) length = SLIPWAY_MTU - IPV4_HEADER - header;
  store16(tcp, view->port);
  store16(tcp + 2, view->localPort);
  store32(tcp + 4, seq);
  store32(tcp + 8, ack);
  tcp[12] = (uint8_t)(header << 2);
  tcp[13] = flags;
  store16(tcp + 14, drawWindow(how));
  if (flags & SLIPWAY_FLAG_URG) store16(tcp + 18, half());
  const uint32_t first = flags & SLIPWAY_FLAG_SYN ? seq + 1 : seq;
  for (uint32_t i = 0; i < length; i++) tcp[header + i] = textOf(TEXT_IN, keyOf(view->port, view->localPort), first + i);
  writeIpv4(datagram, SLIPWAY_PROTOCOL_TCP, PEER, IPV4_HEADER + header + length);
  store16(tcp + 16, checksumOf(datagram, IPV4_HEADER + header + length));
  dispatch(datagram, IPV4_HEADER + header + length);
}

void sendSegment(void) {
  const View view = viewOf(octet());
  const uint8_t flags = octet();
  const uint8_t where = octet();
  const uint8_t how = octet();
  const uint32_t seq = drawSequence(&view, where);
  const uint32_t ack = drawAck(&view, where >> 4);
  const uint32_t length = drawLength(how >> 2);
  sendFrom(&view, flags, seq, ack, how, length);
}

/* The three segments that open a connection: the peer's half of them. */
void sendHandshake(void) {
  const uint8_t which = octet();
  View view = viewOf(which);
  if (view.isKnown) return;
  const uint32_t isn = which & 64 ? 0xfffffff0u : which & 128 ? word() : 1000u * view.peer;
  sendFrom(&view, SLIPWAY_FLAG_SYN, isn, 0, which & 32 ? 32 : 0, 0);
  drain();
  view.options = which & 32 ? 0 : 2;
  sendFrom(&view, SLIPWAY_FLAG_ACK, isn + 1, heard[view.peer].next, 0, 0);
}
