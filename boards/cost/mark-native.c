/* The marks on the developer's machine take the time; each case runs often, and its median counts. The clock's own reading,
 * twice a round and twice a pause, is part of what the cases `empty` and `pause` measure. */

#include "mark.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifndef ROUNDS
#error "The build says how many ROUNDS a case has."
#endif

static uint64_t times[ROUNDS];
static uint64_t began, passed, pauses;
static uint32_t rounds;

static uint64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int compare(const void* a, const void* b) {
  const uint64_t first = *(const uint64_t*)a, second = *(const uint64_t*)b;
  return (first > second) - (first < second);
}

static void tell(void) {
  if (rounds == 0) return;
  qsort(times, rounds, sizeof *times, compare);
  printf("counted %llu pauses %llu\n", (unsigned long long)times[rounds / 2], (unsigned long long)pauses);
  rounds = 0;
}

void mark_start(void) {
}

void mark_case(const char* name) {
  tell();
  printf("%s\n", name);
}

void mark_begin(void) {
  passed = pauses = 0;
  began = nanoseconds();
}

void mark_pause(void) {
  passed += nanoseconds() - began;
  pauses += 1;
}

void mark_resume(void) {
  began = nanoseconds();
}

void mark_end(void) {
  times[rounds++] = passed + nanoseconds() - began;
}

void mark_finish(int status) {
  tell();
  exit(status);
}
