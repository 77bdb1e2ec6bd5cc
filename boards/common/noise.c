#include "noise.h"

static uint32_t pool;

/* The multiplication and the shift of the finaliser of MurmurHash3: each bit of the word reaches all bits. */
static uint32_t mix(uint32_t all, uint32_t word) {
  all = (all ^ word) * 0x85EBCA6Bu;
  all = (all ^ all >> 13) * 0xC2B2AE35u;
  return all ^ all >> 16;
}

uint32_t noise_of(const uint32_t* from, const uint32_t* to) {
  uint32_t all = 0;
  for (; from < to; from += 1) all = mix(all, *from);
  return all;
}

void noise_start(uint32_t word) {
  pool = word;
}

uint32_t noise_stir(uint32_t word) {
  pool = mix(pool, word);
  return pool;
}
