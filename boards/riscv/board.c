/* QEMU's RISC-V machine `virt`: a 16550 UART, a CLINT whose timer counts at 10 MHz, a PLIC, and a device that resets. It
 * stands in for parts of the ESP32-C3's class. */

#include "board.h"
#include "clock.h"
#include "noise.h"
#include "riscv/riscv.h"
#include "uart-rings.h"

#define UART 0x10000000u
#define DATA REGISTER8(UART + 0)
#define INTERRUPTS REGISTER8(UART + 1)
#define FIFO REGISTER8(UART + 2)
#define LINE REGISTER8(UART + 3)
#define MODEM REGISTER8(UART + 4)
#define STATUS REGISTER8(UART + 5)
enum { RECEIVED = 1, OVERRUN = 2, TRANSMIT_EMPTY = 32 };
enum { RECEIVE_INTERRUPT_ON = 1, TRANSMIT_INTERRUPT_ON = 2 };
#define FIFO_OCTETS 16

#define RESET REGISTER(0x00100000u)

#define TICKS_PER_MS 10000u

void board_start(void) {
  LINE = 3; /* eight bits */
  FIFO = 1;
#ifdef FLOW_CONTROL
  MODEM = 0x22; /* RTS follows the FIFO, sending waits for CTS */
#endif
  INTERRUPTS = RECEIVE_INTERRUPT_ON;
  enable_interrupt(UART_INTERRUPT);
}

/* With the ring full the interrupt is masked until the loop has read: in QEMU the line then waits, a real UART overruns. */
static void receive(void) {
  uint8_t status;
  while ((status = STATUS) & RECEIVED) {
    if (!uart_has_room()) {
      INTERRUPTS &= (uint8_t)~RECEIVE_INTERRUPT_ON;
      return;
    }
    if (status & OVERRUN) uart_overruns += 1;
    uart_received(DATA);
  }
}

static void transmit(void) {
  while (STATUS & TRANSMIT_EMPTY) {
    for (uint32_t room = FIFO_OCTETS; room > 0; room -= 1) {
      const int32_t octet = uart_next();
      if (octet < 0) {
        INTERRUPTS &= (uint8_t)~TRANSMIT_INTERRUPT_ON;
        return;
      }
      DATA = (uint8_t)octet;
    }
  }
  INTERRUPTS |= TRANSMIT_INTERRUPT_ON;
}

void uart_interrupt(void) {
  receive();
  transmit();
}

uint32_t board_uart_read(uint8_t* octets, uint32_t most) {
  const uint32_t taken = uart_take(octets, most);
  disable_interrupt(UART_INTERRUPT);
  INTERRUPTS |= RECEIVE_INTERRUPT_ON;
  receive();
  enable_interrupt(UART_INTERRUPT);
  return taken;
}

uint32_t board_uart_write(const uint8_t* octets, uint32_t length) {
  const uint32_t queued = uart_queue(octets, length);
  disable_interrupt(UART_INTERRUPT);
  transmit();
  enable_interrupt(UART_INTERRUPT);
  return queued;
}

uint32_t board_clock_ms(void) {
  return clock_ms(timer_now(), TICKS_PER_MS);
}

void board_sleep(int32_t ms) {
  if (ms == 0) return;
  hold_interrupts();
  timer_set(clock_alarm_ms(ms) * TICKS_PER_MS);
  sleep_until_interrupt();
}

/* This machine has no source of randomness: the time at which each call runs is all there is. */
uint32_t board_entropy(void) {
  return noise_stir(timer_now());
}

void board_reset(void) {
  RESET = 0x7777;
  for (;;) {
  }
}
