/* Octets that the line has brought and nobody could take: the receive ring was full, or the UART's own register. TCP sends
 * them again; whoever reads the log should know that the ring is too small or the interrupt too late. */
#ifndef OVERRUNS_H
#define OVERRUNS_H

#include <stdint.h>

/* Counted by the UART's interrupt. */
extern volatile uint32_t uart_overruns;

/* Says in the log how many there were, once a second at most and only when there are more. To be called between frames. */
void tell_overruns(uint32_t now);

#endif
