/* What a processor without a random number generator can know that others cannot: what its RAM held when it was powered,
 * or left over from before a reset, and how its counters stand when they are asked. */
#ifndef NOISE_H
#define NOISE_H

#include <stdint.h>

/* Stirs a word into the pool and answers 32 bits of it. The first call finds the sum of RAM in the pool already. */
uint32_t noise_stir(uint32_t word);

/* For startup, before RAM is cleared. */
uint32_t noise_of(const uint32_t* from, const uint32_t* to);
void noise_start(uint32_t word);

#endif
