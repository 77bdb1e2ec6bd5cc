/* lwIP finds an interface by its number with this, which nobody asks it for here. */
#ifndef FREESTANDING_STDLIB_H
#define FREESTANDING_STDLIB_H

static inline int atoi(const char* text) {
  return *text - '0';
}

#endif
