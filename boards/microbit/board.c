/* BBC micro:bit V1: nRF51822 at 16 MHz, Cortex-M0. UART on P0.24 and P0.25, which lead to the USB interface chip.
 * The part has no SysTick: TIMER0 runs freely at 1 MHz as the clock, its second compare is the alarm. */

#include "board.h"
#include "clock.h"
#include "cortex-m/cortex-m.h"
#include "noise.h"
#include "uart-rings.h"

#define CLOCK_START REGISTER(0x40000000u)
#define CLOCK_STARTED REGISTER(0x40000100u)

#define UART(offset) REGISTER(0x40002000u + (offset))
#define UART_START_RECEIVE UART(0x000)
#define UART_START_TRANSMIT UART(0x008)
#define UART_RECEIVED UART(0x108)
#define UART_SENT UART(0x11C)
#define UART_ERROR UART(0x124)
#define UART_INTERRUPTS UART(0x304)
#define UART_INTERRUPTS_OFF UART(0x308)
#define UART_ERROR_SOURCE UART(0x480)
#define UART_ENABLE UART(0x500)
#define UART_PIN_OUT UART(0x50C)
#define UART_PIN_IN UART(0x514)
#define UART_DATA_IN UART(0x518)
#define UART_DATA_OUT UART(0x51C)
#define UART_BAUD UART(0x524)
enum { RECEIVED = 1 << 2, SENT = 1 << 7, ERROR = 1 << 9 };

#define TIMER(offset) REGISTER(0x40008000u + (offset))
#define TIMER_START TIMER(0x000)
#define TIMER_CAPTURE0 TIMER(0x040)
#define TIMER_COMPARED1 TIMER(0x144)
#define TIMER_INTERRUPTS TIMER(0x304)
#define TIMER_BITS TIMER(0x508)
#define TIMER_PRESCALER TIMER(0x510)
#define TIMER_CC0 TIMER(0x540)
#define TIMER_CC1 TIMER(0x544)

#define RNG_START REGISTER(0x4000D000u)
#define RNG_READY REGISTER(0x4000D100u)
#define RNG_VALUE REGISTER(0x4000D508u)

/* The transmitter has no flag that says it is free: this one holds between an octet handed over and its event. */
static volatile bool isSending;

static void uart_start(void) {
  UART_PIN_OUT = 24;
  UART_PIN_IN = 25;
  UART_BAUD = 0x01D7E000; /* 115200 */
  UART_ENABLE = 4;
  UART_INTERRUPTS = RECEIVED | SENT | ERROR;
  UART_START_RECEIVE = 1;
  UART_START_TRANSMIT = 1;
  enable_interrupt(UART_INTERRUPT);
}

void board_start(void) {
  CLOCK_START = 1;
  wait_for(&CLOCK_STARTED, 1);
  TIMER_BITS = 3; /* 32 */
  TIMER_PRESCALER = 4;
  TIMER_INTERRUPTS = 1u << 17;
  TIMER_START = 1;
  enable_interrupt(TIMER_INTERRUPT);
  RNG_START = 1;
  uart_start();
}

/* With the ring full the interrupt is masked until the loop has read: in QEMU the line then waits, a real UART overruns
 * its six octets. The event is cleared before the read, which may let the next octet in. */
static void receive(void) {
  while (UART_RECEIVED) {
    if (!uart_has_room()) {
      UART_INTERRUPTS_OFF = RECEIVED;
      return;
    }
    UART_RECEIVED = 0;
    uart_received((uint8_t)UART_DATA_IN);
  }
}

static void transmit(void) {
  if (UART_SENT) {
    UART_SENT = 0;
    isSending = false;
  }
  if (isSending) return;
  const int32_t octet = uart_next();
  if (octet < 0) return;
  isSending = true;
  UART_DATA_OUT = (uint32_t)octet;
}

void uart_interrupt(void) {
  if (UART_ERROR) {
    UART_ERROR = 0;
    UART_ERROR_SOURCE = UART_ERROR_SOURCE;
    uart_overruns += 1;
  }
  receive();
  transmit();
}

uint32_t board_uart_read(uint8_t* octets, uint32_t most) {
  const uint32_t taken = uart_take(octets, most);
  disable_interrupt(UART_INTERRUPT);
  UART_INTERRUPTS = RECEIVED;
  receive();
  enable_interrupt(UART_INTERRUPT);
  return taken;
}

static void go_on_sending(void) {
  disable_interrupt(UART_INTERRUPT);
  transmit();
  enable_interrupt(UART_INTERRUPT);
}

uint32_t board_uart_write(const uint8_t* octets, uint32_t length) {
  const uint32_t queued = uart_queue(octets, length);
  go_on_sending();
  return queued;
}

static uint32_t microseconds(void) {
  TIMER_CAPTURE0 = 1;
  return TIMER_CC0;
}

uint32_t board_clock_ms(void) {
  return clock_ms(microseconds(), 1000);
}

void timer_interrupt(void) {
  TIMER_COMPARED1 = 0;
}

/* When its line was busy, QEMU 7.2 raises the event that an octet has left but not its interrupt. So while something is
 * being sent, the event is looked for now and then. */
#define SENDING_MS 5

void board_sleep(int32_t ms) {
  if (ms == 0) return;
  if (isSending && (uint32_t)ms > SENDING_MS) ms = SENDING_MS;
  hold_interrupts();
  const uint32_t alarm = microseconds() + clock_alarm_ms(ms) * 1000;
  TIMER_CC1 = alarm;
  /* The compare is for equality: an emulator that stood still meanwhile has passed it. */
  if ((int32_t)(microseconds() - alarm) < 0) sleep_until_interrupt();
  else release_interrupts();
  go_on_sending();
}

static uint32_t random_octet(void) {
  RNG_READY = 0;
  wait_for(&RNG_READY, 1);
  return RNG_VALUE;
}

uint32_t board_entropy(void) {
  uint32_t word = 0;
  for (uint32_t i = 0; i < 4; i += 1) word = word << 8 | random_octet();
  return noise_stir(word);
}
