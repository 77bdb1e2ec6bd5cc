#ifndef PL011_H
#define PL011_H

/* After the board has given the UART its clock and pins. */
void pl011_start(void);

#endif
