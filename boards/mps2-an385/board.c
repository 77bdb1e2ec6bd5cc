/* Arm MPS2 with the AN385 image, a Cortex-M3 with CMSDK peripherals, as QEMU has it. 25 MHz.
 * Arm DDI 0479 (CMSDK) has the UART in section 4.3 and the timer in 4.1. */

#include "board.h"
#include "clock.h"
#include "cortex-m/cortex-m.h"
#include "noise.h"
#include "uart-rings.h"

#define UART 0x40004000u
#define UART_DATA REGISTER(UART + 0x00)
#define UART_STATE REGISTER(UART + 0x04)
#define UART_CONTROL REGISTER(UART + 0x08)
#define UART_CLEAR REGISTER(UART + 0x0C)
#define UART_DIVIDER REGISTER(UART + 0x10)
enum { TRANSMIT_FULL = 1, RECEIVE_FULL = 2 };
enum { TRANSMIT_ON = 1, RECEIVE_ON = 2, TRANSMIT_INTERRUPT_ON = 4, RECEIVE_INTERRUPT_ON = 8 };
enum { CLEAR_TRANSMIT = 1, CLEAR_RECEIVE = 2 };

#define TIMER0 0x40000000u /* runs freely: the clock */
#define TIMER1 0x40001000u /* the alarm */
#define TIMER_CONTROL(timer) REGISTER((timer) + 0x00)
#define TIMER_VALUE(timer) REGISTER((timer) + 0x04)
#define TIMER_RELOAD(timer) REGISTER((timer) + 0x08)
#define TIMER_CLEAR(timer) REGISTER((timer) + 0x0C)
enum { TIMER_ON = 1, TIMER_INTERRUPT_ON = 8 };


void board_start(void) {
  TIMER_RELOAD(TIMER0) = 0xFFFFFFFFu;
  TIMER_VALUE(TIMER0) = 0xFFFFFFFFu;
  TIMER_CONTROL(TIMER0) = TIMER_ON;
  UART_DIVIDER = HERTZ / BAUD;
  UART_CONTROL = TRANSMIT_ON | RECEIVE_ON | TRANSMIT_INTERRUPT_ON | RECEIVE_INTERRUPT_ON;
  enable_interrupt(UART_INTERRUPT);
  enable_interrupt(UART_TRANSMIT_INTERRUPT);
  enable_interrupt(TIMER_INTERRUPT);
}

/* The interrupt is cleared before the read: the read lets the next octet in, and its interrupt must not be cleared with it.
 * With the ring full the interrupt is masked until the loop has read. In QEMU the line then waits; a real UART overruns. */
void uart_interrupt(void) {
  while (UART_STATE & RECEIVE_FULL) {
    if (!uart_has_room()) {
      UART_CONTROL &= ~RECEIVE_INTERRUPT_ON;
      return;
    }
    UART_CLEAR = CLEAR_RECEIVE;
    uart_received((uint8_t)UART_DATA);
  }
}

void uart_transmit_interrupt(void) {
  UART_CLEAR = CLEAR_TRANSMIT;
  while (!(UART_STATE & TRANSMIT_FULL)) {
    const int32_t octet = uart_next();
    if (octet < 0) return;
    UART_DATA = (uint32_t)octet;
  }
}

uint32_t board_uart_read(uint8_t* octets, uint32_t most) {
  const uint32_t taken = uart_take(octets, most);
  disable_interrupt(UART_INTERRUPT);
  UART_CONTROL |= RECEIVE_INTERRUPT_ON;
  uart_interrupt();
  enable_interrupt(UART_INTERRUPT);
  return taken;
}

uint32_t board_uart_write(const uint8_t* octets, uint32_t length) {
  const uint32_t queued = uart_queue(octets, length);
  disable_interrupt(UART_TRANSMIT_INTERRUPT);
  uart_transmit_interrupt();
  enable_interrupt(UART_TRANSMIT_INTERRUPT);
  return queued;
}

uint32_t board_clock_ms(void) {
  return clock_ms(~TIMER_VALUE(TIMER0), HERTZ / 1000);
}

void timer_interrupt(void) {
  TIMER_CONTROL(TIMER1) = 0;
  TIMER_CLEAR(TIMER1) = 1;
}

void board_sleep(int32_t ms) {
  if (ms == 0) return;
  hold_interrupts();
  TIMER_VALUE(TIMER1) = clock_alarm_ms(ms) * (HERTZ / 1000);
  TIMER_CONTROL(TIMER1) = TIMER_ON | TIMER_INTERRUPT_ON;
  sleep_until_interrupt();
}

/* There is no source of randomness on this board: the time at which each call runs is all there is. */
uint32_t board_entropy(void) {
  return noise_stir(TIMER_VALUE(TIMER0));
}
