#include "overruns.h"
#include "log.h"

#define PAUSE_MS 1000u

volatile uint32_t uart_overruns;

void tell_overruns(uint32_t now) {
  static uint32_t told, since;
  const uint32_t count = uart_overruns;
  if (count == told || now - since < PAUSE_MS) return;
  told = count;
  since = now;
  char digits[11];
  char* at = digits + sizeof digits - 1;
  *at = 0;
  for (uint32_t rest = count; rest > 0; rest /= 10) *--at = (char)('0' + rest % 10);
  log_line((const char* const[]){"line overruns: ", at, 0});
}
