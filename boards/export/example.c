/* The whole of an integration: your firmware has a clock, a serial line and a source of randomness, and this task of its own.
 * The four functions below are yours; everything else is slipway.c. */

#include <string.h>
#include "slipway.h"

extern uint32_t my_clock_ms(void);                                     /* counts up and wraps */
extern uint32_t my_line_read(uint8_t* octets, uint32_t most);          /* what has arrived; never waits */
extern void my_line_write(const uint8_t* octets, uint32_t length);     /* waits until all of it is queued */
extern void my_sleep(int32_t ms); /* until an octet arrives or so many ms have passed; -1: only an octet ends it */

void slipway_task(const uint32_t secret[4]) {
  uint32_t held = 0;
  slipway_instantiate();
  slipway_start(0xC0A80702u, secret[0], secret[1], secret[2], secret[3], my_clock_ms());
  for (;;) {
    const uint32_t now = my_clock_ms();
    uint8_t* const serial = SLIPWAY_AT(SLIPWAY_SERIAL_RX);
    held += my_line_read(serial + held, SLIPWAY_SERIAL_CHUNK - held);
    const uint32_t taken = held > 0 ? (uint32_t)slipway_serial_input(held, now) : 0;
    held -= taken;
    memmove(serial, serial + taken, held);
    const int32_t turn = slipway_application(now);
    for (int32_t n; (n = slipway_serial_output(now)) > 0;) my_line_write(SLIPWAY_AT(SLIPWAY_SERIAL_TX), (uint32_t)n);
    const int32_t due = slipway_deadline(now);
    if (held == 0) my_sleep((uint32_t)turn < (uint32_t)due ? turn : due);
  }
}

/* A trap means a broken invariant. Nothing of the stack may be called any more: reset. */
void slipway_trap(int reason) {
  (void)reason;
  for (;;) {
  }
}
