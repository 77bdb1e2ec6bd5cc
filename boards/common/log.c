#include "log.h"
#include "board.h"

#define SLIP_END 0xC0
#define SLIPMUX_LOG 0x0A

static void put(uint8_t octet) {
  while (board_uart_write(&octet, 1) == 0) board_sleep(1);
}

/* The first END ends whatever frame a trap has cut short: its checksum is wrong and the other side drops it. Log text is
 * ASCII and needs no escape. */
void log_line(const char* const* parts) {
  put(SLIP_END);
  put(SLIPMUX_LOG);
  for (; *parts; parts += 1) {
    for (const char* at = *parts; *at; at += 1) put((uint8_t)*at);
  }
  put('\n');
  put(SLIP_END);
}
