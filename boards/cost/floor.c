#include "floor.h"
#include <string.h>

/* Datagram, ring and answer are aligned: a processor that knows no other words gets them whole. */
typedef uint32_t __attribute__((may_alias)) word_t;

static uint32_t word(const uint8_t* at) {
  return *(const word_t*)at;
}

static uint32_t fold(uint64_t sum) {
  uint32_t low = (uint32_t)sum, all = low + (uint32_t)(sum >> 32);
  if (all < low) all += 1;
  all = (all & 0xFFFF) + (all >> 16);
  return (all & 0xFFFF) + (all >> 16);
}

/* The number of words is known where this is called: nothing of the loop remains. */
static inline __attribute__((always_inline)) uint64_t sum_words(const uint8_t* from, uint32_t words) {
  uint64_t sum = 0;
#pragma GCC unroll 8
  for (uint32_t i = 0; i < words; i += 1) sum += word(from + 4 * i);
  return sum;
}

/* Eight words a turn; what is left over is less than 32 octets. */
static uint64_t copy_and_sum(uint8_t* to, const uint8_t* from, uint32_t length) {
  uint64_t sum = 0;
  const uint8_t* const whole = from + (length & ~31u);
  while (from != whole) {
#pragma GCC unroll 8
    for (uint32_t i = 0; i < 8; i += 1) {
      const uint32_t value = word(from + 4 * i);
      *(word_t*)(to + 4 * i) = value;
      sum += value;
    }
    from += 32;
    to += 32;
  }
  uint32_t rest = length & 31;
  for (; rest >= 4; rest -= 4, from += 4, to += 4) {
    const uint32_t value = word(from);
    *(word_t*)to = value;
    sum += value;
  }
  uint32_t last = 0;
  for (uint32_t i = 0; i < rest; i += 1) last |= (uint32_t)(to[i] = from[i]) << 8 * i;
  return sum + last;
}

/* The segment's length in network order, as the pseudo-header has it beside the protocol. */
static uint32_t pseudo(uint32_t octets) {
  return 0x0600u + ((octets & 255u) << 8 | octets >> 8);
}

static void write_ack(const uint8_t* datagram, uint32_t text, uint8_t* answer) {
  uint32_t words[10];
  memcpy(words, datagram, 40);
  const uint32_t source = words[3];
  words[0] = 0x28000045u;
  words[2] = 0x00000640u;
  words[3] = words[4];
  words[4] = source;
  words[5] = words[5] << 16 | words[5] >> 16;
  const uint32_t received = __builtin_bswap32(words[6]);
  words[6] = words[7];
  words[7] = __builtin_bswap32(received + text);
  words[8] = 0x00101050u;
  words[9] = 0;
  words[2] |= (~fold(sum_words((const uint8_t*)words, 5)) & 0xFFFF) << 16;
  words[9] = ~fold(sum_words((const uint8_t*)(words + 3), 7) + pseudo(20)) & 0xFFFF;
  memcpy(answer, words, 40);
}

uint32_t floor_receive(const uint8_t* datagram, uint32_t length, uint8_t* ring, uint8_t* answer) {
  if (fold(sum_words(datagram, 5)) != 0xFFFF) return 0;
  const uint64_t head = sum_words(datagram + 12, 7) + pseudo(length - 20);
  if (fold(head + copy_and_sum(ring, datagram + 40, length - 40)) != 0xFFFF) return 0;
  write_ack(datagram, length - 40, answer);
  return 1;
}
