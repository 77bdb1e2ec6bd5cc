/* The floor: the least that any receiver and any sender can do for a segment, in plain C without a connection's state. */
#ifndef FLOOR_H
#define FLOOR_H

#include <stdint.h>

/* Checks the header's and the segment's checksum, copies the text in the same pass and writes the ACK to `answer`. Answers
 * whether the checksums are right. */
uint32_t floor_receive(const uint8_t* datagram, uint32_t length, uint8_t* ring, uint8_t* answer);

#endif
