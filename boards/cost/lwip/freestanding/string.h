/* For a module without a C library: the compiler turns all of these into instructions or into the functions of
 * string.c. */
#ifndef FREESTANDING_STRING_H
#define FREESTANDING_STRING_H

#include <stddef.h>

void* memcpy(void* restrict to, const void* restrict from, size_t octets);
void* memmove(void* to, const void* from, size_t octets);
void* memset(void* at, int value, size_t octets);
int memcmp(const void* a, const void* b, size_t octets);
size_t strlen(const char* text);
int strncmp(const char* a, const char* b, size_t octets);

#endif
