/* Arm's PL011 UART (DDI 0183), as in Stellaris parts and the RP2040. board.json names it: PL011 is its address, PL011_HERTZ
 * its clock. */

#include "pl011.h"
#include "board.h"
#include "cortex-m.h"
#include "uart-rings.h"

#define DATA REGISTER(PL011 + 0x00)
#define FLAGS REGISTER(PL011 + 0x18)
#define INTEGER_DIVISOR REGISTER(PL011 + 0x24)
#define FRACTION_DIVISOR REGISTER(PL011 + 0x28)
#define LINE REGISTER(PL011 + 0x2C)
#define CONTROL REGISTER(PL011 + 0x30)
#define FIFO_LEVELS REGISTER(PL011 + 0x34)
#define INTERRUPTS REGISTER(PL011 + 0x38)
#define CLEAR REGISTER(PL011 + 0x44)
enum { RECEIVE_EMPTY = 1 << 4, TRANSMIT_FULL = 1 << 5 };
enum { RECEIVE = 1 << 4, TRANSMIT = 1 << 5, RECEIVE_TIMEOUT = 1 << 6 };
enum { OVERRUN = 1 << 11 };
enum { UART_ON = 1 << 0, TRANSMIT_ON = 1 << 8, RECEIVE_ON = 1 << 9 };
#ifdef FLOW_CONTROL
enum { FLOW = 1 << 14 | 1 << 15 }; /* RTS follows the FIFO's level: masking the interrupt does hold the line */
#else
enum { FLOW = 0 };
#endif

/* Eight bits with FIFOs. Receiving interrupts at half of the FIFO, or when the line pauses with less. */
void pl011_start(void) {
  const uint32_t sixtyFourths = (8u * PL011_HERTZ / BAUD + 1) / 2;
  INTEGER_DIVISOR = sixtyFourths / 64;
  FRACTION_DIVISOR = sixtyFourths % 64;
  LINE = 3u << 5 | 1u << 4;
  FIFO_LEVELS = 2u << 3 | 0u;
  CONTROL = FLOW | RECEIVE_ON | TRANSMIT_ON | UART_ON;
  INTERRUPTS = RECEIVE | RECEIVE_TIMEOUT;
  enable_interrupt(UART_INTERRUPT);
}

/* With the ring full the interrupt is masked until the loop has read: in QEMU the line then waits, a real UART overruns. */
static void receive(void) {
  while (!(FLAGS & RECEIVE_EMPTY)) {
    if (!uart_has_room()) {
      INTERRUPTS &= ~(uint32_t)(RECEIVE | RECEIVE_TIMEOUT);
      return;
    }
    const uint32_t data = DATA;
    if (data & OVERRUN) uart_overruns += 1;
    uart_received((uint8_t)data);
  }
}

static void transmit(void) {
  while (!(FLAGS & TRANSMIT_FULL)) {
    const int32_t octet = uart_next();
    if (octet < 0) {
      INTERRUPTS &= ~(uint32_t)TRANSMIT;
      return;
    }
    DATA = (uint32_t)octet;
  }
  INTERRUPTS |= TRANSMIT;
}

/* What is served below asserts its interrupt again if there is more. */
void uart_interrupt(void) {
  CLEAR = RECEIVE | RECEIVE_TIMEOUT | TRANSMIT;
  receive();
  transmit();
}

/* The line's pause may have passed while the interrupt was masked: whatever waits in the FIFO is fetched here. */
uint32_t board_uart_read(uint8_t* octets, uint32_t most) {
  const uint32_t taken = uart_take(octets, most);
  disable_interrupt(UART_INTERRUPT);
  INTERRUPTS |= RECEIVE | RECEIVE_TIMEOUT;
  receive();
  enable_interrupt(UART_INTERRUPT);
  return taken;
}

/* The FIFO is filled here, with the interrupt held off; the interrupt goes on from there. */
uint32_t board_uart_write(const uint8_t* octets, uint32_t length) {
  const uint32_t queued = uart_queue(octets, length);
  disable_interrupt(UART_INTERRUPT);
  transmit();
  enable_interrupt(UART_INTERRUPT);
  return queued;
}
