/* Startup of a Cortex-M: the vector table, .data and .bss, then main. Nothing of a C library runs before it. */

#include "board.h"
#include "cortex-m.h"
#include "noise.h"

extern uint32_t stack_top, data_load, data_start, data_end, bss_start, bss_end;

int main(void);

static __attribute__((noreturn)) void reset(void) {
  const uint32_t noise = noise_of(&bss_start, &bss_end);
  const uint32_t* from = &data_load;
  for (uint32_t* to = &data_start; to < &data_end; to += 1) *to = *from++;
  for (uint32_t* to = &bss_start; to < &bss_end; to += 1) *to = 0;
  noise_start(noise);
  board_start();
  main();
  board_reset();
}

/* A fault, a stack overflow among them: the stack lies at the bottom of RAM, so that it runs into addresses that fault and
 * never into data. There may be no stack left to speak with. */
static __attribute__((noreturn)) void fault(void) {
  board_reset();
}

typedef void (*handler_t)(void);

__attribute__((section(".vectors"), used)) static const handler_t vectors[] = {
    (handler_t)(uintptr_t)&stack_top,
    reset,
    fault, /* NMI */
    fault, /* HardFault, and those that escalate to it */
#ifdef SYSTICK
    [15] = systick_interrupt,
#endif
#ifdef UART_INTERRUPT
    [16 + UART_INTERRUPT] = uart_interrupt,
#endif
#ifdef UART_TRANSMIT_INTERRUPT
    [16 + UART_TRANSMIT_INTERRUPT] = uart_transmit_interrupt,
#endif
#ifdef TIMER_INTERRUPT
    [16 + TIMER_INTERRUPT] = timer_interrupt,
#endif
};
