/* The two rings between a UART's interrupt and the run loop. One side only writes `end`, the other only `start`, so that no
 * lock is needed: the interrupt cannot be interrupted by the loop.
 *
 * The receive ring holds a full frame, so that nothing is lost while the core is busy with the frame before. When it is full
 * the line's octets are lost and counted: TCP repairs it. A board that masks its receive interrupt instead gains something
 * in an emulator only, where the line waits, and where FLOW_CONTROL joins RTS to the UART; otherwise a real UART overruns in
 * its own register.
 */
#ifndef UART_RINGS_H
#define UART_RINGS_H

#include <stdbool.h>
#include <stdint.h>
#include "overruns.h"

#ifndef RECEIVE_RING
#error "board.json says how many octets RECEIVE_RING and TRANSMIT_RING hold: powers of two."
#endif

typedef struct {
  volatile uint32_t start, end;
  uint8_t octets[RECEIVE_RING];
} receive_ring_t;

typedef struct {
  volatile uint32_t start, end;
  volatile bool wanted; /* A write did not fit. */
  uint8_t octets[TRANSMIT_RING];
} transmit_ring_t;

extern receive_ring_t uart_receive_ring;
extern transmit_ring_t uart_transmit_ring;

/* For the interrupt: an octet has arrived. */
static inline void uart_received(uint8_t octet) {
  receive_ring_t* const ring = &uart_receive_ring;
  if (ring->end - ring->start == RECEIVE_RING) {
    uart_overruns += 1;
    return;
  }
  ring->octets[ring->end % RECEIVE_RING] = octet;
  ring->end += 1;
}

/* For an interrupt that can hold the line back: whether uart_received would keep an octet. A test that defines UART_LOSES
 * gets an emulator whose line loses as silicon's does. */
static inline bool uart_has_room(void) {
#ifdef UART_LOSES
  return true;
#endif
  return uart_receive_ring.end - uart_receive_ring.start < RECEIVE_RING;
}

/* For the interrupt: the next octet to send, -1: none. */
static inline int32_t uart_next(void) {
  transmit_ring_t* const ring = &uart_transmit_ring;
  if (ring->end == ring->start) return -1;
  const uint8_t octet = ring->octets[ring->start % TRANSMIT_RING];
  ring->start += 1;
  return octet;
}

/* For board_uart_read, board_uart_write and board_sleep. */
uint32_t uart_take(uint8_t* octets, uint32_t most);
uint32_t uart_queue(const uint8_t* octets, uint32_t length);
bool uart_wakes(void);

#endif
