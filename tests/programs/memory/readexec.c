/* READ_IMPLIES_EXEC: what code may lie in before, while and after a program asks for it (personality(2)). */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <unistd.h>

static sigjmp_buf back;

static void on_fault(int sig) { siglongjmp(back, sig); }

/* Writes a function at P and calls it: what it gives, or the signal. */
static int call(unsigned char *p)
{
	static const unsigned char code[] = { 0xb8, 0x2a, 1, 0, 0, 0xc3 };	/* mov $0x12a, %eax; ret */
	int sig = sigsetjmp(back, 1);

	if (sig)
		return sig;
	memcpy(p, code, sizeof(code));
	return ((int (*)(void))p)();
}

static void *area(int prot)
{
	return mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void try_all(const char *when)
{
	unsigned char *changed = area(PROT_NONE), *heap = (unsigned char *)(((unsigned long)sbrk(0x4000) + 0xfff) & ~0xfffUL);
	int id = shmget(IPC_PRIVATE, 4096, 0600);
	void *segment = shmat(id, NULL, 0);

	shmctl(id, IPC_RMID, NULL);
	mprotect(changed, 4096, PROT_READ | PROT_WRITE);
	printf("%s: mmap %d, mprotect %d, brk %d, shmat %d\n", when, call(area(PROT_READ | PROT_WRITE)), call(changed),
	       call(heap), call(segment));
}

int main(void)
{
	unsigned char *before = area(PROT_READ | PROT_WRITE), *again = area(PROT_READ | PROT_WRITE);

	signal(SIGSEGV, on_fault);
	try_all("before");
	printf("%x\n", personality(READ_IMPLIES_EXEC));
	printf("%x\n", personality(0xffffffff));
	try_all("asked for");
	printf("what was there: %d\n", call(before));
	mprotect(again, 4096, PROT_READ | PROT_WRITE);
	printf("and is protected: %d\n", call(again));
	printf("%x\n", personality(PER_LINUX));
	try_all("after");
	return 0;
}
