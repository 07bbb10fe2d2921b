// Fills every register in every thread with values of its own, and looks at them again after preemption, asynchronous
// signals, faults whose handler goes on, raw system calls (built with -DRAW, statically), and calls of
// the C library that switch threads. Handlers look at what they start with, and leave all registers dirty.
#define _GNU_SOURCE
#include <cpuid.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>
#include "torture.h"

#define THREADS 4
#define ROUNDS 60
#define DF 0x400
#define CF 1

static uint64_t mask;
static uint32_t place[8], size[8];	// of state components, from CPUID
static atomic_int failures, handled[65];
static atomic_int finished;
static __thread struct { uint64_t random; int number; volatile int filled; long memory; struct round dirty; } own;

static void fail(const char *what, int how, long detail)
{
	if (atomic_fetch_add(&failures, 1) < 20)
		printf("thread %d, how %d: %s (%ld)\n", own.number, how, what, detail);
}

static uint64_t random64(void)
{
	own.random ^= own.random << 13;
	own.random ^= own.random >> 7;
	own.random ^= own.random << 17;
	return own.random;
}

// The components that the program may use, of those that every kernel here keeps.
static void find_components(void)
{
	unsigned a, b, c, d;

	__cpuid(1, a, b, c, d);
	if (!(c >> 27 & 1))
		return;
	__asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
	mask = a & 0xe7;
	for (int i = 2; i < 8; i++) {
		if (!(mask >> i & 1))
			continue;
		__cpuid_count(0xd, i, size[i], place[i], c, d);
		if (place[i] + size[i] > AREA)
			abort();
	}
}

// Random contents of all registers that can be loaded: exceptions masked, some of their flags set.
static void fill(uint8_t *area)
{
	uint64_t *p = (uint64_t *)area;

	for (int i = 0; i < AREA / 8; i++)
		p[i] = random64();
	uint64_t r = random64();
	memset(area, 0, 32);
	*(uint16_t *)area = 0x7f | (r & 3 ? (1 + (r & 3)) % 4 << 8 : 0) | (r >> 2 & 3) << 10;
	if ((*(uint16_t *)area >> 8 & 3) == 1)
		*(uint16_t *)area |= 0x300;		// a precision that is reserved
	*(uint16_t *)(area + 2) = r >> 16 & 0x7f7f;
	area[4] = r >> 32;
	*(uint32_t *)(area + 24) = 0x1f80 | (r >> 40 & 0x603f);
	for (int i = 0; i < 8; i++)
		memset(area + 32 + 16 * i + 10, 0, 6);
	memset(area + 416, 0, 160);
	*(uint64_t *)(area + 512) = mask;
}

static int differs(const uint8_t *a, const uint8_t *b)
{
	if (memcmp(a, b, 24))
		return 1;			// x87 words
	if (memcmp(a + 24, b + 24, 4))
		return 2;			// MXCSR
	if (memcmp(a + 32, b + 32, 128))
		return 3;			// ST, MM
	if (memcmp(a + 160, b + 160, 256))
		return 4;			// XMM
	for (int i = 2; i < 8; i++)
		if (memcmp(a + place[i], b + place[i], size[i]))
			return 10 + i;
	return 0;
}

// What a handler starts with is what Linux gives it; all that it leaves in registers must be gone when it returns.
void handler(int sig, siginfo_t *info, ucontext_t *uc, const uint8_t *fxsave, uint64_t flags)
{
	static const uint8_t zero[256];
	uint8_t *fp = (uint8_t *)uc->uc_mcontext.fpregs;
	greg_t *g = uc->uc_mcontext.gregs;

	(void)info;
	handled[sig]++;
	if (*(uint16_t *)fxsave != 0x37f || *(uint16_t *)(fxsave + 2) || fxsave[4])
		fail("a handler starts with a dirty x87", sig, *(uint16_t *)(fxsave + 2));
	if (*(uint32_t *)(fxsave + 24) != 0x1f80)
		fail("a handler starts with MXCSR", sig, *(uint32_t *)(fxsave + 24));
	for (int i = 0; i < 8; i++)
		if (memcmp(fxsave + 32 + 16 * i, zero, 10))
			fail("a handler starts with a dirty x87 register", sig, i);
	if (memcmp(fxsave + 160, zero, 256))
		fail("a handler starts with dirty XMM registers", sig, 0);
	if (flags & DF)
		fail("a handler starts with DF", sig, 0);
	if (mask) {
		uint32_t *s = (uint32_t *)(fp + 464);
		uint64_t features = s[2] | (uint64_t)s[3] << 32;
		if (s[0] != 0x46505853 || s[1] != s[4] + 4 || *(uint32_t *)(fp + s[4]) != 0x46505845)
			fail("magic of a frame", sig, s[1]);
		if ((features & mask) != mask || (*(uint64_t *)(fp + 512) & 3) != 3)
			fail("components of a frame", sig, features);
		if ((uc->uc_flags & 7) != 7 || (uintptr_t)fp & 63)
			fail("flags of a frame", sig, uc->uc_flags);
	}
	if (sig == SIGSEGV)
		g[REG_RAX] = (greg_t)&own.memory;
	else if (sig == SIGFPE)
		g[REG_RCX] = 1;
	else if (sig == SIGILL)
		g[REG_RIP] += 2;
	uint8_t keep[512] __attribute__((aligned(16)));
	registers_save(0, keep);
	if (own.filled)			// signals come before it, too
		registers_load(mask, own.dirty.area);
	if (sig == SIGUSR1)
		sched_yield();			// another thread runs meanwhile
	registers_load(0, keep);
}

static void round_of(struct round *r, int how, long spins)
{
	for (int i = 0; i < 16; i++)
		r->put[i] = random64();
	r->put[11] = 0x202 | (random64() & (DF | CF));
	r->mask = mask;
	r->how = how;
	r->spins = spins;
	fill(r->area);
	registers_load(mask, r->area);
	memset(r->after, 0, AREA);
	registers_save(mask, r->after);		// as this CPU gives it back; TCG has no AVX-512, but may tell of it
	__asm__ volatile("fninit; ldmxcsr %0" :: "m"((uint32_t){ 0x1f80 }));
	memcpy(r->area, r->after, AREA);
	*(uint64_t *)(r->area + 512) = mask;
	memset(r->after, 0, AREA);
	registers_round(r);
	int d = differs(r->area, r->after);
	if (d)
		fail("vector state differs", how, d);
	for (int i = 0; i < 13; i++)
		if (i != 11 && r->got[i] != r->put[i])
			fail("a general register differs", how, i);
	if ((r->got[11] ^ r->put[11]) & (how == FPE ? DF : DF | CF))
		fail("flags differ", how, r->got[11]);
}

static int pipes[THREADS][2];

// A call of the C library keeps what the ABI has it keep, and nobody else's exception flags come in.
static void call_of(void *fn, uint64_t a, uint64_t b, int pending)
{
	struct kept put, got;
	uint64_t r = random64();

	for (int i = 0; i < 6; i++)
		put.general[i] = random64();
	put.mxcsr = 0x1f80 | (r & 0x603f);
	put.control = 0x37f | (r >> 16 & 0xc00);
	put.status = r >> 32 & 0x3f;
	if (pending) {			// an exception that is not masked and not yet raised
		put.control &= ~4;
		put.status = 4;
	}
	long left = registers_call(&put, &got, fn, a, b);
	if (left)
		fail("a call leaves DF, or the x87 stack not empty", pending, left);
	if (memcmp(put.general, got.general, sizeof(put.general)))
		fail("a call changes general registers", pending, 0);
	if (got.mxcsr != put.mxcsr)
		fail("a call changes MXCSR", pending, got.mxcsr ^ put.mxcsr);
	if (got.control != put.control || (got.status & 0x3f) != put.status)
		fail("a call changes x87 words", pending, (got.control ^ put.control) << 16 | (got.status ^ put.status));
}

static int pass(char *c, int fd)
{
	return write(pipes[fd][1], c, 1) == 1 && read(pipes[fd][0], c, 1) == 1;
}

static void fs_base(int how)
{
	void *self;

	__asm__ volatile("mov %%fs:0, %0" : "=r"(self));
	if (self != (void *)pthread_self())
		fail("FS is not this thread's", how, (long)self);
}

static void *thread(void *arg)
{
	static const int hows[] = { SPIN, SEGV, FPE, ILL,
#ifdef RAW
		YIELD, YIELD,
#endif
	};
	struct round *r = aligned_alloc(64, sizeof(*r));
	char c = 1;

	own.number = (long)arg;
	own.random = 0x9e3779b97f4a7c15 * (own.number + 1);
	fill(own.dirty.area);
	own.filled = 1;
	for (int i = 0; i < ROUNDS; i++) {
		for (unsigned k = 0; k < sizeof(hows) / sizeof(*hows); k++) {
			round_of(r, hows[k], hows[k] == SPIN ? 400000 : 0);
			fs_base(hows[k]);
		}
		call_of(sched_yield, 0, 0, i & 1);
		call_of(usleep, i % 8 ? 0 : 300, 0, i >> 1 & 1);
		call_of(pass, (uint64_t)&c, own.number, 0);
		fs_base(-1);
	}
	free(r);
	finished++;
	return NULL;
}

// A thread begins with its maker's control words, and with all its registers where it can see them.
static void *inherits(void *arg)
{
	struct { uint16_t control, pad; uint32_t mxcsr; } now = { 0 };

	(void)arg;
	__asm__ volatile("fnstcw %0; stmxcsr %1" : "=m"(now.control), "=m"(now.mxcsr));
	printf("a thread begins with x87 control word %x, MXCSR %x\n", now.control, now.mxcsr);
	return NULL;
}

static void inheritance(void)
{
	pthread_t t;

	__asm__ volatile("fldcw %0; ldmxcsr %1" :: "m"((uint16_t){ 0x77f }), "m"((uint32_t){ 0x3f84 }));
	pthread_create(&t, NULL, inherits, NULL);
	__asm__ volatile("fninit; ldmxcsr %0" :: "m"((uint32_t){ 0x1f80 }));
	pthread_join(t, NULL);
}

int main(void)
{
	struct itimerval every = { { 0, 1000 }, { 0, 1000 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction a = { .sa_sigaction = handler_entry, .sa_flags = SA_SIGINFO | SA_RESTART };
	static const int signals[] = { SIGSEGV, SIGFPE, SIGILL, SIGALRM, SIGUSR1 };
	pthread_t t[THREADS];

	setvbuf(stdout, NULL, _IOLBF, 0);
	find_components();
	own.number = -1;
	own.random = 1;
	fill(own.dirty.area);
	own.filled = 1;
	for (unsigned i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &a, NULL);
	inheritance();
	for (long i = 0; i < THREADS; i++)
		if (pipe(pipes[i]) || pthread_create(&t[i], NULL, thread, (void *)i))
			return 1;
	setitimer(ITIMER_REAL, &every, NULL);
	for (unsigned i = 0; finished < THREADS; i++) {
		pthread_kill(t[i % THREADS], SIGUSR1);
		usleep(500);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	printf("faults %d %d %d, signals came: %d %d\n", handled[SIGSEGV], handled[SIGFPE], handled[SIGILL],
		handled[SIGALRM] > 0, handled[SIGUSR1] > 0);
	printf("%d failures\n", failures);
	return failures != 0;
}
