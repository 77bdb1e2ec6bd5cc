/* The stack under attack, its clock, and what goes in. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "wasm-rt.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define FORBID(at, octets) __asan_poison_memory_region(at, octets)
#define ALLOW(at, octets) __asan_unpoison_memory_region(at, octets)
#endif
#endif
#ifndef FORBID
#define FORBID(at, octets) (void)(at), (void)(octets)
#define ALLOW(at, octets) (void)(at), (void)(octets)
#endif

#ifdef FUZZ_SERIAL
bool isSerial = true;
#else
bool isSerial = false;
#endif

uint32_t now;
uint32_t linkMtu;

/* Behind so many datagrams in a row, with the clock standing still, output does not come to an end. */
enum { OUTPUTS_MOST = 5000 };

_Noreturn void fail(const char* sentence, uint32_t is, uint32_t shouldBe) {
  fprintf(stderr, "broken: %s: it is %u (0x%x) and should be %u (0x%x)\n", sentence, is, is, shouldBe, shouldBe);
  abort();
}

void check(bool isTrue, const char* sentence) {
  if (!isTrue) fail(sentence, 0, 1);
}

void wasm_rt_trap(wasm_rt_trap_t reason) {
  fail("the core never traps", reason, WASM_RT_TRAP_NONE);
}

void forbid(uint32_t address, uint32_t octets) {
  FORBID(SLIPWAY_AT(address), octets);
}

void allow(uint32_t address, uint32_t octets) {
  ALLOW(SLIPWAY_AT(address), octets);
}

uint8_t textOf(Stream stream, uint32_t key, uint32_t place) {
  return (uint8_t)(place * 167u + (place >> 8) * 29u + key * 59u + stream * 101u);
}

uint32_t keyOf(uint32_t peerPort, uint32_t localPort) {
  return peerPort + 31 * localPort;
}

void tell(const char* way, const uint8_t* octets, size_t length) {
  static int isTelling = -1;
  if (isTelling < 0) isTelling = getenv("FUZZ_TELL") != 0;
  if (!isTelling) return;
  fprintf(stderr, "%10u ms %3s ", now, way);
  for (size_t i = 0; i < length; i++) fprintf(stderr, "%02x", octets[i]);
  fprintf(stderr, "\n");
}

/* What a user may set; the script draws it. */
static void configure(void) {
  static const uint16_t mtus[] = {SLIPWAY_MTU, SLIPWAY_MTU, 68, 69, 84, 128, 255, 296};
  const uint8_t how = octet();
  const uint8_t more = octet();
  linkMtu = mtus[how & 7];
  check(slipway_configure(SLIPWAY_CONFIG_MTU, linkMtu) == 0, "an MTU from 68 on can be set");
  slipway_configure(SLIPWAY_CONFIG_COOKIES, (how >> 3 & 3) % 3);
  slipway_configure(SLIPWAY_CONFIG_TIMESTAMPS, !(how & 32));
  slipway_configure(SLIPWAY_CONFIG_SACK, !(how & 64));
  slipway_configure(SLIPWAY_CONFIG_WINDOW_SCALE, !(how & 128));
  slipway_configure(SLIPWAY_CONFIG_STEP, more & 1);
  slipway_configure(SLIPWAY_CONFIG_TAIL_PROBE, !(more & 2));
  if (more & 4) slipway_configure(SLIPWAY_CONFIG_MSL, 1000);
  if (more & 8) slipway_configure(SLIPWAY_CONFIG_DELAYED_ACK, 0);
  if (more & 16) slipway_configure(SLIPWAY_CONFIG_SYN_QUEUE, 1);
  if (more & 32) slipway_configure(SLIPWAY_CONFIG_ANY_ADDRESS, 1);
}

void startWorld(void) {
  static bool isInstantiated;
  if (!isInstantiated) slipway_instantiate();
  isInstantiated = true;
  now = 0xfffffc00u; /* the clock wraps within the first second */
  slipway_start(OURS, 0x01234567, 0x89abcdef, 0xfedcba98, 0x76543210, now);
  configure();
  forgetCut();
  forgetHeard();
  startLine();
  startUser();
}

void drain(void) {
  if (isSerial) return drainLine();
  for (int i = 0;; i++) {
    const int32_t length = slipway_output(now);
    if (length == 0 && slipway_deadline(now) != 0) return;
    if (length != 0) checkLeaving((size_t)length);
    if (i > OUTPUTS_MOST) fail("output comes to an end", (uint32_t)i, OUTPUTS_MOST);
  }
}

void give(const uint8_t* datagram, size_t length) {
  tell("in", datagram, length);
  if (isSerial) return giveFrame(datagram, length);
  memcpy(SLIPWAY_AT(SLIPWAY_RX), datagram, length < SLIPWAY_MTU ? length : SLIPWAY_MTU);
  const uint32_t behind = length < SLIPWAY_MTU ? SLIPWAY_TX - SLIPWAY_RX - (uint32_t)length : 0;
  forbid(SLIPWAY_TX - behind, behind);
  const int32_t reason = slipway_input((uint32_t)length, now);
  allow(SLIPWAY_TX - behind, behind);
  check(reason >= 0 && reason <= SLIPWAY_DROP_REFUSED, "input answers 0 or a reason");
  /* Several may arrive before any is answered: the script says so. */
  if (octet() & 1) drain();
}

void pass(uint32_t ms) {
  const uint32_t until = now + ms;
  for (int turns = 0; turns < 20000; turns++) {
    drain();
    const int32_t wait = slipway_deadline(now);
    if (wait < 0 || (uint32_t)wait > until - now) break;
    now += (uint32_t)wait;
  }
  now = until;
  drain();
}

/* ms; behind it even 2 MSL are over, and everything that an unanswered FIN may take. */
enum { LONG_MS = 400000, ROUNDS = 6 };

void endWorld(void) {
  drain();
  letGoOfAll();
  for (int i = 0; i < ROUNDS && (i == 0 || slipway_list(0) != 0); i++) pass(LONG_MS);
  const uint32_t left = (uint32_t)slipway_list(0);
  if (left != 0) fail("nothing is left when everybody has let go, and no state", infoOctet(left, SLIPWAY_INFO_AT_STATE), 0);
  for (uint32_t i = 0; i < SLIPWAY_CONNECTIONS; i++) {
    check(slipway_open(PEER, 1 + i, 1) > 0, "every slot has come back");
  }
  check(slipway_open(PEER, 9999, 1) == SLIPWAY_FAULT_NO_RESOURCES, "no slot has come back twice");
}

uint32_t load16(const uint8_t* at) {
  return (uint32_t)at[0] << 8 | at[1];
}

uint32_t load32(const uint8_t* at) {
  return load16(at) << 16 | load16(at + 2);
}

void store16(uint8_t* at, uint32_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

void store32(uint8_t* at, uint32_t value) {
  store16(at, value >> 16);
  store16(at + 2, value);
}

uint32_t infoOctet(uint32_t at, uint32_t field) {
  return *SLIPWAY_AT(at + field);
}

uint32_t infoHalf(uint32_t at, uint32_t field) {
  return infoOctet(at, field) | infoOctet(at, field + 1) << 8;
}

uint32_t infoWord(uint32_t at, uint32_t field) {
  return infoHalf(at, field) | infoHalf(at, field + 2) << 16;
}

uint32_t recordOf(uint32_t peerPort, uint32_t localPort) {
  for (uint32_t i = 0;; i++) {
    const uint32_t at = (uint32_t)slipway_list(i);
    if (at == 0) return 0;
    if (infoOctet(at, SLIPWAY_INFO_AT_TABLE) == SLIPWAY_TABLE_LISTENER) continue;
    if (infoWord(at, SLIPWAY_INFO_AT_REMOTE_ADDRESS) != PEER) continue;
    if (infoHalf(at, SLIPWAY_INFO_AT_REMOTE_PORT) != peerPort) continue;
    if (localPort == 0 || infoHalf(at, SLIPWAY_INFO_AT_LOCAL_PORT) == localPort) return at;
  }
}
