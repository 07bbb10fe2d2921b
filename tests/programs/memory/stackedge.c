// Threads that give the processor away where the memory below their stack pointer was never touched: wherever its border
// lies, each goes on where it was. With the processor idle; with THREADS, also beside another that waits or was preempted.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BLOCK = 16 << 10, AREA = 8 * BLOCK, MOST = 2048 };	// a first touch maps a block

static char *area, *edge;

static void sleeps(void) { usleep(1); }

static void on_stack(char *sp, void (*f)(void))
{
	__asm__ volatile("mov %%rsp, %%rbx\n\tmov %0, %%rsp\n\tcall *%1\n\tmov %%rbx, %%rsp"
		:: "r"((uintptr_t)sp & -16), "r"(f)
		: "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "memory", "cc");
}

static void each(const char *name, void (*f)(void))
{
	int n = 0;

	for (int room = 16; room <= MOST; room += 16, n++) {
		madvise(area, AREA, MADV_DONTNEED);	// all of it: beside what is there more is mapped
		edge[BLOCK - 1] = 1;
		on_stack(edge + room, f);
	}
	printf("%s: %d\n", name, n);
}

#ifdef THREADS
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

static sem_t ask, answer;
static volatile int ended;

static void yields(void) { sched_yield(); }
static void asks(void) { sem_post(&ask), sem_wait(&answer); }

static void *answers(void *unused)
{
	while (sem_wait(&ask), !ended)
		sem_post(&answer);
	return unused;
}

static void *counts(void *unused)
{
	volatile uint64_t a = 1;

	for (uint64_t b = 1; !ended; b++, a++)
		if (a != b)
			return "lost count";
	return unused;
}

static void threads(void)
{
	pthread_t t;
	void *lost;

	sem_init(&ask, 0, 0), sem_init(&answer, 0, 0);
	pthread_create(&t, NULL, answers, NULL);
	each("answered", asks);
	ended = 1, sem_post(&ask), pthread_join(t, NULL);
	ended = 0;
	pthread_create(&t, NULL, counts, NULL);
	each("beside one that counts, sleeping", sleeps);
	each("yielding", yields);
	ended = 1, pthread_join(t, &lost);
	printf("%s\n", lost ? (char *)lost : "all counted");
}
#endif

int main(void)
{
	area = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	edge = (char *)(((uintptr_t)area + 4 * BLOCK) & -(uintptr_t)(4 * BLOCK)) + BLOCK;
	each("idle", sleeps);
#ifdef THREADS
	threads();
#endif
	return 0;
}
