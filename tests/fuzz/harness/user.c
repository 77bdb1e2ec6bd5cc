/* A user who calls the stack as its contract says, and watches that nobody else's octets come to him. */
#include "harness.h"

Held held[HELD_MOST];
int32_t stale[STALE_MOST];
int32_t tickets[TICKETS];
static uint32_t staleCount, ticketCount;
/* The second listener asks before it answers. */
static uint32_t shortFlags;

static Held* hold(int32_t handle, Kind kind) {
  if (handle <= 0) return 0;
  check(kindOf(handle) == NOTHING, "a new handle is none that is held");
  for (uint32_t i = 0; i < STALE_MOST; i++) check(stale[i] != handle, "a new handle is none that was let go lately");
  for (uint32_t i = 0; i < HELD_MOST; i++) {
    if (held[i].kind != NOTHING) continue;
    held[i] = (Held){.handle = handle, .kind = kind};
    return &held[i];
  }
  fail("there are not so many slots", HELD_MOST + 1, HELD_MOST);
}

static void letGo(Held* one) {
  stale[staleCount++ % STALE_MOST] = one->handle;
  one->kind = NOTHING;
}

Kind kindOf(int32_t handle) {
  for (uint32_t i = 0; i < HELD_MOST; i++) {
    if (held[i].kind != NOTHING && held[i].handle == handle) return held[i].kind;
  }
  return NOTHING;
}

static Held* drawn(Kind kind) {
  const uint32_t from = octet();
  for (uint32_t i = 0; i < HELD_MOST; i++) {
    Held* one = &held[(from + i) % HELD_MOST];
    if (one->kind == kind) return one;
  }
  return 0;
}

void startUser(void) {
  memset(held, 0, sizeof held);
  memset(stale, 0, sizeof stale);
  memset(tickets, 0, sizeof tickets);
  staleCount = ticketCount = 0;
  shortFlags = SLIPWAY_LISTEN_FLAG_REUSE_ADDRESS | (octet() & 1 ? SLIPWAY_LISTEN_FLAG_DEFER : 0);
  hold(slipway_listen(0, PORT, 4, SLIPWAY_LISTEN_FLAG_REUSE_ADDRESS, 0, 0), LISTENER);
  hold(slipway_listen(OURS, SHORT_PORT, 1, shortFlags, 0, 0), LISTENER);
  hold(slipway_udp_open(0, PORT), UDP_ENDPOINT);
}

static void holdConnection(int32_t handle) {
  Held* one = hold(handle, CONNECTION);
  if (!one) return;
  const uint32_t at = (uint32_t)slipway_info((uint32_t)handle);
  const uint32_t port = infoHalf(at, SLIPWAY_INFO_AT_REMOTE_PORT);
  const bool isPeer = infoWord(at, SLIPWAY_INFO_AT_REMOTE_ADDRESS) == PEER && port - PEER_PORT < PEERS;
  one->key = isPeer ? keyOf(port, infoHalf(at, SLIPWAY_INFO_AT_LOCAL_PORT)) : 0;
}

static void acceptOne(void) {
  const Held* one = drawn(LISTENER);
  if (!one) return;
  const int32_t handle = slipway_accept((uint32_t)one->handle);
  check(handle > 0 || handle == SLIPWAY_FAULT_AGAIN, "accept answers a handle or AGAIN");
  holdConnection(handle);
}

/* A SYN that waits is asked for, or an older one decided. */
static void decide(void) {
  const uint8_t how = octet();
  const Held* one = drawn(LISTENER);
  if (one) {
    const int32_t ticket = slipway_request((uint32_t)one->handle);
    check(ticket >= 0, "a held listener can be asked");
    if (ticket > 0) tickets[ticketCount++ % TICKETS] = ticket;
  }
  if (how & 1) return;
  const uint32_t ticket = (uint32_t)tickets[(how >> 4) % TICKETS];
  const int32_t answer = how & 2 ? slipway_admit(ticket) : slipway_refuse(ticket, how >> 2 & 7);
  check(answer == 0 || answer == SLIPWAY_FAULT_BAD_HANDLE, "a ticket is good or old");
}

static void openOne(void) {
  const uint8_t which = octet();
  holdConnection(slipway_open(PEER, PEER_PORT + which % PEERS, which & 8 ? 2000u + which : 0));
}

/* Reads up to `most` octets: each is the one that stands at its place in this connection's stream. */
static void readUpTo(uint32_t most) {
  const Held* one = drawn(CONNECTION);
  if (!one) return;
  const uint32_t handle = (uint32_t)one->handle;
  while (most != 0) {
    const int32_t ready = slipway_receive_ready(handle);
    if (ready <= 0) return;
    const uint32_t length = (uint32_t)ready < most ? (uint32_t)ready : most;
    const uint32_t from = (uint32_t)slipway_receive_at(handle);
    const uint32_t place = infoWord((uint32_t)slipway_info(handle), SLIPWAY_INFO_AT_RCV_READ);
    check(from != 0 && from + (uint32_t)ready <= SLIPWAY_HEAP_BASE, "what is ready lies in memory");
    for (uint32_t i = 0; i < length && one->key != 0; i++) {
      const uint8_t should = textOf(TEXT_IN, one->key, place + i);
      if (*SLIPWAY_AT(from + i) != should) fail("an octet that is read is the one that was sent there", *SLIPWAY_AT(from + i), should);
    }
    check(slipway_receive(handle, length) == 0, "what is ready can be taken");
    most -= length;
  }
}

static void writeUpTo(uint32_t most, uint32_t flags) {
  const Held* one = drawn(CONNECTION);
  if (!one) return;
  const uint32_t handle = (uint32_t)one->handle;
  const int32_t room = slipway_send_room(handle);
  if (room <= 0) return;
  const uint32_t length = (uint32_t)room < most ? (uint32_t)room : most;
  const uint32_t to = (uint32_t)slipway_send_at(handle);
  const uint32_t place = infoWord((uint32_t)slipway_info(handle), SLIPWAY_INFO_AT_SND_END);
  check(to != 0 && to + (uint32_t)room <= SLIPWAY_HEAP_BASE, "the room lies in memory");
  for (uint32_t i = 0; i < length; i++) *SLIPWAY_AT(to + i) = textOf(TEXT_OUT, one->key, place + i);
  check(slipway_send(handle, length, flags) == 0, "what there is room for can be sent");
}

static void endOne(uint8_t how) {
  Held* one = drawn(CONNECTION);
  if (!one) return;
  if (how == 0) {
    slipway_shutdown((uint32_t)one->handle);
    return;
  }
  check((how == 1 ? slipway_close : slipway_abort)((uint32_t)one->handle) == 0, "a held connection can be let go");
  letGo(one);
}

static void sendDatagram(void) {
  const Held* one = drawn(UDP_ENDPOINT);
  if (!one) return;
  const uint32_t port = PEER_PORT + octet() % PEERS;
  const uint32_t length = half() % (SLIPWAY_MTU - IPV4_HEADER - UDP_HEADER + 1);
  for (uint32_t i = 0; i < length; i++)
    *SLIPWAY_AT(SLIPWAY_DATAGRAM + SLIPWAY_DATAGRAM_AT_PAYLOAD + i) = textOf(UDP_OUT, port, i);
  slipway_udp_send((uint32_t)one->handle, PEER, port, length);
}

static void receiveDatagram(void) {
  const Held* one = drawn(UDP_ENDPOINT);
  if (!one) return;
  const int32_t length = slipway_udp_receive((uint32_t)one->handle);
  if (length < 0) return;
  const uint32_t port = infoHalf(SLIPWAY_DATAGRAM, SLIPWAY_DATAGRAM_AT_REMOTE_PORT);
  check((uint32_t)length == infoHalf(SLIPWAY_DATAGRAM, SLIPWAY_DATAGRAM_AT_LENGTH), "the length of a datagram");
  if (infoWord(SLIPWAY_DATAGRAM, SLIPWAY_DATAGRAM_AT_REMOTE_ADDRESS) != PEER) return;
  for (uint32_t i = 0; i < (uint32_t)length; i++) {
    const uint8_t is = *SLIPWAY_AT(SLIPWAY_DATAGRAM + SLIPWAY_DATAGRAM_AT_PAYLOAD + i);
    if (is != textOf(UDP_IN, port, i)) fail("an octet of a datagram is the one that was sent", is, textOf(UDP_IN, port, i));
  }
}

static void lookAround(void) {
  const uint8_t how = octet();
  if (how & 1) slipway_ping(PEER, how >> 4, 1, how);
  if (how & 2) slipway_pong();
  const int32_t handle = slipway_changed();
  check(handle == 0 || kindOf(handle) != NOTHING, "only what is held has events");
  if (handle == 0) return;
  check(slipway_events((uint32_t)handle) > 0, "what has changed has events");
  if (kindOf(handle) == CONNECTION) check(slipway_error((uint32_t)handle) <= 0, "an error is a fault");
}

static void setOption(void) {
  const Held* one = drawn(CONNECTION);
  const uint8_t which = octet();
  static const uint32_t values[][2] = {{SLIPWAY_OPTION_NODELAY, 1},          {SLIPWAY_OPTION_KEEPALIVE, 1},
                                       {SLIPWAY_OPTION_KEEPALIVE_IDLE, 900}, {SLIPWAY_OPTION_KEEPALIVE_INTERVAL, 700},
                                       {SLIPWAY_OPTION_KEEPALIVE_COUNT, 2},  {SLIPWAY_OPTION_USER_TIMEOUT, 5000},
                                       {SLIPWAY_OPTION_LINGER, 0},           {SLIPWAY_OPTION_MAXSEG, 28}};
  if (one) slipway_option((uint32_t)one->handle, values[which & 7][0], values[which & 7][1]);
}

/* A listener that closes, or comes back. */
static void turnListener(void) {
  const uint8_t which = octet();
  Held* one = which & 1 ? drawn(LISTENER) : 0;
  if (!one) {
    hold(slipway_listen(0, which & 2 ? PORT : SHORT_PORT, which & 2 ? 4 : 1, which & 2 ? SLIPWAY_LISTEN_FLAG_REUSE_ADDRESS : shortFlags, 0, 0), LISTENER);
    return;
  }
  check(slipway_close((uint32_t)one->handle) == 0, "a held listener can be closed");
  letGo(one);
}

void act(uint8_t which) {
  switch (which) {
    case 0:
      return acceptOne();
    case 1:
      return decide();
    case 2:
      return readUpTo(octet());
    case 3:
      return readUpTo(SLIPWAY_RECEIVE_RING);
    case 4:
      return writeUpTo(octet(), 0);
    case 5:
      return writeUpTo(SLIPWAY_SEND_RING, 0);
    case 6:
      return writeUpTo(octet(), SLIPWAY_SEND_FLAG_URGENT);
    case 7:
    case 8:
    case 9:
      return endOne(which - 7);
    case 10:
      return openOne();
    case 11:
      return sendDatagram();
    case 12:
      return receiveDatagram();
    case 13:
      return lookAround();
    case 14:
      return setOption();
    default:
      return turnListener();
  }
}

void letGoOfAll(void) {
  for (uint32_t i = 0; i < HELD_MOST; i++) {
    if (held[i].kind == CONNECTION) check(slipway_abort((uint32_t)held[i].handle) == 0, "a held connection can be let go");
    if (held[i].kind == LISTENER) check(slipway_close((uint32_t)held[i].handle) == 0, "a held listener can be closed");
    if (held[i].kind == UDP_ENDPOINT) check(slipway_udp_close((uint32_t)held[i].handle) == 0, "a held endpoint can be closed");
    if (held[i].kind != NOTHING) letGo(&held[i]);
  }
}
