/* What mmap() and mremap() refuse, and what their rarer flags do. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)
#define SHARED (MAP_SHARED | MAP_ANONYMOUS)

static void refused(const char *what, void *p)
{
	printf("%s: %s\n", what, p == MAP_FAILED ? strerror(errno) : "fine");
}

static char *map(int prot, int flags, size_t len)
{
	return mmap(NULL, len, prot, flags, -1, 0);
}

static sigjmp_buf back;
static void fault(int sig) { siglongjmp(back, sig); }

/* The signal that reading (or writing) gives, or 0. */
static int touch(volatile char *p, int write)
{
	int sig = sigsetjmp(back, 1);

	if (sig)
		return sig;
	if (write)
		*p = 1;
	else
		(void)*p;
	return 0;
}

static void refusals(const char *name)
{
	int rw = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600), ro = open(name, O_RDONLY), wo = open(name, O_WRONLY);
	int path = open(name, O_PATH), dir = open("/tmp", O_RDONLY), p[2];
	char *a = map(PROT_READ | PROT_WRITE, PRIVATE, 4 * PAGE);

	ftruncate(rw, PAGE);
	pipe(p);
	refused("no type", mmap(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0));
	refused("both types", mmap(NULL, PAGE, PROT_READ, SHARED | MAP_PRIVATE, -1, 0));
	refused("type 4", mmap(NULL, PAGE, PROT_READ, PRIVATE | 4, -1, 0));
	refused("nothing", mmap(NULL, 0, PROT_READ, PRIVATE, -1, 0));
	refused("nothing of no file", mmap(NULL, 0, PROT_READ, MAP_PRIVATE, -1, 0));
	refused("all", mmap(NULL, -1UL, PROT_READ, PRIVATE, -1, 0));
	refused("all but a page", mmap(NULL, -PAGE, PROT_READ, PRIVATE, -1, 0));
	refused("pipe's reader", mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, p[0], 0));
	refused("pipe's writer", mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, p[1], 0));
	refused("folder", mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, dir, 0));
	refused("O_PATH", mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, path, 0));
	refused("written only", mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, wo, 0));
	refused("read only, private", mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, ro, 0));
	refused("read only, shared", mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, ro, 0));
	refused("checked", mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE, rw, 0));
	refused("checked, to be written", mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED_VALIDATE, ro, 0));
	refused("checked, with MAP_SYNC", mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE | MAP_SYNC, rw, 0));
	refused("checked, an unknown flag", mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE | 0x200, rw, 0));
	refused("shared, an unknown flag", mmap(NULL, PAGE, PROT_READ, MAP_SHARED | 0x200, rw, 0));
	refused("huge pages of a file", mmap(NULL, PAGE, PROT_READ, MAP_SHARED | MAP_HUGETLB, rw, 0));
	refused("fixed, not at a page", mmap(a + 1, PAGE, PROT_READ, PRIVATE | MAP_FIXED, -1, 0));
	refused("no replacing, not at a page", mmap(a + 1, PAGE, PROT_READ, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0));
	refused("no replacing", mmap(a, PAGE, PROT_READ, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0));
	refused("no replacing, fixed", mmap(a, PAGE, PROT_READ, PRIVATE | MAP_FIXED | MAP_FIXED_NOREPLACE, -1, 0));
	refused("no replacing of the tail", mmap(a - PAGE, 2 * PAGE, PROT_READ, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0));
	for (long at = -3; at < 2; at++)
		printf("at %ld: %d\n", at, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, rw, (0x7ffffffffffff000 + at * PAGE)) == MAP_FAILED ? errno : 0);
	refused("at -1 pages", mmap(NULL, PAGE, PROT_READ, MAP_SHARED, rw, -PAGE));
	printf("mprotect: %d", mprotect(a + 1, PAGE - 1, PROT_READ) ? errno : 0);
	printf(" %d", mprotect(a, -1UL, PROT_READ) ? errno : 0);
	printf(" %d %d", mprotect(a, 1, PROT_READ) ? errno : 0, touch(a, 1));
	printf(" %d\n", mprotect(a, 0, PROT_NONE) ? errno : 0);
	munmap(a + PAGE, PAGE);
	printf("no replacing of a hole: %d\n", mmap(a + PAGE, PAGE, PROT_READ, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0) == a + PAGE);
	munmap(a, 4 * PAGE);
	int fds[] = { rw, ro, wo, path, dir, p[0], p[1] };
	for (unsigned i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		close(fds[i]);
}

static void protections(void)
{
	char *p = map(PROT_WRITE, PRIVATE, PAGE), *none = map(PROT_NONE, PRIVATE, PAGE);
	int pipes[2];

	pipe(pipes);
	printf("written only: write %d read %d write again %d\n", touch(p, 1), touch(p, 0), touch(p, 1));
	printf("write() %zd", write(pipes[1], p, 1));
	printf(" read() %zd\n", read(pipes[0], p, 1));
	munmap(p, PAGE);
	p = map(PROT_WRITE, PRIVATE, PAGE);
	printf("read first: %d %d\n", touch(p, 0), touch(p, 1));
	munmap(p, PAGE);
	p = map(PROT_WRITE, PRIVATE, PAGE);
	write(pipes[1], "x", 1);
	printf("written by the kernel first: %zd\n", read(pipes[0], p, 1));
	printf("none: %d %d %zd\n", touch(none, 0), touch(none, 1), write(pipes[1], none, 1));
	mprotect(none, PAGE, PROT_WRITE);
	printf("none, then written only: %d %d\n", touch(none, 0), touch(none, 1));
	close(pipes[0]);
	close(pipes[1]);
}

/* Behind a file's end a mapping is there, but system calls find no memory. */
static void behind_the_end(const char *name)
{
	int f = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600), p[2];
	char *m, small[16];

	ftruncate(f, PAGE + 10);
	m = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0);
	pipe(p);
	write(p[1], "abcdefgh", 8);
	printf("the end's page %d, behind %d %d\n", touch(m + 2 * PAGE - 1, 1), touch(m + 2 * PAGE, 0), touch(m + 3 * PAGE, 1));
	struct iovec v = { m + 2 * PAGE, 8 };
	printf("read %zd", read(p[0], m + 2 * PAGE, 1));
	printf(" write %zd", write(p[1], m + 2 * PAGE, 1));
	printf(" readv %zd", readv(p[0], &v, 1));
	printf(" iovec itself %zd", readv(p[0], (struct iovec *)(m + 3 * PAGE), 1));
	printf(" stat %d", stat(m + 2 * PAGE, (struct stat *)small));
	printf(" fstat %ld", syscall(SYS_fstat, f, m + 2 * PAGE));
	printf(" fstat across %ld", syscall(SYS_fstat, f, m + 2 * PAGE - 8));
	printf(" pipe %d", pipe((int *)(m + 2 * PAGE)));
	printf(" open %d", open(m + 3 * PAGE, O_RDONLY));
	printf(" getcwd %d", getcwd(m + 3 * PAGE, 100) != NULL);
	printf(" nanosleep %d", nanosleep((struct timespec *)(m + 2 * PAGE), NULL));
	printf(" name %d\n", open(strcpy(m + 2 * PAGE - 5, "/tmp"), O_RDONLY) > 0);
	ftruncate(f, 0);
	printf("after truncation: read %zd", read(p[0], m, 1));
	printf(" write %zd\n", write(p[1], m, 1));
	ftruncate(f, 4 * PAGE);
	printf("and growth: %zd", read(p[0], m + 3 * PAGE, 8));
	printf(" %d\n", memcmp(m + 3 * PAGE, "abcdefgh", 8));
	munmap(m, 4 * PAGE);
	close(f);
}

static void remaps(const char *name)
{
	char *a = map(PROT_READ | PROT_WRITE, PRIVATE, 8 * PAGE), *s = map(PROT_READ | PROT_WRITE, SHARED, 3 * PAGE), *d;

	memset(a, 'a', 8 * PAGE);
	memset(s, 's', PAGE);
	munmap(a + 6 * PAGE, PAGE);
	refused("flags", mremap(a, PAGE, 2 * PAGE, 8));
	refused("not at a page", mremap(a + 1, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
	refused("to nothing", mremap(a, PAGE, 0, MREMAP_MAYMOVE));
	refused("fixed without moving", mremap(a, PAGE, PAGE, MREMAP_FIXED, a + 2 * PAGE));
	refused("no unmapping without moving", mremap(a, PAGE, PAGE, MREMAP_DONTUNMAP));
	refused("no unmapping, another size", mremap(a, PAGE, 2 * PAGE, MREMAP_DONTUNMAP | MREMAP_MAYMOVE));
	refused("overlapping", mremap(a, 2 * PAGE, 2 * PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, a + PAGE));
	refused("to no page", mremap(a, PAGE, PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, a + 2 * PAGE + 1));
	refused("too far", mremap(a, PAGE, PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, (void *)-PAGE));
	refused("a hole", mremap(a + 6 * PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
	refused("across a hole", mremap(a + 5 * PAGE, 3 * PAGE, 4 * PAGE, MREMAP_MAYMOVE));
	refused("in place, no room", mremap(a, PAGE, 2 * PAGE, 0));
	refused("private, a second time", mremap(a, 0, PAGE, MREMAP_MAYMOVE));
	refused("shared, a second time, in place", mremap(s, 0, PAGE, 0));
	refused("shrinking across a hole", mremap(a + 4 * PAGE, 4 * PAGE, PAGE, 0));
	printf("  %d %d\n", touch(a + 4 * PAGE, 0), touch(a + 7 * PAGE, 0));

	d = mremap(s, 0, 2 * PAGE, MREMAP_MAYMOVE);
	printf("second mapping: %d %c", d != s && d != MAP_FAILED, d[0]);
	s[1] = 'x';
	d[PAGE] = 'y';
	printf(" %c %c\n", d[1], s[PAGE]);
	munmap(s, 3 * PAGE);
	printf("first one gone: %c\n", d[1]);
	s = mremap(d, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
	s[2] = 'z';
	printf("shared, not unmapped: %d %c %c\n", s != d, d[2], s[1]);

	d = mremap(a, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
	printf("not unmapped: %d, %d %d %c\n", d != a, a[0], a[2 * PAGE - 1], d[2 * PAGE - 1]);
	a[0] = 'b';
	printf("its own: %c %c\n", a[0], d[0]);
	d = mremap(a, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP | MREMAP_FIXED, d);
	printf("at a place: %c %d\n", d[0], a[0]);

	int f = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	ftruncate(f, 3 * PAGE);
	s = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, f, PAGE);
	d = mremap(s + PAGE, 0, PAGE, MREMAP_MAYMOVE);
	d[0] = 'f';
	printf("file, a second time: %c", s[PAGE]);
	d = mremap(s, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
	printf(" %d %c\n", d != s, d[PAGE]);
	close(f);
}

int main(void)
{
	const char *name = "/tmp/mapping.test";
	struct sigaction sa = { .sa_handler = fault };

	setvbuf(stdout, NULL, _IONBF, 0);
	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
	refusals(name);
	protections();
	behind_the_end(name);
	remaps(name);
	unlink(name);
	return 0;
}
