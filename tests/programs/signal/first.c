// A call that a handler with SA_RESTART interrupts in a thread that has made no call about signals but sigaction(2):
// it waits on once the handler is done, or ends with EINTR without the flag.
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static int p[2], calls;
static jmp_buf back;

static void writes(int sig)
{
	(void)sig;
	calls++;
	write(p[1], "x", 1);
}

static void jumps(int sig)
{
	(void)sig;
	longjmp(back, 1);
}

static void soon(void)
{
	setitimer(ITIMER_REAL, &(struct itimerval){ .it_value.tv_usec = 20000 }, NULL);
}

int main(void)
{
	char c[9];

	if (pipe(p) < 0)
		return 1;
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = writes, .sa_flags = SA_RESTART }, NULL);
	soon();
	long n = read(p[0], c, sizeof(c));
	printf("restarted: %ld, %d calls\n", n, calls);
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = writes }, NULL);
	soon();
	n = read(p[0], c, sizeof(c));
	printf("interrupted: %ld, %s, %d calls\n", n, n < 0 ? strerror(errno) : "", calls);
	read(p[0], c, sizeof(c));
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = jumps, .sa_flags = SA_RESTART | SA_NODEFER }, NULL);
	if (!setjmp(back)) {
		soon();
		read(p[0], c, sizeof(c));
	} else {
		printf("left\n");
	}
	return 0;
}
