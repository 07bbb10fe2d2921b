/* Vector registers survive switches between threads. */
#include <immintrin.h>
#include <pthread.h>
#include <stdio.h>

__attribute__((target("avx2"))) static long avx(long seed, int rounds)
{
	__m256i v = _mm256_set1_epi32(seed), one = _mm256_set1_epi32(1);
	int out[8];

	for (int i = 0; i < rounds; i++)
		v = _mm256_add_epi32(_mm256_xor_si256(v, _mm256_slli_epi32(v, 1)), one);
	_mm256_storeu_si256((void *)out, v);
	for (int i = 1; i < 8; i++)
		if (out[i] != out[0])
			return -1;
	return out[0];
}

static long sse(long seed, int rounds)
{
	__m128i v = _mm_set1_epi32(seed), one = _mm_set1_epi32(1);
	int out[4];

	for (int i = 0; i < rounds; i++)
		v = _mm_add_epi32(_mm_xor_si128(v, _mm_slli_epi32(v, 1)), one);
	_mm_storeu_si128((void *)out, v);
	for (int i = 1; i < 4; i++)
		if (out[i] != out[0])
			return -1;
	return out[0];
}

enum { ROUNDS = 20000000 };

static void *work(void *arg)
{
	long n = (long)arg;

	return (void *)(n % 2 && __builtin_cpu_supports("avx2") ? avx(n, ROUNDS) : sse(n, ROUNDS));
}

int main(void)
{
	pthread_t t[6];

	for (long i = 0; i < 6; i++)
		pthread_create(&t[i], NULL, work, (void *)i);
	for (int i = 0; i < 6; i++) {
		void *r;
		pthread_join(t[i], &r);
		printf("%ld\n", (long)r);
	}
	return 0;
}
