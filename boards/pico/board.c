/* Raspberry Pi Pico (RP2040 datasheet): 125 MHz from the 12 MHz crystal, UART0 on GP0 and GP1, clocked by the crystal.
 * The 64-bit timer runs freely at 1 MHz as the clock; its first alarm wakes the run loop. */

#include "board.h"
#include "clock.h"
#include "cortex-m/cortex-m.h"
#include "noise.h"
#include "cortex-m/pl011.h"

#define CLEAR_BITS 0x3000u /* a register's alias that clears what is written as 1 */

#define RESETS_RESET 0x4000C000u
#define RESETS_DONE REGISTER(0x4000C008u)
enum { RESET_IO = 1 << 5, RESET_PADS = 1 << 8, RESET_PLL = 1 << 12, RESET_TIMER = 1 << 21, RESET_UART0 = 1 << 22 };

#define XOSC_CONTROL REGISTER(0x40024000u)
#define XOSC_STATUS REGISTER(0x40024004u)
#define XOSC_STARTUP REGISTER(0x4002400Cu)
#define PLL_STATUS REGISTER(0x40028000u)
#define PLL_POWER 0x40028004u
#define PLL_FEEDBACK REGISTER(0x40028008u)
#define PLL_DIVIDERS REGISTER(0x4002800Cu)
#define CLOCK_REFERENCE REGISTER(0x40008030u)
#define CLOCK_REFERENCE_SELECTED REGISTER(0x40008038u)
#define CLOCK_SYSTEM REGISTER(0x4000803Cu)
#define CLOCK_SYSTEM_SELECTED REGISTER(0x40008044u)
#define CLOCK_PERIPHERALS REGISTER(0x40008048u)
#define WATCHDOG_TICK REGISTER(0x4005802Cu)
#define PIN_FUNCTION(pin) REGISTER(0x40014004u + 8u * (pin))
#define RANDOM_BIT REGISTER(0x4006001Cu)

#define TIMER_ALARM0 REGISTER(0x40054010u)
#define TIMER_NOW REGISTER(0x40054028u)
#define TIMER_INTERRUPT_STATE REGISTER(0x40054034u)
#define TIMER_INTERRUPTS REGISTER(0x40054038u)

static void release(uint32_t blocks) {
  REGISTER(RESETS_RESET + CLEAR_BITS) = blocks;
  wait_for(&RESETS_DONE, blocks);
}

/* 12 MHz * 125 / 6 / 2. The system leaves the PLL before it is touched, since a reset may find it running. */
static void start_clock(void) {
  XOSC_STARTUP = 47; /* times 256 periods: 1 ms */
  XOSC_CONTROL = 0x00FABAA0u;
  wait_for(&XOSC_STATUS, 1u << 31);
  CLOCK_REFERENCE = 2;
  wait_for(&CLOCK_REFERENCE_SELECTED, 1u << 2);
  CLOCK_SYSTEM = 0;
  wait_for(&CLOCK_SYSTEM_SELECTED, 1u << 0);
  release(RESET_PLL);
  PLL_FEEDBACK = 125;
  REGISTER(PLL_POWER + CLEAR_BITS) = 1u << 0 | 1u << 5;
  wait_for(&PLL_STATUS, 1u << 31);
  PLL_DIVIDERS = 6u << 16 | 2u << 12;
  REGISTER(PLL_POWER + CLEAR_BITS) = 1u << 3;
  CLOCK_SYSTEM = 1;
  wait_for(&CLOCK_SYSTEM_SELECTED, 1u << 1);
  CLOCK_PERIPHERALS = 1u << 11 | 4u << 5;
  WATCHDOG_TICK = 1u << 9 | 12u;
}

void board_start(void) {
  start_clock();
  release(RESET_IO | RESET_PADS | RESET_TIMER | RESET_UART0);
  PIN_FUNCTION(0) = 2;
  PIN_FUNCTION(1) = 2;
#ifdef FLOW_CONTROL
  PIN_FUNCTION(2) = 2; /* CTS */
  PIN_FUNCTION(3) = 2; /* RTS */
#endif
  TIMER_INTERRUPTS = 1;
  enable_interrupt(TIMER_INTERRUPT);
  pl011_start();
}

uint32_t board_clock_ms(void) {
  return clock_ms(TIMER_NOW, 1000);
}

void timer_interrupt(void) {
  TIMER_INTERRUPT_STATE = 1;
}

void board_sleep(int32_t ms) {
  if (ms == 0) return;
  hold_interrupts();
  TIMER_ALARM0 = TIMER_NOW + clock_alarm_ms(ms) * 1000;
  sleep_until_interrupt();
}

/* The ring oscillator's bit is biased, and alike if read too quickly: 256 of them are stirred into each word. */
uint32_t board_entropy(void) {
  uint32_t word = 0;
  for (uint32_t i = 0; i < 256; i += 1) {
    word = word << 1 | (RANDOM_BIT & 1);
    if (i % 32 == 31) noise_stir(word);
  }
  return noise_stir(TIMER_NOW);
}
