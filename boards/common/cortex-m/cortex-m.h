/* What every Cortex-M has in the same place. */
#ifndef CORTEX_M_H
#define CORTEX_M_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t*)(uintptr_t)(address))

#define NVIC_ISER(interrupt) REGISTER(0xE000E100u + 4u * ((interrupt) / 32u))
#define NVIC_ICER(interrupt) REGISTER(0xE000E180u + 4u * ((interrupt) / 32u))
#define SCB_AIRCR REGISTER(0xE000ED0Cu)
#define SYSTICK_CONTROL REGISTER(0xE000E010u)
#define SYSTICK_RELOAD REGISTER(0xE000E014u)
#define SYSTICK_VALUE REGISTER(0xE000E018u)

static inline void enable_interrupt(uint32_t interrupt) {
  NVIC_ISER(interrupt) = 1u << (interrupt % 32u);
}

static inline void disable_interrupt(uint32_t interrupt) {
  NVIC_ICER(interrupt) = 1u << (interrupt % 32u);
  __asm__ volatile("dsb\n isb" ::: "memory");
}

/* Interrupts wait from here on. An alarm is set behind this: it could go off before the sleep otherwise, and nothing would
 * end the sleep then. */
static inline void hold_interrupts(void) {
  __asm__ volatile("cpsid i" ::: "memory");
}

static inline void release_interrupts(void) {
  __asm__ volatile("cpsie i\n isb" ::: "memory");
}

/* Waits for an interrupt unless octets have arrived or the UART has room for a waiting writer. The question is asked with
 * interrupts held off: one that comes after the answer stays pending, and WFI returns at once for a pending one.
 * Interrupts are released behind it. */
void sleep_until_interrupt(void);

/* SysTick as the clock, for boards that have systick-clock.c among their sources. */
void systick_start(void);

/* Waits until the bits are set, or for so long that the hardware would have set them: an emulator may not know them. */
static inline void wait_for(volatile uint32_t* at, uint32_t bits) {
  for (uint32_t left = 100000; left > 0 && (*at & bits) != bits; left -= 1) {
  }
}

/* The board's part of startup: clocks and pins, before main. */
void board_start(void);

/* Interrupt handlers by the names that startup.c knows; a board has those whose interrupt number its board.json defines. */
void uart_interrupt(void);
void uart_transmit_interrupt(void);
void timer_interrupt(void);
void systick_interrupt(void);

#endif
