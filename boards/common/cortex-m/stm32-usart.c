/* The USART of STM32F1, F2 and F4 (reference manuals RM0041 section 23.6, RM0090 section 30.6). board.json names it: USART is
 * its address, USART_HERTZ the clock of its bus. */

#include "stm32-usart.h"
#include "board.h"
#include "cortex-m.h"
#include "uart-rings.h"

#define STATUS REGISTER(USART + 0x00)
#define DATA REGISTER(USART + 0x04)
#define BAUD_RATE REGISTER(USART + 0x08)
#define CONTROL REGISTER(USART + 0x0C)
#define CONTROL3 REGISTER(USART + 0x14)
enum { OVERRUN = 1 << 3, RECEIVED = 1 << 5, TRANSMIT_EMPTY = 1 << 7 };
enum { RECEIVE_ON = 1 << 2, TRANSMIT_ON = 1 << 3, USART_ON = 1 << 13 };
enum { RECEIVE_INTERRUPT_ON = 1 << 5, TRANSMIT_INTERRUPT_ON = 1 << 7 };
enum { RTS_ON = 1 << 8, CTS_ON = 1 << 9 };

void stm32_usart_start(void) {
  BAUD_RATE = (USART_HERTZ + BAUD / 2) / BAUD;
#ifdef FLOW_CONTROL
  CONTROL3 = RTS_ON | CTS_ON; /* an octet that is not fetched withdraws RTS: here masking the interrupt does hold the line */
#endif
  CONTROL = USART_ON | RECEIVE_ON | TRANSMIT_ON | RECEIVE_INTERRUPT_ON;
  enable_interrupt(UART_INTERRUPT);
}

/* Reading the data register after the status clears an overrun as well. With the ring full the interrupt is masked until
 * the loop has read: in QEMU the line then waits, a real USART overruns, and either way it is counted or nothing is lost. */
static void receive(void) {
  uint32_t status;
  while ((status = STATUS) & RECEIVED) {
    if (!uart_has_room()) {
      CONTROL &= ~(uint32_t)RECEIVE_INTERRUPT_ON;
      return;
    }
    if (status & OVERRUN) uart_overruns += 1;
    uart_received((uint8_t)DATA);
  }
}

static void transmit(void) {
  while (STATUS & TRANSMIT_EMPTY) {
    const int32_t octet = uart_next();
    if (octet < 0) {
      CONTROL &= ~(uint32_t)TRANSMIT_INTERRUPT_ON;
      return;
    }
    DATA = (uint32_t)octet;
  }
  CONTROL |= TRANSMIT_INTERRUPT_ON;
}

void uart_interrupt(void) {
  receive();
  transmit();
}

uint32_t board_uart_read(uint8_t* octets, uint32_t most) {
  const uint32_t taken = uart_take(octets, most);
  disable_interrupt(UART_INTERRUPT);
  CONTROL |= RECEIVE_INTERRUPT_ON;
  enable_interrupt(UART_INTERRUPT);
  return taken;
}

/* The first octet is handed over here, with the interrupt held off; the interrupt goes on from it. */
uint32_t board_uart_write(const uint8_t* octets, uint32_t length) {
  const uint32_t queued = uart_queue(octets, length);
  disable_interrupt(UART_INTERRUPT);
  transmit();
  enable_interrupt(UART_INTERRUPT);
  return queued;
}
