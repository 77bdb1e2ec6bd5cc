/* Accesses to linear memory for the c32 build: at most one 32-bit compare with a constant each, and every trap kept.
 *
 *     C32_LOW                          C32_HIGH
 *     | linear memory, as asc laid it out | slack |
 *
 * The memory is a static array that backs the addresses from C32_LOW up to C32_HIGH, and C32_SLACK octets more. There are
 * two forms of the check:
 *
 * Near: most accesses are to a field, at a small constant offset from a pointer. When the pointer itself lies within the
 * memory, a field that ends at most C32_SLACK octets behind it lies within the array. So the pointer is checked and not the
 * field, and the compiler needs but one check for all fields reached through the same pointer. A pointer at the very end
 * may reach into the slack, which nothing else uses: in wasm the octets behind __heap_base can be reached just so.
 *
 * Far: an access at `address` plus a larger `offset` is allowed when
 *
 *     C32_LOW <= address + offset   and   address + offset + octets <= C32_HIGH,   summed without a wrap.
 *
 * With an offset below C32_LOW the address must reach `below` = C32_LOW - offset, with a larger one it may start at 0. Then
 * `address - below` is the distance from the least address allowed; it wraps to a huge number for one that is smaller, and
 * since the greatest one allowed is a constant too, one unsigned compare decides both ends. Nothing can overflow in it:
 * the constants are folded when compiling.
 *
 * The addresses below C32_LOW are those that asc leaves unused with -O3. wasm lets them be read as zeros; here an access
 * through a null pointer traps.
 */

extern uint8_t slipway_memory[];

#define C32_INLINE static inline __attribute__((always_inline))

/*
 * Left alone, gcc folds the offset into the memory's own address and needs one such constant, and a register, for each
 * field. The empty statement lets it know only where the object lies, so that a field is an offset within the access. An
 * octet at the pointer itself, as copying loops have it, is better off with the constant; so are RISC-V and Cortex-M0, whose
 * accesses have room for small offsets only.
 */
C32_INLINE uint8_t* c32_near(u32 address, u32 offset, u32 octets) {
  const u32 distance = address - C32_LOW;
  if (UNLIKELY(distance > C32_HIGH - C32_LOW)) TRAP(OOB);
  uint8_t* at = slipway_memory + distance;
#if defined(__thumb2__)
  if (offset != 0 || octets != 1) __asm__("" : "+r"(at));
#else
  (void)octets;
#endif
  return at + offset;
}

C32_INLINE uint8_t* c32_far(u32 address, u32 offset, u32 octets) {
  const u32 below = offset < C32_LOW ? C32_LOW - offset : 0;
  const u32 first = offset < C32_LOW ? C32_LOW : offset;
  if (first + octets > C32_HIGH || UNLIKELY(address - below > C32_HIGH - octets - first)) TRAP(OOB);
  return slipway_memory + (first - C32_LOW) + (address - below);
}

/* A constant address is decided when compiling, either way. */
C32_INLINE uint8_t* c32_at(u32 address, u32 offset, u32 octets) {
  const bool isNear = offset + octets <= C32_SLACK && !__builtin_constant_p(address);
  return isNear ? c32_near(address, offset, octets) : c32_far(address, offset, octets);
}

/* wasm may access any address, aligned or not, and says so nowhere in the C. A processor that reads a word at any address
 * needs to know no more. For one that does not, the compiler would fetch each word octet by octet; but nearly every access
 * is aligned, so that is asked first. */
#if !defined(C32_ALIGNED_ONLY) && \
    (defined(__ARM_FEATURE_UNALIGNED) || defined(__x86_64__) || defined(__i386__) || defined(__aarch64__))
#define C32_WORD(bits)                                      \
  C32_INLINE u##bits c32_get##bits(const uint8_t* at) {     \
    u##bits value;                                          \
    memcpy(&value, at, sizeof value);                       \
    return value;                                           \
  }                                                         \
  C32_INLINE void c32_put##bits(uint8_t* at, u##bits value) { \
    memcpy(at, &value, sizeof value);                       \
  }
C32_WORD(16)
C32_WORD(32)
C32_WORD(64)
#else
#define C32_WORD(bits)                                                                    \
  typedef u##bits __attribute__((may_alias)) c32_aligned##bits;                           \
  static __attribute__((noinline, cold)) u##bits c32_get##bits##_by_octets(const uint8_t* at) { \
    u##bits value = 0;                                                                    \
    for (u32 i = 0; i < bits / 8; i += 1) value |= (u##bits)((u32)at[i] << 8 * i);         \
    return value;                                                                         \
  }                                                                                       \
  static __attribute__((noinline, cold)) void c32_put##bits##_by_octets(uint8_t* at, u32 value) { \
    for (u32 i = 0; i < bits / 8; i += 1) at[i] = (uint8_t)(value >> 8 * i);              \
  }                                                                                       \
  C32_INLINE u##bits c32_get##bits(const uint8_t* at) {                                   \
    if (LIKELY(((uintptr_t)at & (bits / 8 - 1)) == 0)) return *(const c32_aligned##bits*)at; \
    return c32_get##bits##_by_octets(at);                                                 \
  }                                                                                       \
  C32_INLINE void c32_put##bits(uint8_t* at, u##bits value) {                             \
    if (LIKELY(((uintptr_t)at & (bits / 8 - 1)) == 0)) *(c32_aligned##bits*)at = value; \
    else c32_put##bits##_by_octets(at, value);                                            \
  }
C32_WORD(16)
C32_WORD(32)
C32_INLINE u64 c32_get64(const uint8_t* at) {
  return (u64)c32_get32(at + 4) << 32 | c32_get32(at);
}
C32_INLINE void c32_put64(uint8_t* at, u64 value) {
  c32_put32(at, (u32)value);
  c32_put32(at + 4, (u32)(value >> 32));
}
#endif
C32_INLINE u8 c32_get8(const uint8_t* at) {
  return *at;
}
C32_INLINE void c32_put8(uint8_t* at, u8 value) {
  *at = value;
}

/* name, bits in memory, the type that they are widened as, the type of the result. */
#define C32_LOAD(name, bits, widened, result)                          \
  C32_INLINE result c32_##name(u32 address, u32 offset) {              \
    return (result)(widened)c32_get##bits(c32_at(address, offset, bits / 8)); \
  }
#define C32_STORE(name, bits, given)                                      \
  C32_INLINE void c32_##name(u32 address, u32 offset, given value) {      \
    c32_put##bits(c32_at(address, offset, bits / 8), (u##bits)value);     \
  }

C32_LOAD(i32_load, 32, u32, u32)
C32_LOAD(i64_load, 64, u64, u64)
C32_LOAD(i32_load8_s, 8, s8, u32)
C32_LOAD(i32_load8_u, 8, u8, u32)
C32_LOAD(i32_load16_s, 16, s16, u32)
C32_LOAD(i32_load16_u, 16, u16, u32)
C32_LOAD(i64_load8_s, 8, s8, u64)
C32_LOAD(i64_load8_u, 8, u8, u64)
C32_LOAD(i64_load16_s, 16, s16, u64)
C32_LOAD(i64_load16_u, 16, u16, u64)
C32_LOAD(i64_load32_s, 32, s32, u64)
C32_LOAD(i64_load32_u, 32, u32, u64)
C32_STORE(i32_store, 32, u32)
C32_STORE(i64_store, 64, u64)
C32_STORE(i32_store8, 8, u32)
C32_STORE(i32_store16, 16, u32)
C32_STORE(i64_store8, 8, u64)
C32_STORE(i64_store16, 16, u64)
C32_STORE(i64_store32, 32, u64)

/* A stretch of a length known only when running. The empty one is allowed wherever wasm allows it. */
C32_INLINE uint8_t* c32_stretch(u32 address, u32 octets) {
  if (octets == 0 && address <= C32_HIGH) return slipway_memory;
  if (UNLIKELY(octets > C32_HIGH - C32_LOW || address - C32_LOW > C32_HIGH - C32_LOW - octets)) TRAP(OOB);
  return slipway_memory + (address - C32_LOW);
}

C32_INLINE void c32_memory_copy(u32 to, u32 from, u32 octets) {
  uint8_t* const destination = c32_stretch(to, octets);
  memmove(destination, c32_stretch(from, octets), octets);
}

C32_INLINE void c32_memory_fill(u32 to, u32 value, u32 octets) {
  memset(c32_stretch(to, octets), (int)value, octets);
}

C32_INLINE void c32_clear(void) {
  memset(slipway_memory, 0, C32_HIGH - C32_LOW + C32_SLACK);
}

C32_INLINE void c32_load_data(u32 to, const u8* from, u32 octets) {
  memcpy(c32_stretch(to, octets), from, octets);
}
