/* A bad pointer in each pointer argument of each system call: EFAULT, or whatever Linux says. One row per
 * call and argument; everything else in the row is as it must be for the call to look at the pointer. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#define BAD	0x5eedbad	/* stands for the pointer under test */

static char *none, *readonly, *edge, *last, *good;
static int file, dir, ends[2], event, epoll, timer, sock[2];
static char name[] = "/tmp/badpointers", missing[] = "/tmp/badpointers/none";

struct row { const char *name; long nr; long a[6]; };

static void call(const struct row *r, const char *kind, long bad)
{
	long a[6];
	for (int i = 0; i < 6; i++)
		a[i] = r->a[i] == BAD ? bad : r->a[i];
	*last = 'e';
	errno = 0;
	long n = syscall(r->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (n >= 0)
		printf("%s %s: ok\n", r->name, kind);
	else
		printf("%s %s: %s\n", r->name, kind, strerror(errno));
}

static void in(const struct row *r)	/* the call reads there */
{
	call(r, "unmapped", 0x10000);
	call(r, "no access", (long)none);
	call(r, "kernel", -4096);
	call(r, "past the edge", (long)edge);
}

static void out(const struct row *r)	/* the call writes there */
{
	in(r);
	call(r, "read-only", (long)readonly);
}

#define IN(n, ...)  in(&(struct row){ #n, SYS_##n, { __VA_ARGS__ } })
#define OUT(n, ...) out(&(struct row){ #n, SYS_##n, { __VA_ARGS__ } })
#define G ((long)good)

static void paths(void)
{
	IN(open, BAD, O_RDONLY); IN(openat, AT_FDCWD, BAD, O_RDONLY); IN(creat, BAD, 0600);
	OUT(stat, (long)name, BAD); IN(stat, BAD, G); OUT(lstat, (long)name, BAD); IN(lstat, BAD, G);
	OUT(fstat, file, BAD); IN(newfstatat, AT_FDCWD, BAD, G, 0); OUT(newfstatat, AT_FDCWD, (long)name, BAD, 0);
	IN(statx, AT_FDCWD, BAD, 0, 0x7ff, G); OUT(statx, AT_FDCWD, (long)name, 0, 0x7ff, BAD);
	IN(access, BAD, 0); IN(faccessat, AT_FDCWD, BAD, 0); IN(faccessat2, AT_FDCWD, BAD, 0, 0);
	IN(truncate, BAD, 0); IN(rename, BAD, (long)name); IN(rename, (long)name, BAD);
	IN(renameat, AT_FDCWD, BAD, AT_FDCWD, (long)name); IN(renameat2, AT_FDCWD, (long)name, AT_FDCWD, BAD, 0);
	IN(mkdir, BAD, 0700); IN(mkdirat, AT_FDCWD, BAD, 0700); IN(rmdir, BAD); IN(unlink, BAD); IN(unlinkat, AT_FDCWD, BAD, 0);
	IN(link, BAD, (long)name); IN(link, (long)name, BAD); IN(linkat, AT_FDCWD, BAD, AT_FDCWD, (long)name, 0);
	IN(linkat, AT_FDCWD, (long)name, AT_FDCWD, BAD, 0);
	IN(symlink, BAD, (long)name); IN(symlink, (long)name, BAD); IN(symlinkat, (long)name, AT_FDCWD, BAD); IN(symlinkat, BAD, AT_FDCWD, (long)name);
	IN(readlink, BAD, G, 64); OUT(readlink, (long)"/proc/self/exe", BAD, 64); IN(readlinkat, AT_FDCWD, BAD, G, 64);
	OUT(readlinkat, AT_FDCWD, (long)"/proc/self/exe", BAD, 64);
	IN(chmod, BAD, 0600); IN(fchmodat, AT_FDCWD, BAD, 0600); IN(fchmodat2, AT_FDCWD, BAD, 0600, 0);
	IN(chown, BAD, 0, 0); IN(lchown, BAD, 0, 0); IN(fchownat, AT_FDCWD, BAD, 0, 0, 0);
	IN(chdir, BAD); IN(mknod, BAD, S_IFREG, 0); IN(mknodat, AT_FDCWD, BAD, S_IFREG, 0);
	IN(utime, BAD, 0); IN(utime, (long)name, BAD); IN(utimes, BAD, 0); IN(utimes, (long)name, BAD);
	IN(futimesat, AT_FDCWD, BAD, 0); IN(futimesat, AT_FDCWD, (long)name, BAD);
	IN(utimensat, AT_FDCWD, BAD, 0, 0); IN(utimensat, AT_FDCWD, (long)name, BAD, 0);
	IN(statfs, BAD, G); OUT(statfs, (long)name, BAD); OUT(fstatfs, file, BAD);
	OUT(getcwd, BAD, 64); IN(memfd_create, BAD, 0); IN(umount2, BAD, 0);
	IN(mount, (long)"none", BAD, (long)"tmpfs", 0, 0);
	IN(openat2, AT_FDCWD, BAD, (long)&(long[3]){ 0 }, 24); IN(openat2, AT_FDCWD, (long)name, BAD, 24);
	OUT(getdents64, dir, BAD, 512); OUT(getdents, dir, BAD, 512);
}

static void files(void)
{
	long iov[2] = { BAD, 8 };

	lseek(file, 0, SEEK_SET);
	edge++;		/* a page that ends in the middle of the buffer makes the transfer short */
	OUT(read, file, BAD, 8); IN(write, file, BAD, 8); OUT(pread64, file, BAD, 8, 0); IN(pwrite64, file, BAD, 8, 0);
	edge--;
	OUT(readv, file, BAD, 1); IN(writev, file, BAD, 1); OUT(preadv, file, BAD, 1, 0, 0); IN(pwritev, file, BAD, 1, 0, 0);
	IN(preadv2, file, BAD, 1, 0, 0, 0); IN(pwritev2, file, BAD, 1, 0, 0, 0);
	for (int i = 0; i < 4; i++) {
		iov[0] = (long[]){ 0x10000, (long)none, -4096, (long)readonly }[i];
		struct row rows[] = { { "readv buffer", SYS_readv, { file, (long)iov, 1 } }, { "writev buffer", SYS_writev, { ends[1], (long)iov, 1 } },
			{ "sendmsg buffer", SYS_sendmsg, { sock[0], (long)&(long[7]){ 0, 0, (long)iov, 1 }, 0 } } };
		for (int k = 0; k < 3; k++)
			call(&rows[k], "bad", 0);
	}
	OUT(pipe, BAD); OUT(pipe2, BAD, 0); IN(write, ends[1], BAD, 8); write(ends[1], "x", 1); OUT(read, ends[0], BAD, 1);
	OUT(sendfile, ends[1], file, BAD, 1); IN(copy_file_range, file, BAD, file, 0, 1, 0); IN(copy_file_range, file, 0, file, BAD, 1, 0);
	OUT(ioctl, ends[0], 0x541b, BAD); IN(ioctl, ends[0], 0x5421, BAD);
	OUT(fcntl, file, F_GETLK, BAD); IN(fcntl, file, F_SETLK, BAD);
	OUT(poll, BAD, 1, 0); OUT(ppoll, BAD, 1, G, 0, 8); IN(ppoll, 0, 0, BAD, 0, 8); IN(ppoll, 0, 0, G, BAD, 8);
	OUT(select, 1, BAD, 0, 0, G); OUT(select, 1, 0, BAD, 0, G); OUT(select, 1, 0, 0, BAD, G); IN(select, 0, 0, 0, 0, BAD);
	OUT(pselect6, 1, BAD, 0, 0, G, 0); IN(pselect6, 0, 0, 0, 0, BAD, 0); IN(pselect6, 0, 0, 0, 0, G, BAD);
	IN(epoll_ctl, epoll, 1, ends[0], BAD); OUT(epoll_wait, epoll, BAD, 1, 0); OUT(epoll_pwait, epoll, BAD, 1, 0, 0, 8);
	IN(epoll_pwait, epoll, G, 1, 0, BAD, 8); IN(epoll_pwait2, epoll, G, 1, BAD, 0, 8); IN(epoll_pwait2, epoll, G, 1, G, BAD, 8);
	struct { unsigned events; long data; } __attribute__((packed)) ev = { 4, 0 };
	syscall(SYS_epoll_ctl, epoll, 1, event, &ev);
	OUT(epoll_wait, epoll, BAD, 1, 0);
	IN(write, event, BAD, 8);
	IN(timerfd_settime, timer, 0, BAD, 0); OUT(timerfd_settime, timer, 0, G, BAD); OUT(timerfd_gettime, timer, BAD);
	IN(signalfd4, -1, BAD, 8, 0); IN(signalfd, -1, BAD, 8);
	IN(getxattr, BAD, (long)"user.x", G, 8); IN(setxattr, BAD, (long)"user.x", G, 8, 0); IN(listxattr, BAD, G, 8); IN(removexattr, BAD, (long)"user.x");
}

static void signals(void)
{
	IN(rt_sigaction, SIGUSR1, BAD, 0, 8); OUT(rt_sigaction, SIGUSR1, 0, BAD, 8);
	IN(rt_sigprocmask, SIG_BLOCK, BAD, 0, 8); OUT(rt_sigprocmask, SIG_BLOCK, 0, BAD, 8); OUT(rt_sigpending, BAD, 8);
	IN(rt_sigsuspend, BAD, 8); IN(rt_sigtimedwait, BAD, 0, G, 8); IN(rt_sigtimedwait, G, 0, BAD, 8);
	IN(rt_sigqueueinfo, getpid(), SIGUSR1, BAD); IN(rt_tgsigqueueinfo, getpid(), getpid(), SIGUSR1, BAD);
	IN(sigaltstack, BAD, 0); OUT(sigaltstack, 0, BAD);
	int set = SIGUSR2;
	sigset_t s;
	sigemptyset(&s);
	sigaddset(&s, SIGUSR2);
	sigprocmask(SIG_BLOCK, &s, 0);
	for (int i = 0; i < 5; i++) {
		raise(SIGUSR2);
		struct row r = { "rt_sigtimedwait info", SYS_rt_sigtimedwait, { (long)&s, BAD, G, 8 } };
		call(&r, "bad", (long[]){ 0x10000, (long)none, -4096, (long)readonly, (long)edge }[i]);
	}
	OUT(getitimer, 0, BAD); IN(setitimer, 0, BAD, 0); OUT(setitimer, 0, G, BAD);
	IN(timer_create, 1, BAD, G); OUT(timer_create, 1, 0, BAD);
	int id;
	memset(good, 0, 4096);
	syscall(SYS_timer_create, 1, 0, &id);
	IN(timer_settime, id, 0, BAD, 0); OUT(timer_settime, id, 0, G, BAD); OUT(timer_gettime, id, BAD);
}

static void rest(void)
{
	IN(nanosleep, BAD, 0); IN(clock_nanosleep, 1, 0, BAD, 0);
	OUT(clock_gettime, 0, BAD); OUT(clock_gettime, 2, BAD); OUT(clock_getres, 0, BAD); OUT(gettimeofday, BAD, 0); OUT(gettimeofday, 0, BAD); OUT(time, BAD);
	OUT(uname, BAD); OUT(sysinfo, BAD); OUT(getrusage, 0, BAD); OUT(times, BAD); OUT(getrlimit, 7, BAD); IN(setrlimit, 7, BAD);
	OUT(prlimit64, 0, 7, 0, BAD); IN(prlimit64, 0, 7, BAD, 0);
	IN(prctl, 15, BAD); OUT(prctl, 16, BAD); edge++; OUT(getrandom, BAD, 8, 0); edge--; IN(sethostname, BAD, 4);
	OUT(getgroups, 1, BAD); OUT(getresuid, BAD, G, G); OUT(getresuid, G, BAD, G); OUT(getresuid, G, G, BAD);
	OUT(getresgid, BAD, G, G); OUT(getresgid, G, BAD, G); OUT(getresgid, G, G, BAD);
	OUT(sched_getparam, 0, BAD); OUT(sched_rr_get_interval, 0, BAD);
	OUT(sched_getaffinity, 0, 128, BAD); IN(sched_setaffinity, 0, 8, BAD); OUT(getcpu, BAD, 0); OUT(getcpu, 0, BAD);
	OUT(get_robust_list, 0, BAD, G); OUT(get_robust_list, 0, G, BAD); OUT(arch_prctl, 0x1003, BAD);
	IN(futex, BAD, 0, 0, 0); IN(futex, BAD, 1, 1, 0); IN(futex, G, 0, 0, BAD); IN(futex, G, 3, 0, 0, BAD); OUT(futex, G, 5, 0, 0, BAD);
	OUT(mincore, (long)good, 4096, BAD); IN(clone3, BAD, 88);
	*(int *)good = 16;
	OUT(socketpair, 1, 1, 0, BAD); OUT(getsockname, sock[0], BAD, G); OUT(getsockname, sock[0], G, BAD);
	*(int *)good = 4;
	OUT(getsockopt, sock[0], 1, 3, BAD, G); OUT(getsockopt, sock[0], 1, 3, G, BAD); IN(setsockopt, sock[0], 1, 2, BAD, 4);
	IN(sendto, sock[0], BAD, 8, 0, 0, 0); IN(sendmsg, sock[0], BAD, 0); IN(sendto, sock[0], G, 1, 0x40, BAD, 16);
	write(sock[1], "xxxxxxxx", 8);
	OUT(recvfrom, sock[0], BAD, 1, 0x40, 0, 0); IN(recvmsg, sock[0], BAD, 0x40); IN(connect, sock[0], BAD, 16); IN(bind, sock[0], BAD, 16);
	IN(sendmmsg, sock[0], BAD, 1, 0); OUT(recvmmsg, sock[0], BAD, 1, 0x40, 0);
}

int main(void)
{
	long page = 4096;

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	good = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	none = mmap(NULL, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	readonly = mmap(NULL, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	edge = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(edge + page, page);
	memset(edge, '/', page);
	edge = last = edge + page - 1;
	file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	write(file, "0123456789", 10);
	dir = open("/tmp", O_RDONLY);
	pipe2(ends, O_NONBLOCK);
	event = syscall(SYS_eventfd2, 1, O_NONBLOCK);
	epoll = syscall(SYS_epoll_create1, 0);
	timer = syscall(SYS_timerfd_create, 1, 0);
	syscall(SYS_socketpair, 1, 1, 0, sock);
	paths();
	files();
	signals();
	rest();
	unlink(name);
	return 0;
}
