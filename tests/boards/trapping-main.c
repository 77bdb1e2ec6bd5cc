/* In place of the run loop: says that it is up, then does what each octet on the line asks for. */

#include "board.h"
#include "log.h"
#include "overruns.h"
#include "slipway_abi.h"

enum { READ = 0xEE, WRITE = 0xAA, COPY = 0xBB, GO_DEAF = 0x11 };

#define SILENCE_MS 300u
#define LONGEST_MS 15000u

static void say(const char* what) {
  log_line((const char* const[]){what, 0});
}

/* Lets the receive ring run over, until the line has been silent for a while. */
static void go_deaf(void) {
  say("deaf");
  const uint32_t began = board_clock_ms();
  uint32_t lost = 0, since = began;
  while (board_clock_ms() - began < LONGEST_MS && (lost == 0 || board_clock_ms() - since < SILENCE_MS)) {
    if (uart_overruns != lost) since = board_clock_ms();
    lost = uart_overruns;
    board_sleep(1);
  }
  tell_overruns(board_clock_ms() + 1000);
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
