#include <string.h>

/* Each is one instruction of bulk memory. */
void* memcpy(void* restrict to, const void* restrict from, size_t octets) {
  return __builtin_memcpy(to, from, octets);
}

void* memmove(void* to, const void* from, size_t octets) {
  return __builtin_memmove(to, from, octets);
}

void* memset(void* at, int value, size_t octets) {
  return __builtin_memset(at, value, octets);
}

int memcmp(const void* a, const void* b, size_t octets) {
  const unsigned char *first = a, *second = b;
  for (; octets > 0; octets -= 1, first += 1, second += 1) {
    if (*first != *second) return *first - *second;
  }
  return 0;
}

size_t strlen(const char* text) {
  size_t length = 0;
  while (text[length]) length += 1;
  return length;
}

int strncmp(const char* a, const char* b, size_t octets) {
  for (; octets > 0; octets -= 1, a += 1, b += 1) {
    if (*a != *b || !*a) return (unsigned char)*a - (unsigned char)*b;
  }
  return 0;
}
