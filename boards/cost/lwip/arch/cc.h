/* What lwIP asks of its surroundings. There are no threads, no files and no messages. */
#ifndef LWIP_ARCH_CC_H
#define LWIP_ARCH_CC_H

#include <stddef.h>
#include <stdint.h>

#define LWIP_NO_INTTYPES_H 1
#define LWIP_NO_CTYPE_H 1
#define LWIP_NO_UNISTD_H 1
#define X8_F "x"
#define U16_F "u"
#define S16_F "d"
#define X16_F "x"
#define U32_F "u"
#define S32_F "d"
#define X32_F "x"
#define SZT_F "u"

#define LWIP_PLATFORM_DIAG(x) do { } while (0)
#define LWIP_PLATFORM_ASSERT(x) __builtin_trap()
#define LWIP_NOASSERT 1
#define LWIP_RAND() measured_random()
uint32_t measured_random(void);

#define PACK_STRUCT_STRUCT __attribute__((packed))

#endif
