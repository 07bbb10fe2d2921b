/* Threads that allocate and free blocks of up to 300 KB, and find in each what they wrote. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 64

static void *churn(void *arg)
{
	unsigned seed = (long)arg;
	unsigned char *block[SLOTS] = { 0 };
	size_t size[SLOTS] = { 0 };

	for (int i = 0; i < 1500; i++) {
		seed = seed * 1103515245 + 12345;
		int k = seed >> 16 & (SLOTS - 1);
		for (size_t j = 0; j < size[k]; j += 97)
			if (block[k][j] != (unsigned char)k)
				abort();
		free(block[k]);
		size[k] = (seed >> 8) % 300000 + 1;
		block[k] = i & 1 ? malloc(size[k]) : calloc(size[k], 1);
		for (size_t j = 0; !(i & 1) && j < size[k]; j += 61)
			if (block[k][j])
				abort();
		memset(block[k], k, size[k]);
	}
	return NULL;
}

int main(void)
{
	pthread_t t[4];

	for (long i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, churn, (void *)(i + 1));
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	puts("every block held what was written");
	return 0;
}
