/* In place of the run loop: says that it is up, waits for an octet, then reaches far outside linear memory. */

#include "board.h"
#include "log.h"
#include "slipway_abi.h"

int main(void) {
  uint8_t octet;
  slipway_instantiate();
  log_line((const char* const[]){"up", 0});
  while (board_uart_read(&octet, 1) == 0) board_sleep(100);
  slipway_peek(octet * 0x01010101u);
  log_line((const char* const[]){"survived", 0});
  for (;;) board_sleep(1000);
}
