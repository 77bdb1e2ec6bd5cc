/* In place of the run loop: says that it is up, then does what each octet on the line asks for. */

#include "board.h"
#include "log.h"
#include "overruns.h"
#include "slipway_abi.h"

enum { READ = 0xEE, WRITE = 0xAA, COPY = 0xBB, GO_DEAF = 0x11 };

#define LONGEST_MS 60000u

static void say(const char* what) {
  log_line((const char* const[]){what, 0});
}

/* Lets the receive ring run over, and tells how far. */
static void go_deaf(void) {
  say("deaf");
  const uint32_t began = board_clock_ms();
  while (board_clock_ms() - began < LONGEST_MS) {
    tell_overruns(board_clock_ms());
    board_sleep(1);
  }
}

int main(void) {
  uint8_t octet;
  slipway_instantiate();
  say("up");
  for (;;) {
    while (board_uart_read(&octet, 1) == 0) board_sleep(100);
    const uint32_t far = octet * 0x01010101u; /* outside linear memory */
    if (octet == READ) slipway_peek(far);
    else if (octet == WRITE) slipway_poke(far);
    else if (octet == COPY) slipway_pour(far);
    else if (octet == GO_DEAF) go_deaf();
    if (octet >= WRITE) say("survived");
  }
}
