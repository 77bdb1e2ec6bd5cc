/* What a board supplies, and all that a board may include.
 *
 * A board is one board.json, one C file with these five functions, and a README.md. The rings between the UART's interrupt
 * and the run loop are in uart-rings.h, startup and the linker's sections are in the folder of the processor's family.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds from any origin, counted by hardware that never stops. The number wraps. */
uint32_t board_clock_ms(void);

/* Takes up to `most` octets that have arrived. Never waits. */
uint32_t board_uart_read(uint8_t* octets, uint32_t most);

/* Queues octets for the interrupt to send and answers how many of the `length` fitted. Never waits. */
uint32_t board_uart_write(const uint8_t* octets, uint32_t length);

/* Sleeps for at most `ms` milliseconds, -1: without an end. Wakes when octets have arrived, and when there is room again
 * after a write that did not fit. Neither may be missed because it happened just before. */
void board_sleep(int32_t ms);

/* 32 bits that an attacker cannot know. The run loop asks four times, once after each reset. */
uint32_t board_entropy(void);

/* The processor's family supplies: start anew, as after power on. */
__attribute__((noreturn)) void board_reset(void);

#endif
