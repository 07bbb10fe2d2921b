/* Where things lie, a line for each. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <unistd.h>

static unsigned long canary(void)
{
	unsigned long c;
	__asm__("mov %%fs:0x28, %0" : "=r"(c));
	return c;
}

static void *thread(void *arg) { *(unsigned long *)arg = canary(); return NULL; }

int main(int argc, char **argv)
{
	unsigned long other = 0, random;
	pthread_t t;

	(void)argc;
	printf("stack %p\n", (void *)argv);
	printf("mmap %p\n", mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	printf("brk %p\n", sbrk(0));
	printf("main %p\n", (void *)main);
	printf("canary %lx\n", canary());
	memcpy(&random, (void *)getauxval(AT_RANDOM), sizeof(random));
	printf("random %lx\n", random);
	pthread_create(&t, NULL, thread, &other);
	pthread_join(t, NULL);
	printf("aligned %d, same canary %d, from random %d, heap behind the program %d\n", ((unsigned long)argv - 8) % 16 == 0, other == canary(),
		(random & ~0xffUL) == canary(), (char *)sbrk(0) > (char *)main);
	printf("no randomness in personality: %d\n", !!(personality(0xffffffff) & ADDR_NO_RANDOMIZE));
	return 0;
}
