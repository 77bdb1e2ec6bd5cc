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

/* The clock counts in steps of some nanoseconds: the mean of a tenth of the rounds is finer than any one of them. */
static uint64_t around(uint32_t percent) {
  const uint32_t half = rounds / 20, middle = (uint32_t)((uint64_t)rounds * percent / 100);
  const uint32_t first = middle > half ? middle - half : 0, last = middle + half < rounds ? middle + half : rounds - 1;
  uint64_t sum = 0;
  for (uint32_t i = first; i <= last; i += 1) sum += times[i];
  return sum / (last - first + 1);
}

/* The tenth percentile, the ninetieth, and last the median, which is what a reader of one line takes. */
static void tell(void) {
  if (rounds == 0) return;
  qsort(times, rounds, sizeof *times, compare);
  static const uint32_t percents[] = {10, 90, 50};
  for (uint32_t i = 0; i < 3; i += 1) {
    printf("counted %llu pauses %llu\n", (unsigned long long)around(percents[i]), (unsigned long long)pauses);
  }
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
