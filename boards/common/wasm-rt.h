/* The runtime that C made by wasm2c asks for, written for boards: one memory of fixed size, no table, no growth, no threads.
 *
 * Memory is a static array of as many octets as the module uses, so `size` is not a multiple of a wasm page. The generated
 * checks read `size` while running and ask nothing more of it.
 */
#ifndef WASM_RT_H
#define WASM_RT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define WASM_RT_THREADLOCAL
#define WASM_RT_MERGED_OOB_AND_EXHAUSTION_TRAPS 0
#define WASM_RT_STACK_DEPTH_COUNT 0 /* The worst-case stack is computed when building: no recursion, no indirect calls. */
#define WASM_RT_USE_SEGUE 0
#define WASM_RT_MEMCHECK_GUARD_PAGES 0
#define WASM_RT_MEMCHECK_SIGNAL_HANDLER 0
#define WABT_BIG_ENDIAN 0

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define wasm_rt_memcpy memcpy

typedef enum {
  WASM_RT_TRAP_NONE,
  WASM_RT_TRAP_OOB,
  WASM_RT_TRAP_INT_OVERFLOW,
  WASM_RT_TRAP_DIV_BY_ZERO,
  WASM_RT_TRAP_INVALID_CONVERSION,
  WASM_RT_TRAP_UNREACHABLE,
} wasm_rt_trap_t;

/* The board says what was broken on its serial line and resets: common/trap.c. */
__attribute__((noreturn, cold)) void wasm_rt_trap(wasm_rt_trap_t reason);

typedef struct {
  uint8_t* data;
  uint64_t pages, max_pages;
  uint64_t size;
  uint32_t page_size;
} wasm_rt_memory_t;

void wasm_rt_allocate_memory(wasm_rt_memory_t* memory, uint64_t pages, uint64_t most, bool wide, uint32_t page);

static inline bool wasm_rt_is_initialized(void) {
  return true;
}

static inline void wasm_rt_free_memory(wasm_rt_memory_t* memory) {
  memory->size = 0;
}

/* Named by the template of every module, used by none without a table. */
typedef enum { WASM_RT_I32, WASM_RT_I64, WASM_RT_F32, WASM_RT_F64 } wasm_rt_type_t;
typedef const char* wasm_rt_func_type_t;
typedef void (*wasm_rt_function_ptr_t)(void);
typedef struct wasm_rt_tailcallee_t wasm_rt_tailcallee_t;
struct wasm_rt_tailcallee_t {
  void (*fn)(void**, void*, wasm_rt_tailcallee_t*);
};
typedef struct {
  wasm_rt_func_type_t func_type;
  wasm_rt_function_ptr_t func;
  wasm_rt_tailcallee_t func_tailcallee;
  void* module_instance;
} wasm_rt_funcref_t;
typedef void* wasm_rt_externref_t;
typedef struct {
  wasm_rt_funcref_t* data;
  uint32_t max_size, size;
} wasm_rt_funcref_table_t;
typedef struct {
  wasm_rt_externref_t* data;
  uint32_t max_size, size;
} wasm_rt_externref_table_t;
static const wasm_rt_funcref_t wasm_rt_funcref_null_value = {0};
static const wasm_rt_externref_t wasm_rt_externref_null_value = 0;

#endif
