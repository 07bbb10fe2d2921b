/* System calls never write to the kernel's image, its variables and first stack, however they are asked: EFAULT, and the
 * machine goes on. Static: where libc is in the kernel, its variables are the program's, too. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define IMAGE	0x400000100000UL	/* kernel/include/layout.h; nothing on a host */
#define SIZE	(8UL << 20)
#define STEP	8192			/* a little of each pair of pages: their last bytes and the next ones' first */

static unsigned long taken, tried;

static void note(long r)
{
	tried++;
	taken += r != -1 || errno != EFAULT;
}

int main(void)
{
	int zero = open("/dev/zero", O_RDONLY);

	for (unsigned long at = IMAGE; at < IMAGE + SIZE; at += STEP) {
		struct iovec v = { (void *)(at - 8), 24 };
		note(syscall(SYS_read, zero, at, 4096));
		note(syscall(SYS_read, zero, at + 4096 - 8, 24));
		note(syscall(SYS_readv, zero, &v, 1));
		note(syscall(SYS_pipe2, at + 1024, 0));
		note(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, at + 2048));
		note(syscall(SYS_getrandom, at, 64, 0));
		note(syscall(SYS_uname, at));
	}
	printf("%lu tried, %lu taken\n", tried, taken);
	puts(taken ? "FAIL" : "ok");
	return taken != 0;
}
