/* This project's core as a stack to be measured: the calls that firmware makes of it. */

#include "stack.h"
#include "peer.h"
#include "slipway_abi.h"

enum { PORT = 7, BACKLOG = 4 };

static int32_t listener, connection;
static uint32_t consumed;

void stack_start(uint32_t now) {
  slipway_instantiate();
  slipway_start(BOARD_ADDRESS, 1, 2, 3, 4, now);
  slipway_configure(SLIPWAY_CONFIG_DELAYED_ACK, 0);
  listener = slipway_listen(0, PORT, BACKLOG, 0, 0, 0);
  if (listener <= 0) fail("nothing listens");
}

uint8_t* stack_rx(void) {
  return SLIPWAY_AT(SLIPWAY_RX);
}

uint8_t* stack_tx(void) {
  return SLIPWAY_AT(SLIPWAY_TX);
}

/* At the ring's end the text lies in two stretches. */
void stack_take(uint32_t length, uint32_t now) {
  slipway_input(length, now);
  int32_t ready;
  while ((ready = slipway_receive_ready((uint32_t)connection)) > 0) {
    slipway_receive((uint32_t)connection, (uint32_t)ready);
    consumed += (uint32_t)ready;
  }
}

void stack_hear(uint32_t length, uint32_t now) {
  slipway_input(length, now);
}

uint32_t stack_give(uint32_t now) {
  return (uint32_t)slipway_output(now);
}

void stack_accept(void) {
  connection = slipway_accept((uint32_t)listener);
  if (connection <= 0) fail("no connection was accepted");
}

/* The text itself is the program's own work: what lies in the ring is sent. */
uint32_t stack_write(uint32_t octets) {
  uint32_t written = 0;
  while (written < octets) {
    const int32_t room = slipway_send_room((uint32_t)connection);
    if (room <= 0) break;
    const uint32_t some = (uint32_t)room < octets - written ? (uint32_t)room : octets - written;
    slipway_send((uint32_t)connection, some, 0);
    written += some;
  }
  return written;
}

void stack_close(void) {
  slipway_close((uint32_t)connection);
}

void stack_abort(void) {
  slipway_abort((uint32_t)connection);
}

uint32_t stack_consumed(void) {
  return consumed;
}
