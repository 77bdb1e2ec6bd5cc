/* A serial line: SLIP (RFC 1055) both ways, written here once more so that the core's own is not its own judge. */
#include "harness.h"

enum { END = 0xc0, ESC = 0xdb, ESC_END = 0xdc, ESC_ESC = 0xdd, TURNS_MOST = 20000 };

static uint8_t frame[DATAGRAM_MOST];
static size_t frameLength;
static bool isEscaped;

void startLine(void) {
  frameLength = 0;
  isEscaped = false;
}

static void endFrame(void) {
  if (frameLength != 0) {
    check(memcmp(frame, SLIPWAY_AT(SLIPWAY_TX), frameLength) == 0, "a frame carries the datagram that leaves");
    checkLeaving(frameLength);
  }
  frameLength = 0;
}

static void hear(uint8_t octet) {
  if (octet == END) return endFrame();
  if (octet == ESC) {
    check(!isEscaped, "no escape follows an escape");
    isEscaped = true;
    return;
  }
  if (isEscaped) {
    check(octet == ESC_END || octet == ESC_ESC, "an escape has one of two partners");
    octet = octet == ESC_END ? END : ESC;
    isEscaped = false;
  }
  check(frameLength < SLIPWAY_MTU, "a frame fits the link");
  frame[frameLength++] = octet;
}

void drainLine(void) {
  for (int i = 0;; i++) {
    const int32_t length = slipway_serial_output(now);
    if (length == 0 && slipway_deadline(now) != 0) return;
    check(length >= 0 && (uint32_t)length <= SLIPWAY_SERIAL_CHUNK, "what leaves fits its buffer");
    for (int32_t at = 0; at < length; at++) hear(*SLIPWAY_AT(SLIPWAY_SERIAL_TX + (uint32_t)at));
    if (i > TURNS_MOST) fail("output comes to an end", (uint32_t)i, TURNS_MOST);
  }
}

void giveLine(const uint8_t* octets, size_t length) {
  const uint8_t how = octet();
  const uint32_t most = how & 128 ? 1u + (how & 15) : SLIPWAY_SERIAL_CHUNK;
  for (size_t at = 0; at < length;) {
    const uint32_t piece = length - at < most ? (uint32_t)(length - at) : most;
    memcpy(SLIPWAY_AT(SLIPWAY_SERIAL_RX), octets + at, piece);
    forbid(SLIPWAY_SERIAL_RX + piece, SLIPWAY_SERIAL_CHUNK - piece);
    const int32_t taken = slipway_serial_input(piece, now);
    allow(SLIPWAY_SERIAL_RX + piece, SLIPWAY_SERIAL_CHUNK - piece);
    check(taken > 0 && (uint32_t)taken <= piece, "the line always goes on");
    at += (size_t)taken;
    if ((uint32_t)taken < piece || how & 64) drainLine();
  }
  if (!(how & 32)) drainLine();
}

void giveFrame(const uint8_t* datagram, size_t length) {
  uint8_t octets[2 * DATAGRAM_MOST + 2];
  size_t to = 0;
  octets[to++] = END;
  for (size_t i = 0; i < length; i++) {
    const bool isSpecial = datagram[i] == END || datagram[i] == ESC;
    if (isSpecial) octets[to++] = ESC;
    octets[to++] = !isSpecial ? datagram[i] : datagram[i] == END ? ESC_END : ESC_ESC;
  }
  octets[to++] = END;
  giveLine(octets, to);
}

void sendNoise(void) {
  uint8_t octets[256];
  const size_t wanted = octet();
  size_t length = 0;
  while (length < wanted && !isOver()) octets[length++] = octet();
  tell("in", octets, length);
  giveLine(octets, length);
}
