/* memcpy, memmove and memset for processors that a C library serves badly: newlib copies octet by octet when source and
 * destination are aligned differently, and that is how text lies in a ring. Where the processor reads words at any address
 * (Cortex-M3 and later) words are used throughout; elsewhere where both ends allow it. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
  uint32_t value;
} __attribute__((packed, may_alias)) anywhere_t;
typedef uint32_t __attribute__((may_alias)) aligned_t;

#ifdef __ARM_FEATURE_UNALIGNED
#define WORD(at) (((anywhere_t*)(at))->value)
#define CAN_USE_WORDS(difference) 1
#else
#define WORD(at) (*(aligned_t*)(at))
#define CAN_USE_WORDS(difference) (((difference) & 3) == 0)
#endif
#define CONST_WORD(at) WORD((uint8_t*)(uintptr_t)(at))

/* The compiler would make a call of memcpy out of these very loops. */
#define LOOPS_STAY __attribute__((optimize("no-tree-loop-distribute-patterns")))

/* Upwards, each octet read before any above it is written: right when `to` lies below `from` or clear of it. */
LOOPS_STAY static void copy_up(uint8_t* to, const uint8_t* from, size_t octets) {
  if (octets >= 8 && CAN_USE_WORDS((uintptr_t)to ^ (uintptr_t)from)) {
    while ((uintptr_t)to & 3) *to++ = *from++, octets -= 1;
    for (; octets >= 16; octets -= 16, to += 16, from += 16) {
      const uint32_t first = CONST_WORD(from), second = CONST_WORD(from + 4);
      WORD(to) = first;
      WORD(to + 4) = second;
      const uint32_t third = CONST_WORD(from + 8), fourth = CONST_WORD(from + 12);
      WORD(to + 8) = third;
      WORD(to + 12) = fourth;
    }
    for (; octets >= 4; octets -= 4, to += 4, from += 4) WORD(to) = CONST_WORD(from);
  }
  for (; octets > 0; octets -= 1) *to++ = *from++;
}

LOOPS_STAY static void copy_down(uint8_t* to, const uint8_t* from, size_t octets) {
  while (octets > 0) octets -= 1, to[octets] = from[octets];
}

void* memcpy(void* restrict to, const void* restrict from, size_t octets) {
  copy_up(to, from, octets);
  return to;
}

void* memmove(void* to, const void* from, size_t octets) {
  if ((uintptr_t)to - (uintptr_t)from >= octets) copy_up(to, from, octets);
  else copy_down(to, from, octets);
  return to;
}

LOOPS_STAY void* memset(void* to, int value, size_t octets) {
  uint8_t* at = to;
  const uint32_t word = (uint8_t)value * 0x01010101u;
  for (; octets > 0 && ((uintptr_t)at & 3); octets -= 1) *at++ = (uint8_t)value;
  for (; octets >= 16; octets -= 16, at += 16) {
    WORD(at) = word;
    WORD(at + 4) = word;
    WORD(at + 8) = word;
    WORD(at + 12) = word;
  }
  for (; octets >= 4; octets -= 4, at += 4) WORD(at) = word;
  for (; octets > 0; octets -= 1) *at++ = (uint8_t)value;
  return to;
}
