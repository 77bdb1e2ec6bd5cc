#include "cortex-m.h"
#include "board.h"
#include "uart-rings.h"

void sleep_until_interrupt(void) {
  __asm__ volatile("cpsid i" ::: "memory");
  if (!uart_wakes()) __asm__ volatile("dsb\n wfi" ::: "memory");
  __asm__ volatile("cpsie i\n isb" ::: "memory");
}

void board_reset(void) {
  __asm__ volatile("dsb" ::: "memory");
  SCB_AIRCR = 0x05FA0004; /* VECTKEY, SYSRESETREQ */
  for (;;) {
  }
}
