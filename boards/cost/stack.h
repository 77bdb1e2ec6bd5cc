/* A stack as the peer and its cases know it: this project's (stack-slipway.c), or another one behind the same few words
 * (lwip/stack-lwip.c). A program is in it that listens on port 7, consumes what comes and writes when it is told to. */
#ifndef STACK_H
#define STACK_H

#include <stdint.h>

/* Forgets everything and listens anew; every segment is acknowledged at once. */
void stack_start(uint32_t now);
/* Where a datagram has to lie that is handed in, and where the one lies that was handed out last. */
uint8_t* stack_rx(void);
uint8_t* stack_tx(void);
/* A datagram arrives, and the program consumes the text that came with it. */
void stack_take(uint32_t length, uint32_t now);
/* A datagram without text arrives: the program has no reason to look. */
void stack_hear(uint32_t length, uint32_t now);
/* Octets of the next datagram to be sent; 0: none. */
uint32_t stack_give(uint32_t now);
/* The program takes the connection that a handshake has made. */
void stack_accept(void);
/* The program has written so many octets: they are where the stack reads them. Answers how many there was room for. */
uint32_t stack_write(uint32_t octets);
void stack_close(void);
void stack_abort(void);
/* Octets of text that the program has consumed since the start. */
uint32_t stack_consumed(void);

#endif
