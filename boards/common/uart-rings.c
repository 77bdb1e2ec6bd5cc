#include "uart-rings.h"

_Static_assert((RECEIVE_RING & (RECEIVE_RING - 1)) == 0, "RECEIVE_RING is a power of two");
_Static_assert((TRANSMIT_RING & (TRANSMIT_RING - 1)) == 0, "TRANSMIT_RING is a power of two");

receive_ring_t uart_receive_ring;
transmit_ring_t uart_transmit_ring;

uint32_t uart_take(uint8_t* octets, uint32_t most) {
  receive_ring_t* const ring = &uart_receive_ring;
  uint32_t taken = 0;
  while (taken < most && ring->start != ring->end) {
    octets[taken++] = ring->octets[ring->start % RECEIVE_RING];
    ring->start += 1;
  }
  return taken;
}

uint32_t uart_queue(const uint8_t* octets, uint32_t length) {
  transmit_ring_t* const ring = &uart_transmit_ring;
  uint32_t queued = 0;
  while (queued < length && ring->end - ring->start < TRANSMIT_RING) {
    ring->octets[ring->end % TRANSMIT_RING] = octets[queued++];
    ring->end += 1;
  }
  ring->wanted = queued < length;
  return queued;
}

/* A writer that waits is woken when half of the ring is empty, not at each octet. */
bool uart_wakes(void) {
  const transmit_ring_t* const ring = &uart_transmit_ring;
  if (uart_receive_ring.start != uart_receive_ring.end) return true;
  return ring->wanted && ring->end - ring->start <= TRANSMIT_RING / 2;
}
