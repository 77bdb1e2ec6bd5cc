/* STM32F100 (RM0041) as on the STM32VLDISCOVERY: 24 MHz from the internal oscillator, USART1 on PA9 and PA10. */

#include "board.h"
#include "cortex-m/cortex-m.h"
#include "noise.h"
#include "cortex-m/stm32-usart.h"

#define RCC_CR REGISTER(0x40021000u)
#define RCC_CFGR REGISTER(0x40021004u)
#define RCC_APB2ENR REGISTER(0x40021018u)
#define GPIOA_CRH REGISTER(0x40010804u)

/* 8 MHz / 2 * 6 = 24 MHz. */
static void start_clock(void) {
  RCC_CFGR = 4u << 18;
  RCC_CR |= 1u << 24;
  wait_for(&RCC_CR, 1u << 25);
  RCC_CFGR |= 2u;
  wait_for(&RCC_CFGR, 2u << 2);
}

void board_start(void) {
  start_clock();
  RCC_APB2ENR |= 1u << 0 | 1u << 2 | 1u << 14;
  GPIOA_CRH = (GPIOA_CRH & ~(255u << 4)) | 0x4Bu << 4; /* PA9 push-pull for the USART, PA10 floating input */
#ifdef FLOW_CONTROL
  GPIOA_CRH = (GPIOA_CRH & ~(255u << 12)) | 0xB4u << 12; /* PA11 floating input for CTS, PA12 push-pull for RTS */
#endif
  systick_start();
  stm32_usart_start();
}

/* This part has no generator of random numbers. */
uint32_t board_entropy(void) {
  return noise_stir(SYSTICK_VALUE);
}
