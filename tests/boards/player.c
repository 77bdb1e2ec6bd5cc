/* Plays a tape (tape.ts) from stdin to the module as C and writes all that it sends, and each deadline, to stdout. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "slipway_abi.h"
#include "wasm-rt.h"

void wasm_rt_trap(wasm_rt_trap_t reason) {
  fprintf(stderr, "trap %d\n", (int)reason);
  exit(3);
}

static void put(const void* octets, uint32_t length) {
  if (fwrite(octets, 1, length, stdout) != length) exit(4);
}

static void turn(const uint8_t* waiting, uint32_t length, uint32_t now) {
  do {
    const uint32_t some = length < SLIPWAY_SERIAL_CHUNK ? length : SLIPWAY_SERIAL_CHUNK;
    memcpy(SLIPWAY_AT(SLIPWAY_SERIAL_RX), waiting, some);
    const uint32_t taken = some > 0 ? (uint32_t)slipway_serial_input(some, now) : 0;
    waiting += taken;
    length -= taken;
    slipway_application(now);
    for (uint32_t n; (n = (uint32_t)slipway_serial_output(now)) > 0;) put(SLIPWAY_AT(SLIPWAY_SERIAL_TX), n);
  } while (length > 0);
  const int32_t deadline = slipway_deadline(now);
  put(&deadline, 4);
}

int main(void) {
  static uint8_t octets[1 << 20];
  uint32_t head[3], secret[4];
  slipway_instantiate();
  while (fread(head, 4, 3, stdin) == 3) {
    if (head[2] > sizeof octets || fread(octets, 1, head[2], stdin) != head[2]) return 5;
    if (head[0] != 0) {
      turn(octets, head[2], head[1]);
      continue;
    }
    memcpy(secret, octets, sizeof secret);
    slipway_start(0xC0A80702u, secret[0], secret[1], secret[2], secret[3], head[1]);
    turn(octets, 0, head[1]);
  }
  return 0;
}
