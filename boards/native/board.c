/* The developer's machine as a board. Its serial line is a pseudo terminal, whose path is printed on stdout:
 *
 *     native.elf      then, elsewhere:  slipway forward --link slip:/dev/pts/N 8080:80
 *
 * The kernel's buffers take the place of the rings, poll() that of the interrupt. */

#include "board.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* Where a reset finds the line that is already open, so that the path stays the same. */
#define LINE_VARIABLE "SLIPWAY_NATIVE_LINE"

static int line = -1;
static bool isWriterWaiting;

static __attribute__((noreturn)) void fail(const char* what) {
  fprintf(stderr, "native: %s: %s\n", what, strerror(errno));
  exit(1);
}

/* The other end stays open here as well: otherwise reading fails while nobody is connected. */
static void open_line(void) {
  line = posix_openpt(O_RDWR | O_NOCTTY);
  if (line < 0 || grantpt(line) || unlockpt(line)) fail("no pseudo terminal");
  const int other = open(ptsname(line), O_RDWR | O_NOCTTY);
  struct termios settings;
  if (other < 0 || tcgetattr(other, &settings)) fail("no pseudo terminal");
  cfmakeraw(&settings);
  if (tcsetattr(other, TCSANOW, &settings)) fail("no raw terminal");
  char number[16];
  snprintf(number, sizeof number, "%d", line);
  setenv(LINE_VARIABLE, number, 1);
  printf("%s\n", ptsname(line));
  fflush(stdout);
}

__attribute__((constructor)) static void board_start(void) {
  const char* const known = getenv(LINE_VARIABLE);
  if (known) line = atoi(known);
  else open_line();
  if (fcntl(line, F_SETFL, O_NONBLOCK)) fail("no line");
}

uint32_t board_clock_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}

uint32_t board_uart_read(uint8_t* octets, uint32_t most) {
  const ssize_t taken = read(line, octets, most);
  return taken > 0 ? (uint32_t)taken : 0;
}

uint32_t board_uart_write(const uint8_t* octets, uint32_t length) {
  const ssize_t written = write(line, octets, length);
  const uint32_t queued = written > 0 ? (uint32_t)written : 0;
  isWriterWaiting = queued < length;
  return queued;
}

void board_sleep(int32_t ms) {
  struct pollfd wait = {.fd = line, .events = POLLIN};
  if (isWriterWaiting) wait.events |= POLLOUT;
  poll(&wait, 1, ms);
}

uint32_t board_entropy(void) {
  uint32_t word;
  if (getentropy(&word, sizeof word)) fail("no entropy");
  return word;
}

void board_reset(void) {
  char* const arguments[] = {"native", 0};
  execv("/proc/self/exe", arguments);
  fail("no second start");
}
