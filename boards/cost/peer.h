/* A peer of handcrafted segments: it builds what a remote TCP would send and reads what the core answers. */
#ifndef PEER_H
#define PEER_H

#include <stdint.h>

#define BOARD_ADDRESS 0xC0A80702u
#define PEER_ADDRESS 0xC0A80701u
enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

typedef struct {
  uint16_t peerPort, boardPort;
  uint32_t seq; /* the next octet that the peer sends */
  uint32_t ack; /* the next octet that it expects */
} peer_t;

/* Writes a datagram with `text` octets of counted text to `datagram` and answers its length. Moves `seq` on. */
uint32_t peer_segment(peer_t* peer, uint8_t* datagram, uint32_t flags, uint32_t text);

/* The fields of a segment that the core sent. */
typedef struct {
  uint32_t seq, ack, flags, text, port;
} answer_t;

/* Reads the datagram and moves the peer's `ack` on. Fails the run if a checksum is wrong. */
answer_t peer_read(peer_t* peer, const uint8_t* datagram, uint32_t length);

/* The Internet checksum over `length` octets, from `sum` on, not yet inverted. */
uint32_t peer_sum(const uint8_t* octets, uint32_t length, uint32_t sum);

/* Ends the run with a failure. */
__attribute__((noreturn)) void fail(const char* what);

#endif
