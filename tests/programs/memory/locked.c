/* Locked memory: what it refuses, what is shown of it, and its limit for those who may not ignore it. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static int result(long r) { return r < 0 ? -errno : r; }

static char *map(int prot, int flags, size_t len)
{
	return mmap(NULL, len, prot, ANON | flags, -1, 0);
}

static long locked(void)
{
	char line[200];
	long kb = -1;
	FILE *f = fopen("/proc/self/status", "r");

	while (fgets(line, sizeof(line), f))
		sscanf(line, "VmLck: %ld", &kb);
	fclose(f);
	return kb;
}

static void tell(const char *what, long r)
{
	int err = result(r);	/* before anything else changes errno */

	printf("%s: %d, %ld kB\n", what, err, locked());
}

/* Takes away CAP_IPC_LOCK, where there was one; then RLIMIT_MEMLOCK holds. */
static void obey(long bytes)
{
	struct { unsigned version; int pid; } head = { 0x20080522, 0 };
	struct { unsigned effective, permitted, inheritable; } caps[2];
	struct rlimit lim;

	syscall(SYS_capget, &head, caps);
	caps[0].effective &= ~(1u << 14);
	syscall(SYS_capset, &head, caps);
	getrlimit(RLIMIT_MEMLOCK, &lim);
	lim.rlim_cur = bytes;
	setrlimit(RLIMIT_MEMLOCK, &lim);
}

static void areas(void)
{
	char *p = map(PROT_READ | PROT_WRITE, 0, 8 * PAGE), *none = map(PROT_NONE, 0, PAGE);

	tell("first", 0);
	tell("nothing", mlock(p, 0));
	tell("a page", mlock(p + PAGE + 5, 10));
	tell("two, of which one is", mlock(p + PAGE, PAGE + 1));
	printf("refused: %d %d %d\n", result(madvise(p + PAGE, PAGE, MADV_DONTNEED)), result(madvise(p, 8 * PAGE, MADV_FREE)),
		result(msync(p, 8 * PAGE, MS_SYNC | MS_INVALIDATE)));
	printf("beside it: %d %d\n", result(madvise(p + 3 * PAGE, PAGE, MADV_DONTNEED)), result(msync(p + 3 * PAGE, PAGE, MS_INVALIDATE | MS_ASYNC)));
	tell("unlocked in the middle", munlock(p + PAGE, PAGE));
	printf("then: %d\n", result(madvise(p + PAGE, PAGE, MADV_DONTNEED)));
	tell("flags", mlock2(p, PAGE, 2));
	tell("on fault", mlock2(p + 4 * PAGE, 2 * PAGE, MLOCK_ONFAULT));
	tell("moved", mremap(p + 4 * PAGE, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED);
	munmap(p, 8 * PAGE);
	tell("unmapped", 0);
	tell("no access", mlock(none, PAGE));
	munlock(none, PAGE);
	tell("not there", mlock(p, PAGE));
	tell("around the end", mlock((void *)-PAGE, 2 * PAGE));
	p = map(PROT_READ | PROT_WRITE, MAP_LOCKED, 2 * PAGE);
	tell("MAP_LOCKED", 0);
	printf("all, wrong flags: %d %d %d\n", result(mlockall(0)), result(mlockall(8)), result(mlockall(MCL_ONFAULT)));
	printf("future: %d", result(mlockall(MCL_FUTURE)));
	char *q = map(PROT_READ | PROT_WRITE, 0, 2 * PAGE);
	printf(" %d\n", result(madvise(q, PAGE, MADV_DONTNEED)));
	tell("none", munlockall());
	munmap(p, 2 * PAGE);
	munmap(q, 2 * PAGE);
}

static void limits(void)
{
	char *p = map(PROT_READ | PROT_WRITE, 0, 8 * PAGE), *q;

	obey(3 * PAGE);
	tell("too many", mlock(p, 4 * PAGE));
	tell("as many as allowed", mlock(p, 3 * PAGE));
	tell("again", mlock(p, 3 * PAGE));
	tell("one more", mlock(p, 4 * PAGE));
	tell("mapped", map(PROT_READ, MAP_LOCKED, PAGE) == MAP_FAILED ? -1 : 0);
	munlock(p + PAGE, 7 * PAGE);
	q = mremap(p, PAGE, 4 * PAGE, MREMAP_MAYMOVE);
	tell("grown too far", q == MAP_FAILED ? -1 : 0);
	tell("all", mlockall(MCL_CURRENT));
	munlockall();
	obey(0);
	tell("none", mlock(p, PAGE));
	tell("mapped", map(PROT_READ, MAP_LOCKED, PAGE) == MAP_FAILED ? -1 : 0);
	tell("all to come", mlockall(MCL_FUTURE));
	tell("unlocked", munlock(p, PAGE));
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	locked();
	areas();
	limits();
	return 0;
}
