/* The clock of processors whose SysTick is all there is, in silicon and in the emulator alike. SysTick counts down freely
 * and interrupts each time it begins anew; what it has counted since is read from it, so that the clock is exact to the
 * millisecond while the processor wakes only every PERIOD_MS. */

#include "board.h"
#include "cortex-m.h"
#include "uart-rings.h"

#define PERIOD_MS 10u
#define TICKS_PER_MS (HERTZ / 1000u)
#define PERIOD (PERIOD_MS * TICKS_PER_MS)
_Static_assert(PERIOD <= 1u << 24, "SysTick has 24 bits");

static volatile uint32_t periods;

void systick_start(void) {
  SYSTICK_RELOAD = PERIOD - 1;
  SYSTICK_VALUE = 0;
  SYSTICK_CONTROL = 7; /* on, with interrupt, at the processor's clock */
}

void systick_interrupt(void) {
  periods += 1;
}

/* The counter may have begun anew an instant before its interrupt is taken. Time then seems to go back, which it may not:
 * it stands still until the interrupt has come. */
uint32_t board_clock_ms(void) {
  static uint32_t last;
  uint32_t whole, ms;
  do {
    whole = periods;
    ms = whole * PERIOD_MS + (PERIOD - 1 - SYSTICK_VALUE) / TICKS_PER_MS;
  } while (whole != periods);
  if ((int32_t)(ms - last) > 0) last = ms;
  return last;
}

/* At most until SysTick's next interrupt: the run loop asks again. */
void board_sleep(int32_t ms) {
  if (ms != 0) sleep_until_interrupt();
}
