#include "riscv.h"
#include "board.h"
#include "uart-rings.h"

#define PLIC_PRIORITY(interrupt) REGISTER(PLIC + 4u * (interrupt))
#define PLIC_ENABLE(interrupt) REGISTER(PLIC + 0x2000u + 4u * ((interrupt) / 32u))
#define PLIC_CLAIM REGISTER(PLIC + 0x200004u)
#define TIMER_COMPARE_LOW REGISTER(CLINT + 0x4000u)
#define TIMER_COMPARE_HIGH REGISTER(CLINT + 0x4004u)
#define TIMER_LOW REGISTER(CLINT + 0xBFF8u)
#define TIMER_HIGH REGISTER(CLINT + 0xBFFCu)

void enable_interrupt(uint32_t interrupt) {
  PLIC_PRIORITY(interrupt) = 1;
  PLIC_ENABLE(interrupt) |= 1u << (interrupt % 32u);
}

/* An interrupt that is on its way already is held off in the core for that one access. */
void disable_interrupt(uint32_t interrupt) {
  __asm__ volatile("csrc mstatus, 8" ::: "memory");
  PLIC_ENABLE(interrupt) &= ~(1u << (interrupt % 32u));
  __asm__ volatile("fence\n csrs mstatus, 8" ::: "memory");
}

uint32_t timer_now(void) {
  return TIMER_LOW;
}

static uint64_t timer(void) {
  uint32_t high, low;
  do {
    high = TIMER_HIGH;
    low = TIMER_LOW;
  } while (high != TIMER_HIGH);
  return (uint64_t)high << 32 | low;
}

/* The upper half is made the greatest first, so that no compare value between the old and the new one is met. */
void timer_set(uint32_t ticks) {
  const uint64_t at = timer() + ticks;
  TIMER_COMPARE_HIGH = 0xFFFFFFFFu;
  TIMER_COMPARE_LOW = (uint32_t)at;
  TIMER_COMPARE_HIGH = (uint32_t)(at >> 32);
}

void sleep_until_interrupt(void) {
  hold_interrupts();
  if (!uart_wakes()) __asm__ volatile("wfi" ::: "memory");
  __asm__ volatile("csrs mstatus, 8" ::: "memory");
}

static void external_interrupt(void) {
  const uint32_t interrupt = PLIC_CLAIM;
  if (interrupt == UART_INTERRUPT) uart_interrupt();
  if (interrupt != 0) PLIC_CLAIM = interrupt;
}

/* An interrupt, or a fault, after which the board starts anew. */
__attribute__((interrupt("machine"), aligned(4))) void trap_entry(void) {
  uint32_t cause;
  __asm__ volatile("csrr %0, mcause" : "=r"(cause));
  if ((int32_t)cause >= 0) board_reset();
  if ((cause & 31u) == MACHINE_TIMER) TIMER_COMPARE_HIGH = 0xFFFFFFFFu;
  else external_interrupt();
}
