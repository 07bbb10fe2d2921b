/* What was taken away faults on every processor, whichever of them used it before: two threads that read and write pages,
 * and what each finds when their memory was unmapped, protected, or its file cut. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGES	700		/* across a border of 2 MB */
#define SIZE	(PAGES * 4096L)
#define ROUNDS	4

static __thread sigjmp_buf back;
static pthread_barrier_t barrier;
static volatile char *at;
static int use;			/* every so many pages are used */
static unsigned long wrong;
static int may_read;		/* afterwards */

static void fault(int sig)
{
	siglongjmp(back, 1);
}

static int reads(volatile char *p)
{
	if (sigsetjmp(back, 1))
		return 0;
	(void)*p;
	return 1;
}

static int writes(volatile char *p)
{
	if (sigsetjmp(back, 1))
		return 0;
	*p = 1;
	return 1;
}

static void look(void)
{
	for (long i = 0; i < PAGES; i += 211) {
		if (reads(at + i * 4096) != may_read || writes(at + i * 4096)) {
			__atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
			return;
		}
	}
}

static void touch(int thread)
{
	for (long i = 0; use && i < PAGES; i += use)
		if (thread)
			(void)at[i * 4096];
		else
			at[i * 4096] = 2;
}

static void *other(void *arg)
{
	for (;;) {
		pthread_barrier_wait(&barrier);
		if (!at)
			return NULL;
		touch(1);
		pthread_barrier_wait(&barrier);	/* both have used it */
		pthread_barrier_wait(&barrier);	/* it has changed */
		look();
		pthread_barrier_wait(&barrier);
	}
}

static void round_of(volatile char *p, int every, void (*change)(volatile char *), int readable)
{
	at = p;
	use = every;
	may_read = readable;
	pthread_barrier_wait(&barrier);
	touch(0);
	pthread_barrier_wait(&barrier);
	change(p);
	pthread_barrier_wait(&barrier);
	look();
	pthread_barrier_wait(&barrier);
}

static int file;
static void unmap(volatile char *p) { munmap((void *)p, SIZE); }
static void read_only(volatile char *p) { mprotect((void *)p, SIZE, PROT_READ); }
static void none(volatile char *p) { mprotect((void *)p, SIZE, PROT_NONE); }
static void cut(volatile char *p) { ftruncate(file, 0); }
static void move(volatile char *p) { munmap(mremap((void *)p, SIZE, 2 * SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, p + 16 * SIZE), 2 * SIZE); }

/* Twice read-only or without a right, so that the second change finds entries that the first one made. */
static void read_then_none(volatile char *p) { read_only(p); none(p); }
static void open_then_read(volatile char *p) { none(p); mprotect((void *)p, SIZE, PROT_READ | PROT_WRITE); read_only(p); }

int main(void)
{
	static const struct { const char *name; void (*change)(volatile char *); int readable; } changes[] = {
		{ "unmapped", unmap, 0 }, { "read-only", read_only, 1 }, { "no right", none, 0 }, { "moved", move, 0 },
		{ "two rights less", read_then_none, 0 }, { "given back and taken", open_then_read, 1 }, { "cut", cut, 0 },
	};
	static const int strides[] = { 0, 1, 5, 300 };
	pthread_t thread;

	signal(SIGSEGV, fault);
	signal(SIGBUS, fault);
	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&thread, NULL, other, NULL);
	for (unsigned k = 0; k < 3; k++)
		for (unsigned c = 0; c < sizeof(changes) / sizeof(*changes) - (k == 0); c++) {
			wrong = 0;
			for (unsigned i = 0; i < ROUNDS; i++) {
				file = memfd_create("file", 0);
				ftruncate(file, SIZE);
				char *p = mmap(NULL, 20 * SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
				p = mmap(p, SIZE, PROT_READ | PROT_WRITE, MAP_FIXED | (k == 1 ? MAP_SHARED : MAP_PRIVATE) |
					 (k ? 0 : MAP_ANONYMOUS), k ? file : -1, 0);
				if (p == MAP_FAILED)
					return 1;
				round_of(p, strides[i % 4], changes[c].change, changes[c].readable);
				munmap(p, 20 * SIZE);
				close(file);
			}
			const char *kind = k == 0 ? "anonymous" : k == 1 ? "shared file" : "private file";
			printf("%s, %s: %lu wrong\n", kind, changes[c].name, wrong);
		}
	at = NULL;
	pthread_barrier_wait(&barrier);
	return 0;
}
