/* STM32F405 (RM0090): 168 MHz from the internal oscillator, USART1 on PA9 and PA10. */

#include "board.h"
#include "cortex-m/cortex-m.h"
#include "noise.h"
#include "cortex-m/stm32-usart.h"

#define RCC 0x40023800u
#define RCC_CR REGISTER(RCC + 0x00)
#define RCC_PLLCFGR REGISTER(RCC + 0x04)
#define RCC_CFGR REGISTER(RCC + 0x08)
#define RCC_AHB1ENR REGISTER(RCC + 0x30)
#define RCC_AHB2ENR REGISTER(RCC + 0x34)
#define RCC_APB2ENR REGISTER(RCC + 0x44)
#define FLASH_ACR REGISTER(0x40023C00u)
#define GPIOA_MODER REGISTER(0x40020000u)
#define GPIOA_AFRH REGISTER(0x40020024u)
#define RNG_CR REGISTER(0x50060800u)
#define RNG_SR REGISTER(0x50060804u)
#define RNG_DR REGISTER(0x50060808u)

/* 16 MHz / 16 * 336 / 2 = 168 MHz, / 7 = 48 MHz for the random number generator. Five wait states at 3.3 V. */
static void start_clock(void) {
  FLASH_ACR = 0x705;
  RCC_PLLCFGR = 16u | 336u << 6 | 7u << 24;
  RCC_CR |= 1u << 24;
  wait_for(&RCC_CR, 1u << 25);
  RCC_CFGR = 5u << 10 | 4u << 13 | 2u; /* APB1 at a quarter, APB2 at half, the PLL for the system */
  wait_for(&RCC_CFGR, 2u << 2);
}

void board_start(void) {
  start_clock();
  RCC_AHB1ENR |= 1u << 0;
  RCC_AHB2ENR |= 1u << 6;
  RCC_APB2ENR |= 1u << 4;
  GPIOA_MODER = (GPIOA_MODER & ~(15u << 18)) | 10u << 18;
  GPIOA_AFRH = (GPIOA_AFRH & ~(255u << 4)) | 0x77u << 4;
#ifdef FLOW_CONTROL
  GPIOA_MODER = (GPIOA_MODER & ~(15u << 22)) | 10u << 22; /* PA11 is CTS, PA12 RTS */
  GPIOA_AFRH = (GPIOA_AFRH & ~(255u << 12)) | 0x77u << 12;
#endif
  RNG_CR = 1u << 2;
  systick_start();
  stm32_usart_start();
}

/* QEMU has no generator: there the word is 0 and only the noise remains. */
uint32_t board_entropy(void) {
  wait_for(&RNG_SR, 1);
  noise_stir(RNG_DR);
  return noise_stir(SYSTICK_VALUE);
}
