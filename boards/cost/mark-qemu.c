/* The marks are functions that do nothing: the QEMU plugin watches for their addresses. Text goes out by semihosting. */

#include "mark.h"

#define MARK(name)                                   \
  __attribute__((noinline, noclone)) void name(void) { \
    __asm__ volatile("nop" ::: "memory");            \
  }

MARK(mark_begin)
MARK(mark_pause)
MARK(mark_resume)
MARK(mark_end)

enum { WRITE_TEXT = 0x04, EXIT = 0x18, APPLICATION_EXIT = 0x20026, RUN_TIME_ERROR = 0x20023 };

static void semihosting(uint32_t operation, uintptr_t argument) {
  register uint32_t r0 __asm__("r0") = operation;
  register uintptr_t r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
}

void mark_start(void) {
  __asm__ volatile("cpsid i" ::: "memory");
}

void mark_case(const char* name) {
  semihosting(WRITE_TEXT, (uintptr_t)name);
  semihosting(WRITE_TEXT, (uintptr_t) "\n");
}

void mark_finish(int status) {
  semihosting(EXIT, status ? RUN_TIME_ERROR : APPLICATION_EXIT);
  for (;;) {
  }
}
