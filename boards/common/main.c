/* The run loop of every board: hand in all that arrived, let the application have its turn, ask for output until there is
 * none or the line is busy, sleep until the deadline. */

#include <string.h>
#include "board.h"
#include "log.h"
#include "overruns.h"
#include "slipway_abi.h"

#ifndef BOARD_ADDRESS
#define BOARD_ADDRESS 0xC0A80702u /* 192.168.7.2 */
#endif
#ifndef BUILD_ID
#define BUILD_ID "unnamed"
#endif

/* Octets that arrived but were not taken, at the front of serialRx: their turn comes after the output. */
static uint32_t held;

/* Octets of serialTx that the UART has not taken yet. */
static uint32_t unsent;
static const uint8_t* next;

static void receive(uint32_t now) {
  uint8_t* const serial = SLIPWAY_AT(SLIPWAY_SERIAL_RX);
  held += board_uart_read(serial + held, SLIPWAY_SERIAL_CHUNK - held);
  if (held == 0) return;
  const uint32_t taken = (uint32_t)slipway_serial_input(held, now);
  held -= taken;
  memmove(serial, serial + taken, held);
}

/* True when everything that is due has been queued. */
static bool transmit(uint32_t now) {
  for (;;) {
    if (unsent == 0) {
      unsent = (uint32_t)slipway_serial_output(now);
      if (unsent == 0) return true;
      next = SLIPWAY_AT(SLIPWAY_SERIAL_TX);
    }
    const uint32_t queued = board_uart_write(next, unsent);
    next += queued;
    unsent -= queued;
    if (unsent > 0) return false;
  }
}

/* The sooner of two waits in milliseconds, where -1 has no end. */
static int32_t sooner(int32_t a, int32_t b) {
  return (uint32_t)a < (uint32_t)b ? a : b;
}

/* The app's page tells on which board it runs and which module that is. */
static void introduce(void) {
#ifdef SLIPWAY_NAME
  static const char name[] = BOARD_NAME, build[] = BUILD_ID;
  memcpy(SLIPWAY_AT(SLIPWAY_NAME), name, sizeof name - 1);
  memcpy(SLIPWAY_AT(SLIPWAY_BUILD), build, sizeof build - 1);
  _Static_assert(sizeof name - 1 <= SLIPWAY_NAME_OCTETS && sizeof build - 1 <= SLIPWAY_BUILD_OCTETS, "The module has room");
#endif
}

static void start(void) {
  uint32_t secret[4];
  for (uint32_t i = 0; i < 4; i += 1) secret[i] = board_entropy();
  slipway_instantiate();
  introduce();
  slipway_start(BOARD_ADDRESS, secret[0], secret[1], secret[2], secret[3], board_clock_ms());
  slipway_application(board_clock_ms()); /* listens before the first segment arrives */
  log_line((const char* const[]){"slipway on " BOARD_NAME ", module " BUILD_ID, 0});
}

int main(void) {
  start();
  for (;;) {
    const uint32_t now = board_clock_ms();
    receive(now);
    const int32_t turn = slipway_application(now);
    const bool quiet = transmit(now);
    if (quiet) tell_overruns(now);
    if (!quiet) board_sleep(-1);
    else if (held == 0) board_sleep(sooner(slipway_deadline(now), turn));
  }
}
