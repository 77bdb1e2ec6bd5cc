/* Makes the calls that calls.ts has recorded, read from stdin, and writes every answer and all that the host looked at to
 * stdout. calls.inc is generated: one case for each function of the module. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "slipway_abi.h"
#include "wasm-rt.h"

#define RESULT 0xFFFFFFFFu

void wasm_rt_trap(wasm_rt_trap_t reason) {
  fprintf(stderr, "trap %d\n", (int)reason);
  exit(3);
}

static int32_t make_call(uint32_t number, const uint32_t* with) {
  (void)with;
  switch (number) {
#include "calls.inc"
    default: exit(6);
  }
  return 0;
}

static void put(const void* octets, uint32_t length) {
  if (fwrite(octets, 1, length, stdout) != length) exit(4);
}

static void get(void* octets, uint32_t length) {
  if (fread(octets, 1, length, stdin) != length) exit(5);
}

int main(void) {
  uint32_t number, count, with[8], stretch[6];
  static char room[2][1 << 16];
  setvbuf(stdin, room[0], _IOFBF, sizeof room[0]);
  setvbuf(stdout, room[1], _IOFBF, sizeof room[1]);
  slipway_instantiate();
  while (fread(&number, 4, 1, stdin) == 1) {
    memset(with, 0, sizeof with);
    get(&count, 4);
    if (count > 8) return 7;
    get(with, 4 * count);
    get(stretch, sizeof stretch);
    if (stretch[1] > 0) get(SLIPWAY_AT(stretch[0]), stretch[1]);
    if (stretch[3] > 0) put(SLIPWAY_AT(stretch[2]), stretch[3]);
    const int32_t result = make_call(number, with);
    put(&result, 4);
    if (result <= 0 || stretch[5] == 0) continue;
    const uint32_t at = stretch[4] == RESULT ? (uint32_t)result : stretch[4];
    put(SLIPWAY_AT(at), stretch[5] == RESULT ? (uint32_t)result : stretch[5]);
  }
  return 0;
}
