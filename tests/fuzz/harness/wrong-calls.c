/* Calls with a handle, a length or a number that is wrong: each is answered by an error code and changes nothing, not one octet
 * of memory. */
#include "harness.h"

#include <stdlib.h>

static uint8_t before[SLIPWAY_HEAP_BASE];

static void remember(void) {
  memcpy(before, SLIPWAY_AT(0), SLIPWAY_HEAP_BASE);
}

static void checkUntouched(int32_t is, int32_t should) {
  if (is != should) fail("a wrong call is answered by its error", (uint32_t)is, (uint32_t)should);
  check(memcmp(before, SLIPWAY_AT(0), SLIPWAY_HEAP_BASE) == 0, "a wrong call changes nothing");
}

/* A handle that is let go, made up, or nearly one that is held. */
static int32_t drawHandle(void) {
  const uint8_t how = octet();
  switch (how & 3) {
    case 0:
      return stale[(how >> 2) % STALE_MOST];
    case 1:
      return (int32_t)word();
    case 2:
      return held[(how >> 2) % HELD_MOST].handle ^ (int32_t)(1u << (octet() & 31));
    default:
      return held[(how >> 2) % HELD_MOST].handle;
  }
}

/* A call that needs a connection. */
static int32_t callConnection(uint8_t which, uint32_t handle) {
  switch (which % 12) {
    case 0:
      return slipway_send_room(handle);
    case 1:
      return slipway_send(handle, word(), octet());
    case 2:
      return slipway_receive_ready(handle);
    case 3:
      return slipway_receive(handle, word());
    case 4:
      return slipway_shutdown(handle);
    case 5:
      return slipway_abort(handle);
    case 6:
      return slipway_error(handle);
    case 7:
      return slipway_option(handle, octet(), word());
    case 8:
      return slipway_send(handle, 0, 0);
    case 9:
      return slipway_receive(handle, 0);
    case 10:
      return slipway_send_at(handle) == 0 ? SLIPWAY_FAULT_BAD_HANDLE : 0;
    default:
      return slipway_receive_at(handle) == 0 ? SLIPWAY_FAULT_BAD_HANDLE : 0;
  }
}

/* A call that needs a listener or an endpoint, or takes more than one kind. */
static int32_t callOther(uint8_t which, uint32_t handle) {
  switch (which % 8) {
    case 0:
      return slipway_accept(handle);
    case 1:
      return slipway_udp_send(handle, word(), half(), word());
    case 2:
      return slipway_udp_receive(handle);
    case 3:
      return slipway_udp_close(handle);
    case 4:
      return slipway_status(handle);
    case 5:
      return slipway_info(handle);
    case 6:
      return slipway_request(handle);
    default:
      return slipway_close(handle);
  }
}

static void callWithWrongHandle(uint8_t which) {
  const int32_t handle = drawHandle();
  const Kind kind = kindOf(handle);
  /* What is held is for the others. */
  if (kind == CONNECTION || (kind != NOTHING && which & 16)) return;
  remember();
  const int32_t answer = which & 16 ? callOther(which & 15, (uint32_t)handle) : callConnection(which & 15, (uint32_t)handle);
  checkUntouched(answer, SLIPWAY_FAULT_BAD_HANDLE);
}

/* A listener's handle where an endpoint's is wanted, and the like. */
static void callWithWrongKind(uint8_t which) {
  const Held* one = &held[which % HELD_MOST];
  const uint32_t handle = (uint32_t)one->handle;
  if (one->kind == NOTHING) return;
  remember();
  if (one->kind != LISTENER) checkUntouched(slipway_accept(handle), SLIPWAY_FAULT_BAD_HANDLE);
  if (one->kind != UDP_ENDPOINT) {
    checkUntouched(slipway_udp_send(handle, PEER, PEER_PORT, 1), SLIPWAY_FAULT_BAD_HANDLE);
    checkUntouched(slipway_udp_receive(handle), SLIPWAY_FAULT_BAD_HANDLE);
    checkUntouched(slipway_udp_close(handle), SLIPWAY_FAULT_BAD_HANDLE);
    return;
  }
  checkUntouched(slipway_status(handle), SLIPWAY_FAULT_BAD_HANDLE);
  checkUntouched(slipway_info(handle), SLIPWAY_FAULT_BAD_HANDLE);
  checkUntouched(slipway_close(handle), SLIPWAY_FAULT_BAD_HANDLE);
}

/* More than there is room for, more than there is to read, less than nothing. */
static void callWithWrongLength(uint8_t which) {
  const Held* one = &held[which % HELD_MOST];
  const uint32_t handle = (uint32_t)one->handle;
  const uint32_t more = word();
  if (one->kind == CONNECTION) {
    const int32_t room = slipway_send_room(handle);
    const uint32_t length = (uint32_t)(room > 0 ? room : 0) + 1 + more % (0xffffffffu - SLIPWAY_SEND_RING);
    remember();
    checkUntouched(slipway_send(handle, length, 0), room < 0 ? room : SLIPWAY_FAULT_INVALID);
    checkUntouched(slipway_receive(handle, SLIPWAY_RECEIVE_RING + 1 + more % 0xffff0000u), SLIPWAY_FAULT_INVALID);
  } else if (one->kind == UDP_ENDPOINT) {
    remember();
    const uint32_t length = SLIPWAY_MTU - IPV4_HEADER - UDP_HEADER + 1 + more % 0xfffff000u;
    check(slipway_udp_send(handle, PEER, PEER_PORT, length) < 0, "a datagram that does not fit is refused");
    check(slipway_udp_send(handle, PEER, 0x10000u | more, 1) == SLIPWAY_FAULT_INVALID, "there is no such port");
    checkUntouched(slipway_udp_send(handle, PEER, 0, 1), SLIPWAY_FAULT_INVALID);
  }
}

/* A ticket that is old, made up, or nearly one that is good. */
static void decideWrongly(uint8_t which) {
  const uint32_t ticket = which & 1 ? word() : (uint32_t)tickets[which >> 4] ^ 1u << (octet() & 31);
  for (int i = 0; i < TICKETS; i++) {
    if (tickets[i] == (int32_t)ticket) return;
  }
  remember();
  const int32_t answer = which & 2 ? slipway_admit(ticket) : slipway_refuse(ticket, 0);
  /* One that nobody has asked for yet may be met by chance. */
  if (answer != 0) checkUntouched(answer, SLIPWAY_FAULT_BAD_HANDLE);
}

/* Calls without a handle. Some take their numbers as they come; then nothing is asked but that they answer. */
static void callWithWrongNumber(uint8_t which) {
  const uint32_t any = word();
  if (which % 9 != 0) remember();
  switch (which % 9) {
    case 0:
      check(slipway_input(SLIPWAY_MTU + 1 + any % 0xfffff000u, now) == SLIPWAY_DROP_TOO_LONG, "no such datagram fits");
      return;
    case 1:
      return checkUntouched(slipway_serial_input(SLIPWAY_SERIAL_CHUNK + 1 + any % 0xffffe000u, now), SLIPWAY_FAULT_INVALID);
    case 2:
      return checkUntouched(slipway_open(PEER, 0x10000u + any % 0xfffe0000u, 0), SLIPWAY_FAULT_INVALID);
    case 3:
      return checkUntouched(slipway_open(any | 0xe0000000u, 80, 0), SLIPWAY_FAULT_BAD_ADDRESS);
    case 4:
      return checkUntouched(slipway_listen(0, 0x10000u + any % 0xfffe0000u, 1, 0, 0, 0), SLIPWAY_FAULT_INVALID);
    case 5:
      return checkUntouched(slipway_listen(0, 99, any | 0x80000000u, 0, 0, 0), SLIPWAY_FAULT_INVALID);
    case 6:
      return checkUntouched(slipway_configure(any % 64 + SLIPWAY_CONFIG_TAIL_PROBE + 1, any & 1), SLIPWAY_FAULT_INVALID);
    case 7:
      return checkUntouched(slipway_configure(any % 32, any | 0x80000000u), SLIPWAY_FAULT_INVALID);
    default:
      return checkUntouched(slipway_counter(any | SLIPWAY_COUNTER_COUNT), 0);
  }
}

void callWrongly(void) {
  const uint8_t how = octet();
  switch (how >> 6) {
    case 0:
    case 1:
      return callWithWrongHandle(how);
    case 2:
      if ((how & 12) == 12) return decideWrongly(how & 0x33);
      return how & 32 ? callWithWrongKind(how) : callWithWrongLength(how);
    default:
      return callWithWrongNumber(how);
  }
}
