/* Stellaris LM3S6965 evaluation board: 50 MHz from the 8 MHz crystal, UART0 (a PL011) on PA0 and PA1. */

#include "board.h"
#include "cortex-m/cortex-m.h"
#include "noise.h"
#include "cortex-m/pl011.h"

#define RCC REGISTER(0x400FE060u)
#define RIS REGISTER(0x400FE050u)
#define RCGC1 REGISTER(0x400FE104u)
#define RCGC2 REGISTER(0x400FE108u)
#define GPIOA_AFSEL REGISTER(0x40004420u)
#define GPIOA_DEN REGISTER(0x4000451Cu)

/* The PLL's 200 MHz divided by four. The bypass is taken away only when the PLL is locked. */
static void start_clock(void) {
  const uint32_t settings = 14u << 6 | 3u << 23 | 1u << 22; /* crystal of 8 MHz, SYSDIV 4, use SYSDIV */
  RCC = settings | 1u << 11;
  wait_for(&RIS, 1u << 6);
  RCC = settings;
}

void board_start(void) {
  start_clock();
  RCGC1 |= 1;
  RCGC2 |= 1;
  GPIOA_AFSEL |= 3;
  GPIOA_DEN |= 3;
  systick_start();
  pl011_start();
}

/* This part has no generator of random numbers and no unique number. */
uint32_t board_entropy(void) {
  return noise_stir(SYSTICK_VALUE);
}
