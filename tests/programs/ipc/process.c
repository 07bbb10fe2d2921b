// pidfd_open(2) and its relations, process_vm_readv(2), process_vm_writev(2) and kcmp(2), of the process itself.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#define SAY(call) say(#call, (errno = 0, (long)(call)))

static void say(const char *what, long r)
{
	printf("%s: %ld%s%s\n", what, r, r == -1 ? " " : "", r == -1 ? strerrorname_np(errno) : "");
}

static void on_signal(int sig, siginfo_t *i, void *unused)
{
	printf("signal %d: code %d value %d pid %d\n", sig, i->si_code, i->si_value.sival_int, i->si_pid == getpid());
}

static void test_pidfd(void)
{
	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	int me = getpid(), fd = syscall(SYS_pidfd_open, me, 0);

	sigaction(SIGUSR1, &sa, NULL);
	SAY(fcntl(fd, F_GETFD));
	SAY(syscall(SYS_pidfd_open, -1, 0));
	SAY(syscall(SYS_pidfd_open, me, 1));
	SAY(syscall(SYS_pidfd_open, 4194303, 0));
	struct pollfd p = { fd, POLLIN, 0 };
	SAY(poll(&p, 1, 10));
	char b[8];
	SAY(read(fd, b, 8));
	SAY(write(fd, b, 8));
	SAY(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0));
	SAY(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0));
	siginfo_t i = { .si_signo = SIGUSR1, .si_code = SI_QUEUE };
	i.si_pid = me;
	i.si_value.sival_int = 17;
	SAY(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, &i, 0));
	SAY(syscall(SYS_pidfd_send_signal, fd, SIGUSR2, &i, 0));
	SAY(syscall(SYS_pidfd_send_signal, fd, 65, NULL, 0));
	SAY(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 1 << 20));
	SAY(syscall(SYS_pidfd_send_signal, 1, 0, NULL, 0));
	SAY(syscall(SYS_pidfd_send_signal, 99, 0, NULL, 0));
	int pair[2];
	if (pipe(pair))
		return;
	int copy = syscall(SYS_pidfd_getfd, fd, pair[0], 0);
	printf("cloexec %d\n", fcntl(copy, F_GETFD));
	close(pair[0]);
	SAY(write(pair[1], "through", 8));
	SAY(read(copy, b, 8));
	printf("%s\n", b);
	SAY(syscall(SYS_pidfd_getfd, fd, pair[0], 0));
	SAY(syscall(SYS_pidfd_getfd, fd, 1, 1));
	SAY(syscall(SYS_pidfd_getfd, 1, 1, 0));
	SAY(syscall(SYS_kcmp, me, me, 0, 1, 1));
	int dup = fcntl(copy, F_DUPFD, 20);
	SAY(syscall(SYS_kcmp, me, me, 0, copy, dup));
	printf("differ %d\n", syscall(SYS_kcmp, me, me, 0, copy, fd) > 0);
	SAY(syscall(SYS_kcmp, me, me, 0, 1, 99));
	SAY(syscall(SYS_kcmp, me, me, 1, 0, 0));
	SAY(syscall(SYS_kcmp, me, me, 2, 0, 0));
	SAY(syscall(SYS_kcmp, me, me, 99, 0, 0));
	SAY(syscall(SYS_kcmp, me, 4194303, 1, 0, 0));
}

static void test_memory(void)
{
	int me = getpid();
	long page = 4096;
	char a[16] = "abcdefghijklmno", b[16] = "", c[16] = "";
	char *m = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(m + page, page);
	mprotect(m + 2 * page, page, PROT_READ);
	struct iovec one = { a, 16 }, two[] = { { b, 5 }, { NULL, 0 }, { c, 11 } }, none = { NULL, 0 }, cut = { m + page - 4, 16 };
	SAY(process_vm_readv(me, two, 3, &one, 1, 0));
	printf("%.5s %s\n", b, c);
	memset(a, 0, sizeof(a));
	SAY(process_vm_writev(me, two, 2, &one, 1, 0));
	printf("%s\n", a);
	SAY(process_vm_readv(me, &one, 1, &cut, 1, 0) <= 4);
	struct iovec wrong[] = { { c, 4 }, { m + page, 8 } }, constant = { m + 2 * page, 8 };
	SAY(process_vm_writev(me, &one, 1, wrong, 2, 0));
	SAY(process_vm_readv(me, &one, 1, wrong + 1, 1, 0));
	SAY(process_vm_writev(me, &one, 1, &constant, 1, 0));
	SAY(process_vm_readv(me, &one, 1, &constant, 1, 0));
	SAY(process_vm_readv(me, &constant, 1, &one, 1, 0));
	SAY(process_vm_readv(me, &none, 1, &one, 1, 0));
	SAY(process_vm_readv(me, &one, 1, NULL, 0, 0));
	SAY(process_vm_readv(me, NULL, 1, &one, 1, 0));
	SAY(process_vm_readv(me, &one, 1, NULL, 1, 0));
	SAY(process_vm_readv(me, &one, 1, &one, 1, 1));
	SAY(process_vm_readv(me, &one, IOV_MAX + 1, &one, 1, 0));
	SAY(process_vm_readv(me, &one, 1, &one, IOV_MAX + 1, 0));
	SAY(process_vm_readv(4194303, &one, 1, &one, 1, 0));
	SAY(process_vm_readv(-1, &one, 1, &one, 1, 0));
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	test_pidfd();
	test_memory();
	return 0;
}
