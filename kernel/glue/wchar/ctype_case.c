/*
 * The tables behind tolower() and toupper() of optimized programs, for -128..255:
 * a byte that is no ASCII letter is itself, be it given as char or unsigned
 * char. (musl's tables turn such bytes into 0.)
 */
#include <stdint.h>

#define EIGHT(f, n) f(n), f((n) + 1), f((n) + 2), f((n) + 3), f((n) + 4), f((n) + 5), f((n) + 6), f((n) + 7)
#define ROW(f, n) EIGHT(f, n), EIGHT(f, (n) + 8), EIGHT(f, (n) + 16), EIGHT(f, (n) + 24)
#define HALF(f, n) ROW(f, n), ROW(f, (n) + 32), ROW(f, (n) + 64), ROW(f, (n) + 96)
#define ALL(f) HALF(f, -128), HALF(f, 0), HALF(f, 128)

#define SELF(c) ((c) < -1 ? (c) + 256 : (c))
#define LOWER(c) ((c) >= 'A' && (c) <= 'Z' ? (c) + 32 : SELF(c))
#define UPPER(c) ((c) >= 'a' && (c) <= 'z' ? (c) - 32 : SELF(c))

static const int32_t lower[384] = { ALL(LOWER) };
static const int32_t upper[384] = { ALL(UPPER) };
static const int32_t *const lower0 = lower + 128, *const upper0 = upper + 128;

const int32_t *const *__ctype_tolower_loc(void) { return &lower0; }
const int32_t *const *__ctype_toupper_loc(void) { return &upper0; }
