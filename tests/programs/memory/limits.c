/* Resource limits: what is refused, what is kept, what obeys. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MB (1UL << 20)

static volatile int xfsz;
static sigjmp_buf out;

static void on_xfsz(int sig) { xfsz++; }
static void on_segv(int sig) { siglongjmp(out, 1); }

static int set(int which, rlim_t soft, rlim_t hard)
{
	return setrlimit(which, &(struct rlimit){ soft, hard }) ? errno : 0;
}

static void soft(int which, rlim_t value)
{
	struct rlimit r;

	getrlimit(which, &r);
	r.rlim_cur = value;
	if (setrlimit(which, &r))
		perror("setrlimit");
}

static void checks(void)
{
	struct rlimit r;

	printf("soft above hard %d\n", set(RLIMIT_CORE, 5, 4) == EINVAL);
	printf("no such limit %d %d\n", set(16, 1, 1) == EINVAL, getrlimit(99, &r) == -1 && errno == EINVAL);
	printf("bad pointer %d %d\n", syscall(SYS_setrlimit, 4, 8) == -1 && errno == EFAULT, syscall(SYS_getrlimit, 4, 8) == -1 && errno == EFAULT);
	printf("no such process %d\n", syscall(SYS_prlimit64, 99999999, 4, NULL, &r) == -1 && errno == ESRCH);
	printf("files beyond the kernel's %d\n", set(RLIMIT_NOFILE, 100, 1UL << 40) == EPERM);
	printf("core %d", set(RLIMIT_CORE, 100, 2000));
	getrlimit(RLIMIT_CORE, &r);
	printf(" %ld %ld\n", (long)r.rlim_cur, (long)r.rlim_max);
	printf("lowered %d", set(RLIMIT_CORE, 0, 0));
	prlimit(0, RLIMIT_CORE, &(struct rlimit){ 0, 0 }, &r);
	printf(" %ld %ld\n", (long)r.rlim_cur, (long)r.rlim_max);
	soft(RLIMIT_MEMLOCK, 4096);
	getrlimit(RLIMIT_MEMLOCK, &r);
	printf("memlock %ld\n", (long)r.rlim_cur);
}

static void files(void)
{
	int fd[64], n = 0;

	soft(RLIMIT_NOFILE, 20);
	while (n < 64 && (fd[n] = open("/dev/null", O_RDONLY)) >= 0)
		n++;
	printf("files: %s, the last is %d, dup2 %d", strerror(errno), fd[n - 1], dup2(0, 20));
	printf(" %s\n", strerror(errno));
	while (n)
		close(fd[--n]);
	soft(RLIMIT_NOFILE, 1024);
}

static void size(void)
{
	int fd = open("/tmp/limits", O_CREAT | O_RDWR | O_TRUNC, 0600), p[2];
	static char buf[8192];
	long r[8];

	signal(SIGXFSZ, on_xfsz);
	soft(RLIMIT_FSIZE, 10000);
	r[0] = write(fd, buf, 8192);
	r[1] = write(fd, buf, 8192);
	r[2] = write(fd, buf, 1);
	printf("written %ld %ld %ld %s, signals %d\n", r[0], r[1], r[2], strerror(errno), xfsz);
	r[0] = pwrite(fd, buf, 1, 9999);
	r[1] = pwrite(fd, buf, 1, 10000);
	r[2] = write(fd, buf, 0);
	printf("pwrite %ld %ld, nothing %ld, signals %d\n", r[0], r[1], r[2], xfsz);
	printf("ftruncate %d %d", ftruncate(fd, 10000), ftruncate(fd, 10001) == -1 && errno == EFBIG);
	printf(", signals %d\n", xfsz);
	printf("fallocate %d", fallocate(fd, 0, 0, 20000) == -1 && errno == EFBIG);
	printf(", signals %d\n", xfsz);
	pipe(p);
	printf("a pipe %d\n", (int)write(p[1], buf, 8192));
	soft(RLIMIT_FSIZE, 100);
	printf("shorter than it is: ftruncate %d, inside %d\n", ftruncate(fd, 5000), (int)pwrite(fd, buf, 200, 50));
	soft(RLIMIT_FSIZE, RLIM_INFINITY);
	printf("again %d\n", (int)pwrite(fd, buf, 8192, 20000));
	unlink("/tmp/limits");
	close(fd);
}

static int can_map(unsigned long n, int prot, int flags)
{
	void *p = mmap(NULL, n, prot, flags | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -errno;
	munmap(p, n);
	return 1;
}

static void space(void)
{
	int rw = PROT_READ | PROT_WRITE;
	char *p;

	soft(RLIMIT_AS, 1024 * MB);
	printf("address space: %d %d %d", can_map(2048 * MB, rw, MAP_PRIVATE) == -ENOMEM, can_map(2048 * MB, PROT_NONE, MAP_PRIVATE | MAP_NORESERVE) == -ENOMEM,
		can_map(100 * MB, rw, MAP_PRIVATE));
	p = mmap(NULL, 600 * MB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	printf(" %d %d", p != MAP_FAILED, can_map(600 * MB, PROT_NONE, MAP_PRIVATE) == -ENOMEM);
	printf(" over itself %d", mmap(p, 600 * MB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == p);
	printf(" grown %d", mremap(p, 600 * MB, 1600 * MB, MREMAP_MAYMOVE) == MAP_FAILED && errno == ENOMEM);
	munmap(p, 600 * MB);
	printf(" sbrk %d malloc %d\n", sbrk(2048 * MB) == (void *)-1, malloc(2048 * MB) == NULL);
	soft(RLIMIT_AS, RLIM_INFINITY);

	soft(RLIMIT_DATA, 64 * MB);
	printf("data: %d %d %d", can_map(100 * MB, rw, MAP_PRIVATE) == -ENOMEM, can_map(100 * MB, PROT_READ, MAP_PRIVATE), can_map(50 * MB, rw, MAP_SHARED));
	printf(" sbrk %d\n", sbrk(100 * MB) == (void *)-1 && errno == ENOMEM);
	soft(RLIMIT_DATA, RLIM_INFINITY);
}

static int __attribute__((noinline)) use(long n)
{
	volatile char room[65536];

	room[0] = room[32768] = n;
	return n > 0 ? use(n - 1) + room[0] : 0;
}

/* Deeper than a limit ends in SIGSEGV. */
static int deep(unsigned long bytes)
{
	if (sigsetjmp(out, 1))
		return 0;
	use(bytes / 65536);
	return 1;
}

static void stack(void)
{
	static char alt[65536];
	struct sigaction sa = { .sa_handler = on_segv, .sa_flags = SA_ONSTACK };
	pthread_attr_t a;
	size_t n;

	sigaltstack(&(stack_t){ .ss_sp = alt, .ss_size = sizeof(alt) }, NULL);
	sigaction(SIGSEGV, &sa, NULL);
	printf("stack: 1 MB %d", deep(MB));
	soft(RLIMIT_STACK, 4 * MB);
	printf(", with 4 MB: 3 MB %d, 6 MB %d", deep(3 * MB), deep(6 * MB));
	soft(RLIMIT_STACK, 32 * MB);
	printf(", with 32 MB: 24 MB %d, 40 MB %d\n", deep(24 * MB), deep(40 * MB));
	pthread_attr_init(&a);
	pthread_attr_getstacksize(&a, &n);
	printf("threads %ld MB\n", (long)(n / MB));
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	soft(RLIMIT_STACK, 8 * MB);
	checks();
	files();
	size();
	space();
	stack();
	return 0;
}
