/* A trap means a broken invariant. The board says which on its serial line and starts anew. */

#include "board.h"
#include "log.h"
#include "wasm-rt.h"

static const char* const reasons[] = {
    [WASM_RT_TRAP_NONE] = "none",
    [WASM_RT_TRAP_OOB] = "memory access out of bounds",
    [WASM_RT_TRAP_INT_OVERFLOW] = "integer overflow",
    [WASM_RT_TRAP_DIV_BY_ZERO] = "division by zero",
    [WASM_RT_TRAP_INVALID_CONVERSION] = "invalid conversion",
    [WASM_RT_TRAP_UNREACHABLE] = "unreachable",
};

/* Time for the line to send what is queued: at 115200 baud 100 ms are 1152 octets. */
#define FLUSH_MS 100

void wasm_rt_trap(wasm_rt_trap_t reason) {
  log_line((const char* const[]){"trap: ", reasons[reason], ", resetting", 0});
  const uint32_t since = board_clock_ms();
  while (board_clock_ms() - since < FLUSH_MS) board_sleep(1);
  board_reset();
}
