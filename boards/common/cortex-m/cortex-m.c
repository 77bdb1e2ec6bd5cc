#include "cortex-m.h"
#include "board.h"
#include "uart-rings.h"

void sleep_until_interrupt(void) {
  hold_interrupts();
  if (!uart_wakes()) __asm__ volatile("dsb\n wfi" ::: "memory");
  release_interrupts();
}

void board_reset(void) {
  __asm__ volatile("dsb" ::: "memory");
  SCB_AIRCR = 0x05FA0004; /* VECTKEY, SYSRESETREQ */
  for (;;) {
  }
}
