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

C32_INLINE uint8_t* c32_near(u32 address, u32 offset) {
  const u32 distance = address - C32_LOW;
  if (UNLIKELY(distance > C32_HIGH - C32_LOW)) TRAP(OOB);
  return slipway_memory + distance + offset;
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
  return isNear ? c32_near(address, offset) : c32_far(address, offset, octets);
}

#define C32_LOAD(name, stored, widened, result)           \
  C32_INLINE result c32_##name(u32 address, u32 offset) { \
    stored value;                                         \
    memcpy(&value, c32_at(address, offset, sizeof value), sizeof value); \
    return (result)(widened)value;                        \
  }

#define C32_STORE(name, stored, given)                                \
  C32_INLINE void c32_##name(u32 address, u32 offset, given value) {  \
    const stored narrowed = (stored)value;                            \
    memcpy(c32_at(address, offset, sizeof narrowed), &narrowed, sizeof narrowed); \
  }

C32_LOAD(i32_load, u32, u32, u32)
C32_LOAD(i64_load, u64, u64, u64)
C32_LOAD(i32_load8_s, s8, s32, u32)
C32_LOAD(i32_load8_u, u8, u32, u32)
C32_LOAD(i32_load16_s, s16, s32, u32)
C32_LOAD(i32_load16_u, u16, u32, u32)
C32_LOAD(i64_load8_s, s8, s64, u64)
C32_LOAD(i64_load8_u, u8, u64, u64)
C32_LOAD(i64_load16_s, s16, s64, u64)
C32_LOAD(i64_load16_u, u16, u64, u64)
C32_LOAD(i64_load32_s, s32, s64, u64)
C32_LOAD(i64_load32_u, u32, u64, u64)
C32_STORE(i32_store, u32, u32)
C32_STORE(i64_store, u64, u64)
C32_STORE(i32_store8, u8, u32)
C32_STORE(i32_store16, u16, u32)
C32_STORE(i64_store8, u8, u64)
C32_STORE(i64_store16, u16, u64)
C32_STORE(i64_store32, u32, u64)

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
