/*
 * Functions of strings by vectors. Each source here is compiled twice (musl.mk, VECTOR): with vectors of 16 bytes, which every
 * processor has, and with AVX2's of 32. The first object has the public function too, which asks once a call which it is.
 * An image has them if its program imports the function (symbols/fast.go); others, and the kernel itself, which may not
 * touch vector registers, have musl's.
 *
 * Reading beyond a string's end is right as long as it stays on the page: whole vectors at their own alignment do.
 */
#ifndef VEC_H
#define VEC_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <features.h>

extern hidden unsigned char uk_vector_avx2, uk_vector_erms;	/* vector_cpu.c */

#ifdef __AVX2__
#define VEC 32
#define VARIANT(name) uk_##name##_avx2
typedef __m256i vec;
#define vec_load(p) _mm256_load_si256((const vec *)(p))
#define vec_loadu(p) _mm256_loadu_si256((const vec *)(p))
#define vec_store(p, v) _mm256_store_si256((vec *)(p), v)
#define vec_storeu(p, v) _mm256_storeu_si256((vec *)(p), v)
#define vec_set8(c) _mm256_set1_epi8(c)
#define vec_set32(c) _mm256_set1_epi32(c)
#define vec_eq8 _mm256_cmpeq_epi8
#define vec_eq32 _mm256_cmpeq_epi32
#define vec_and _mm256_and_si256
#define vec_or _mm256_or_si256
#define vec_xor _mm256_xor_si256
#define vec_min8 _mm256_min_epu8
#define vec_add8 _mm256_add_epi8
#define vec_less8(a, b) _mm256_cmpgt_epi8(b, a)
#define vec_zero() _mm256_setzero_si256()
#define vec_mask(v) ((uint32_t)_mm256_movemask_epi8(v))
#define ALL_BYTES 0xffffffffu
#else
#define VEC 16
#define VARIANT(name) uk_##name##_sse2
typedef __m128i vec;
#define vec_load(p) _mm_load_si128((const vec *)(p))
#define vec_loadu(p) _mm_loadu_si128((const vec *)(p))
#define vec_store(p, v) _mm_store_si128((vec *)(p), v)
#define vec_storeu(p, v) _mm_storeu_si128((vec *)(p), v)
#define vec_set8(c) _mm_set1_epi8(c)
#define vec_set32(c) _mm_set1_epi32(c)
#define vec_eq8 _mm_cmpeq_epi8
#define vec_eq32 _mm_cmpeq_epi32
#define vec_and _mm_and_si128
#define vec_or _mm_or_si128
#define vec_xor _mm_xor_si128
#define vec_min8 _mm_min_epu8
#define vec_add8 _mm_add_epi8
#define vec_less8(a, b) _mm_cmplt_epi8(a, b)
#define vec_zero() _mm_setzero_si128()
#define vec_mask(v) ((uint32_t)_mm_movemask_epi8(v))
#define ALL_BYTES 0xffffu
#endif

/* The code that holds this keeps what looks at the processor. */
#define ASKS_VECTORS __asm__ volatile(".reloc ., R_X86_64_NONE, uk_vectors_at_boot")

/* The public function. */
#ifdef __AVX2__
#define CHOOSE(type, name, params, args)
#else
#define CHOOSE(type, name, params, args) \
	const char uk_fast_##name[1]; \
	hidden type uk_##name##_avx2 params; \
	type name params \
	{ \
		ASKS_VECTORS; \
		return uk_vector_avx2 ? uk_##name##_avx2 args : uk_##name##_sse2 args; \
	}
#endif

#define BYTES_FROM(n) (ALL_BYTES << (n) & ALL_BYTES)
#define first_bit(m) __builtin_ctz(m)
#define last_bit(m) (31 - __builtin_clz(m))
#define ALIGN_DOWN(p) ((const char *)((uintptr_t)(p) & -(uintptr_t)VEC))
#define PAGE 4096
/* Whether N bytes at P may lie on two pages. */
#define crosses(p, n) (((uintptr_t)(p) & (PAGE - 1)) > PAGE - (n))

typedef uint16_t __attribute__((__may_alias__, __aligned__(1))) u16u;
typedef uint32_t __attribute__((__may_alias__, __aligned__(1))) u32u;
typedef uint64_t __attribute__((__may_alias__, __aligned__(1))) u64u;

#endif
