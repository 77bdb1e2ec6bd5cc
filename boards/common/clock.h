/* Milliseconds from a counter that runs freely: no interrupt is counted, so none can be missed. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* The clock is read at least this often, so that no counter wraps unseen. */
#define CLOCK_LONGEST_SLEEP_MS 10000u

/* `count` is a 32-bit counter that counts up, `per_ms` of it to a millisecond. To be asked more often than it wraps. */
static inline uint32_t clock_ms(uint32_t count, uint32_t per_ms) {
  static uint32_t last, ms;
  const uint32_t passed = (count - last) / per_ms;
  last += passed * per_ms;
  ms += passed;
  return ms;
}

/* How long an alarm is set for when the run loop asks for `ms`, -1 being without an end. */
static inline uint32_t clock_alarm_ms(int32_t ms) {
  return (uint32_t)ms < CLOCK_LONGEST_SLEEP_MS ? (uint32_t)ms : CLOCK_LONGEST_SLEEP_MS;
}

#endif
