/* What a RISC-V microcontroller with a CLINT and a PLIC has: machine mode, a timer that runs freely, external interrupts. */
#ifndef RISCV_H
#define RISCV_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t*)(uintptr_t)(address))
#define REGISTER8(address) (*(volatile uint8_t*)(uintptr_t)(address))

/* Interrupts of machine mode, as bits of mie and mcause's numbers. */
enum { MACHINE_TIMER = 7, MACHINE_EXTERNAL = 11 };

/* board.json: PLIC is the address of the interrupt controller. */
void enable_interrupt(uint32_t interrupt);
void disable_interrupt(uint32_t interrupt);

/* Interrupts wait from here on, until sleep_until_interrupt has slept. An alarm is set behind this: it could go off before
 * the sleep otherwise, and nothing would end the sleep then. */
static inline void hold_interrupts(void) {
  __asm__ volatile("csrc mstatus, 8" ::: "memory");
}

/* As in boards/common/cortex-m: no interrupt is missed between the question and the sleep, since WFI ends for one that is
 * pending even while interrupts are held off. */
void sleep_until_interrupt(void);

/* The 64-bit timer's lower half; how long until it interrupts. board.json: CLINT is its address. */
uint32_t timer_now(void);
void timer_set(uint32_t ticks);

/* The board's part of startup, and its interrupt. */
void board_start(void);
void uart_interrupt(void);

#endif
