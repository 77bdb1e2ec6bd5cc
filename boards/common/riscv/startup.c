/* Startup of a RISC-V: the stack, .data and .bss, the trap vector, then main. Nothing of a C library runs before it. */

#include "board.h"
#include "noise.h"
#include "riscv.h"

extern uint32_t data_load, data_start, data_end, bss_start, bss_end;

int main(void);
void trap_entry(void);

__attribute__((section(".boot"), naked, used)) void boot(void) {
  __asm__ volatile(
      "  la sp, stack_top\n"
      "  la t0, trap_entry\n"
      "  csrw mtvec, t0\n"
      "  j start\n");
}

/* Everything after the stack is there. */
__attribute__((noreturn, used)) void start(void) {
  const uint32_t noise = noise_of(&bss_start, &bss_end);
  const uint32_t* from = &data_load;
  for (uint32_t* to = &data_start; to < &data_end; to += 1) *to = *from++;
  for (uint32_t* to = &bss_start; to < &bss_end; to += 1) *to = 0;
  noise_start(noise);
  board_start();
  __asm__ volatile("csrs mie, %0\n csrs mstatus, 8" ::"r"(1u << MACHINE_TIMER | 1u << MACHINE_EXTERNAL) : "memory");
  main();
  board_reset();
}
