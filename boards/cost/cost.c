/* What a segment costs: each case is prepared by the peer, run between two marks, and its answer checked. The marks' own
 * cost are the cases `empty` and `pause`. On a board in QEMU the plugin count-plugin.c counts instructions between the
 * marks; natively they take the time. Another stack than this project's is measured by the same cases (ANOTHER_STACK). */

#include <string.h>
#include "floor.h"
#include "mark.h"
#include "peer.h"
#include "stack.h"

#ifndef ROUNDS
#define ROUNDS 8
#endif
#define MOST_TEXT 1460
#define ALIGNED __attribute__((aligned(8)))

static peer_t peer;
static uint32_t now = 1000, length, answered;
static uint8_t datagram[1500] ALIGNED, ring[1500] ALIGNED, answer[1500] ALIGNED;

static void segment(uint32_t flags, uint32_t text) {
  now += 1;
  length = peer_segment(&peer, stack_rx(), flags, text);
}

static answer_t expect(uint32_t flags, uint32_t text) {
  const answer_t got = peer_read(&peer, stack_tx(), answered);
  if ((got.flags & ~(uint32_t)PSH) != flags || got.text != text) fail("the stack's answer is another one");
  if (flags & ACK && got.ack != peer.seq) fail("the stack acknowledges something else");
  return got;
}

static void ask(void) {
  answered = stack_give(now);
}

static void expect_quiet(void) {
  ask();
  if (answered != 0) fail("the stack sends more than it should");
}

static void hear(void) {
  stack_hear(length, now);
}

static void nothing(void) {
}

static void pause(void) {
  mark_pause();
  mark_resume();
}

/* -- receive -- */

static void receive_1_ready(void) {
  segment(ACK | PSH, 1);
}

static void receive_536_ready(void) {
  segment(ACK | PSH, 536);
}

static void receive_1460_ready(void) {
  segment(ACK | PSH, MOST_TEXT);
}

static void receive(void) {
  stack_take(length, now);
  ask();
}

static void received(void) {
  expect(ACK, 0);
  expect_quiet();
}

/* -- send -- */

/* The peer's ACK is built between two counted stretches. */
static void send(uint32_t octets) {
  now += 1;
  if (stack_write(octets) != octets) fail("the stack has no room for the text");
  ask();
  mark_pause();
  expect(ACK, octets);
  segment(ACK, 0);
  mark_resume();
  hear();
}

static void send_1(void) {
  send(1);
}

static void send_536(void) {
  send(536);
}

static void send_1460(void) {
  send(MOST_TEXT);
}

static void sent(void) {
  expect_quiet();
}

/* -- open and close -- */

static void next_peer(void) {
  peer.peerPort += 1;
  peer.seq += 100000;
}

static void open(void) {
  mark_pause();
  segment(SYN, 0);
  mark_resume();
  hear();
  ask();
  mark_pause();
  expect(SYN | ACK, 0);
  segment(ACK, 0);
  mark_resume();
  hear();
  stack_accept();
}

/* The board closes first, so that its side passes through FIN-WAIT-1 and FIN-WAIT-2 into TIME-WAIT. */
static void open_and_close(void) {
  open();
  stack_close();
  ask();
  mark_pause();
  expect(FIN | ACK, 0);
  segment(FIN | ACK, 0);
  mark_resume();
  hear();
  ask();
}

static void closed(void) {
  expect(ACK, 0);
  expect_quiet();
}

/* -- a flood, and strangers -- */

static void refuse_syn(void) {
  mark_pause();
  segment(SYN, 0);
  mark_resume();
  hear();
  ask();
  mark_pause();
  expect(SYN | ACK, 0);
  segment(RST | ACK, 0);
  mark_resume();
  hear();
}

static void stranger_ready(void) {
  next_peer();
  peer.boardPort = 9;
  segment(SYN, 0);
}

static void stranger(void) {
  hear();
  ask();
}

static void stranger_refused(void) {
  peer.boardPort = 7;
  expect(RST | ACK, 0);
  expect_quiet();
}

#ifndef ANOTHER_STACK
#include "slipway_abi.h"

/* -- the line -- */

static const uint32_t SLIP_END = 0xC0;
static uint32_t framed;

/* A frame of 1500 octets without an escape, that carries no datagram for us: only the framing costs. */
static void frame_ready(void) {
  framed = 0;
}

static void frame_in(void) {
  while (framed < 1502) {
    mark_pause();
    uint8_t* const serial = SLIPWAY_AT(SLIPWAY_SERIAL_RX);
    uint32_t some = 1502 - framed;
    if (some > SLIPWAY_SERIAL_CHUNK) some = SLIPWAY_SERIAL_CHUNK;
    for (uint32_t i = 0; i < some; i += 1) serial[i] = (uint8_t)(framed + i == 0 || framed + i == 1501 ? SLIP_END : 0x45);
    mark_resume();
    framed += (uint32_t)slipway_serial_input(some, now);
  }
}

static void frame_taken(void) {
  expect_quiet();
}

static void idle(void) {
  ask();
  slipway_deadline(now);
}
#endif

/* -- the floor -- */

static void floor_1_ready(void) {
  length = peer_segment(&peer, datagram, ACK | PSH, 1);
  peer.seq -= 1;
}

static void floor_536_ready(void) {
  length = peer_segment(&peer, datagram, ACK | PSH, 536);
  peer.seq -= 536;
}

static void floor_1460_ready(void) {
  length = peer_segment(&peer, datagram, ACK | PSH, MOST_TEXT);
  peer.seq -= MOST_TEXT;
}

static void floor_run(void) {
  answered = floor_receive(datagram, length, ring, answer);
}

static void floor_check(void) {
  peer_t other = peer;
  if (!answered || memcmp(ring, datagram + 40, length - 40)) fail("the floor is wrong");
  if (peer_read(&other, answer, 40).ack != peer.seq + length - 40) fail("the floor's ACK is wrong");
}

typedef struct {
  const char* name;
  void (*ready)(void);
  void (*run)(void);
  void (*check)(void);
} case_t;

static const case_t established[] = {
    {"empty", nothing, nothing, nothing},
    {"pause", nothing, pause, nothing},
    {"receive 1", receive_1_ready, receive, received},
    {"receive 536", receive_536_ready, receive, received},
    {"receive 1460", receive_1460_ready, receive, received},
    {"send 1", nothing, send_1, sent},
    {"send 536", nothing, send_536, sent},
    {"send 1460", nothing, send_1460, sent},
    {"floor receive 1", floor_1_ready, floor_run, floor_check},
    {"floor receive 536", floor_536_ready, floor_run, floor_check},
    {"floor receive 1460", floor_1460_ready, floor_run, floor_check},
#ifndef ANOTHER_STACK
    {"idle", nothing, idle, nothing},
    {"slip in 1500", frame_ready, frame_in, frame_taken},
#endif
};

static const case_t strangers[] = {
    {"open and close", next_peer, open_and_close, closed},
    {"syn and reset", next_peer, refuse_syn, expect_quiet},
    {"no connection", stranger_ready, stranger, stranger_refused},
};

static void run(const case_t* one) {
  mark_case(one->name);
  for (uint32_t round = 0; round < ROUNDS; round += 1) {
    one->ready();
    mark_begin();
    one->run();
    mark_end();
    one->check();
  }
}

int main(void) {
  mark_start();
  stack_start(now);
  peer = (peer_t){.peerPort = 40000, .boardPort = 7, .seq = 1000};
  open();
  for (uint32_t i = 0; i < sizeof established / sizeof *established; i += 1) run(established + i);
  stack_abort();
  ask();
  for (uint32_t i = 0; i < sizeof strangers / sizeof *strangers; i += 1) run(strangers + i);
  mark_finish(0);
}

void fail(const char* what) {
  mark_case(what);
  mark_finish(1);
}
