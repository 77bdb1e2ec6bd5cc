/* Where counting begins and ends. mark-qemu.c and mark-native.c are the two ways. */
#ifndef MARK_H
#define MARK_H

#include <stdint.h>

void mark_start(void);
/* Names the case whose rounds follow. */
void mark_case(const char* name);
void mark_begin(void);
/* Work of the peer within a round is left out. */
void mark_pause(void);
void mark_resume(void);
void mark_end(void);
__attribute__((noreturn)) void mark_finish(int status);

#endif
