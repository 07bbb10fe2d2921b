/* What each system call answers to one and to two wrong arguments at a time: which error comes first is Linux's order of
 * checks. A row names kinds of arguments; the first value of a kind is right, the others are wrong in some way. All choices with at
 * most two wrong values are made, each on files made anew. Prints a hash a row, or with the call's name as argument each answer. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { FILE_RW = 20, FILE_PATH, DIR_FD, FILE_WO, FILE_RO, PIPE_R, PIPE_W, SOCK, EPOLL, TIMER, INOTIFY, EVENT, LAST_FD };

static char page[8192] __attribute__((aligned(4096)));
static char *read_only, *gone;
static char long_name[300];
static struct iovec vec[2], bad_vec[1];
static struct timespec ts[2], ts_nsec[2], ts_neg[2];
static struct itimerspec its, its_nsec;
static struct timeval tv[2], tv_usec[2];
static struct msghdr msg, bad_msg;
static struct open_how how = { O_RDONLY }, how_flags = { 1UL << 40 };
static struct sockaddr_un sun = { AF_UNIX, "nobody" };
static struct pollfd pfd[1] = { { -1, POLLIN, 0 } };
static struct epoll_event ev = { EPOLLIN };
static struct sigevent sev = { .sigev_notify = SIGEV_NONE }, sev_bad = { .sigev_notify = 77 };
static struct rlimit lim, lim_bad = { 10, 5 };
static unsigned cap_head[2] = { 0x20080522, 0 }, cap_bad[2] = { 1, 0 };
static int one = 1;
static const char *const arg_v[] = { "x", NULL };

#define BAD ((long)1)
#define V(...) { __VA_ARGS__ }
#define P(x) ((long)(x))
struct kind {
	char letter;
	int n;
	long value[10];
};
static struct kind kinds[] = {
	{ 'f', 9, V(FILE_RW, -1, FILE_PATH, DIR_FD, FILE_WO, FILE_RO, PIPE_R, SOCK, EPOLL) },
	{ 'F', 3, V(FILE_RW, -1, FILE_PATH) },
	{ 's', 4, V(SOCK, -1, FILE_RW, FILE_PATH) },
	{ 'd', 4, V(AT_FDCWD, -1, FILE_RW, DIR_FD) },
	{ 'p', 7, V(P("f"), BAD, P(""), P("missing"), P("f/x"), P(long_name), P("d")) },
	{ 'n', 7, V(P("new"), BAD, P(""), P("missing/x"), P("f/x"), P("f"), P(long_name)) },
	{ 'D', 6, V(P("d"), BAD, P(""), P("missing"), P("f"), P(".")) },
	{ 'b', 4, V(P(page), BAD, 0, 0 /* read_only */) },
	{ 'r', 3, V(P(page), BAD, 0) },
	{ 'l', 4, V(16, 0, -1, 1L << 62) },
	{ 'g', 3, V(0, -1, 0x40000000) },
	{ 'z', 1, V(0) },
	{ 'o', 4, V(0, -1, 1L << 63, 4096 + 1) },
	{ 'w', 3, V(0, 99, -1) },
	{ 'c', 4, V(CLOCK_MONOTONIC, 99, -1, CLOCK_BOOTTIME) },
	{ 't', 5, V(P(ts), BAD, P(ts_nsec), P(ts_neg), 0) },
	{ '&', 8, V(FILE_RW, -1, FILE_PATH, DIR_FD, FILE_WO, FILE_RO, PIPE_R, EPOLL) },
	{ '%', 3, V(P(vec), BAD, 0) },
	{ 'V', 1, V(P(page)) },
	{ 'Z', 3, V(0 /* a timer */, -1, 0x40000000) },
	{ 'B', 4, V(P(ts), BAD, P(ts_nsec), P(ts_neg)) },
	{ 'T', 4, V(P(&its), BAD, P(&its_nsec), 0) },
	{ 'v', 4, V(P(tv), BAD, P(tv_usec), 0) },
	{ 'u', 4, V(SIGWINCH, 0, 65, -1) },
	{ 'i', 4, V(0 /* own */, 0x3ffffff, -5, 0) },
	{ 'm', 5, V(P(page), P(page + 1), 0 /* gone */, -8192, -4096) },
	{ 'L', 4, V(4096, 0, -1, 5000) },
	{ 'I', 4, V(P(vec), BAD, P(bad_vec), 0) },
	{ 'C', 4, V(1, 0, 1025, -1) },
	{ 'M', 4, V(P(&msg), BAD, P(&bad_msg), 0) },
	{ 'a', 3, V(P(&sun), BAD, 0) },
	{ 'A', 4, V(sizeof(sun), 0, -1, 1000) },
	{ 'H', 4, V(P(&how), BAD, P(&how_flags), 0) },
	{ 'q', 3, V(P(pfd), BAD, 0) },
	{ 'E', 4, V(EPOLL, -1, FILE_RW, FILE_PATH) },
	{ 'e', 3, V(P(&ev), BAD, 0) },
	{ 'G', 3, V(TIMER, -1, FILE_RW) },
	{ 'N', 3, V(INOTIFY, -1, FILE_RW) },
	{ 'S', 4, V(8, 0, 7, 128) },
	{ 'X', 3, V(P(&sev), BAD, P(&sev_bad)) },
	{ 'R', 3, V(P(&lim), BAD, P(&lim_bad)) },
	{ 'k', 3, V(RLIMIT_NOFILE, 99, -1) },
	{ 'x', 4, V(P("user.a"), BAD, P("nospace"), P("")) },
	{ 'h', 3, V(P(cap_head), BAD, P(cap_bad)) },
	{ 'O', 4, V(EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, 9) },
	{ '1', 4, V(SOL_SOCKET, 99, 0, -1) },
	{ '2', 4, V(SO_REUSEADDR, 9999, SO_TYPE, SO_ERROR) },
	{ '3', 4, V(P(&one), BAD, 0, P(page)) },
	{ '4', 4, V(4, 0, -1, 3) },
	{ 'y', 5, V(PROT_READ, -1, 16, PROT_WRITE, PROT_EXEC) },
	{ 'Y', 5, V(MAP_PRIVATE, 0, MAP_SHARED, MAP_SHARED_VALIDATE | 1 << 30, MAP_PRIVATE | MAP_FIXED_NOREPLACE) },
	{ '5', 4, V(AF_UNIX, 99, -1, 0) },
	{ '6', 4, V(SOCK_STREAM, 99, -1, SOCK_DGRAM | 1 << 30) },
	{ 'j', 3, V(SCHED_OTHER, 99, -1) },
	{ 'J', 3, V(P(page), BAD, 0) },
	{ 'W', 3, V(PRIO_PROCESS, 9, -1) },
	{ 'Q', 3, V(2, -1, 200) },
	{ 'K', 4, V(FILE_RO, -1, FILE_PATH, 600) },
	{ 'U', 3, V(PIPE_R, -1, FILE_RW) },
	{ '7', 4, V(PIPE_W, -1, FILE_RO, FILE_WO) },
	{ '8', 4, V(EVENT, -1, FILE_RW, FILE_PATH) },
	{ '9', 4, V(MADV_NORMAL, 9999, -1, MADV_DONTNEED) },
};

struct row {
	const char *name;
	int nr;
	const char *args;
};
#define R(name, args) { #name, SYS_##name, args }
static const struct row rows[] = {
	R(read, "fbl"), R(write, "&rl"), R(open, "pgz"), R(close, "F"), R(stat, "pb"), R(fstat, "Fb"), R(lstat, "pb"), R(poll, "qCz"), R(lseek, "fow"),
	R(mmap, "mLyYfo"), R(mprotect, "mLy"), R(rt_sigaction, "ubbS"), R(rt_sigprocmask, "wrbS"), R(pread64, "fblo"), R(pwrite64, "frlo"),
	R(readv, "fIC"), R(writev, "&IC"), R(access, "pQ"), R(pipe, "b"), R(msync, "mLg"), R(mincore, "mLb"), R(madvise, "mL9"), R(dup, "F"),
	R(dup2, "FQ"), R(nanosleep, "tb"), R(getitimer, "wb"), R(setitimer, "wvb"), R(socket, "56g"), R(connect, "saA"), R(accept, "sab"),
	R(accept4, "sabg"), R(sendto, "sVSgaA"), R(recvfrom, "sblgab"), R(sendmsg, "sMg"), R(recvmsg, "sMg"), R(shutdown, "sw"), R(listen, "sC"),
	R(getsockname, "sbb"), R(getpeername, "sbb"), R(socketpair, "56gb"), R(setsockopt, "s1234"), R(getsockopt, "s12bb"), R(kill, "iu"),
	R(uname, "b"), R(fcntl, "fgg"), R(flock, "fC"), R(ftruncate, "fo"), R(truncate, "po"), R(getdents64, "fbl"), R(getcwd, "bl"), R(chdir, "D"),
	R(fchdir, "f"), R(rename, "pn"), R(mkdir, "nz"), R(rmdir, "D"), R(creat, "nz"), R(link, "pn"), R(unlink, "p"), R(symlink, "rn"),
	R(readlink, "pbl"), R(chmod, "pC"), R(fchmod, "FC"), R(chown, "pCC"), R(fchown, "FCC"), R(lchown, "pCC"), R(getrlimit, "kb"), R(getrusage, "wb"),
	R(sysinfo, "b"), R(times, "b"), R(getgroups, "Cb"), R(setgroups, "Cr"), R(rt_sigpending, "bS"), R(rt_sigtimedwait, "rbBS"),
	R(rt_sigqueueinfo, "iub"), R(sigaltstack, "rb"), R(utime, "pr"), R(mknod, "nCz"), R(statfs, "pb"), R(fstatfs, "Fb"), R(getpriority, "Wi"),
	R(setpriority, "WiC"), R(sched_getparam, "ib"), R(sched_getscheduler, "i"), R(sched_get_priority_max, "j"), R(sched_rr_get_interval, "ib"),
	R(mlock, "mL"), R(munlock, "mL"), R(prctl, "gggg"), R(setrlimit, "kR"), R(setxattr, "pxrlg"), R(lsetxattr, "pxrlg"), R(fsetxattr, "Fxrlg"),
	R(getxattr, "pxbl"), R(lgetxattr, "pxbl"), R(fgetxattr, "Fxbl"), R(listxattr, "pbl"), R(flistxattr, "Fbl"), R(removexattr, "px"), R(fremovexattr, "Fx"),
	R(tkill, "iu"), R(sched_setaffinity, "ilJ"), R(sched_getaffinity, "ilb"), R(epoll_create, "C"), R(epoll_create1, "g"), R(epoll_wait, "EbCz"),
	R(epoll_pwait, "EbCzrS"), R(epoll_pwait2, "EbCBrS"), R(epoll_ctl, "EOUe"), R(timer_create, "cXb"), R(timer_settime, "ZgTb"), R(timer_gettime, "Zb"),
	R(timer_delete, "Z"), R(timer_getoverrun, "Z"), R(clock_settime, "ct"), R(clock_gettime, "cb"), R(clock_getres, "cb"), R(clock_nanosleep, "cgtb"), R(tgkill, "iiu"),
	R(utimes, "pv"), R(mq_open, "xgzz"), R(mq_unlink, "x"), R(inotify_init1, "g"), R(inotify_add_watch, "NpC"), R(inotify_rm_watch, "NC"),
	R(openat, "dpgz"), R(mkdirat, "dnz"), R(mknodat, "dnCz"), R(fchownat, "dpCCg"), R(futimesat, "dpv"), R(newfstatat, "dpbg"), R(unlinkat, "dpg"),
	R(renameat, "dpdn"), R(renameat2, "dpdng"), R(linkat, "dpdng"), R(symlinkat, "rdn"), R(readlinkat, "dpbl"), R(fchmodat, "dpC"), R(faccessat, "dpQ"),
	R(faccessat2, "dpQg"), R(utimensat, "dptg"), R(splice, "UbF7lg"), R(tee, "U7lg"), R(sync_file_range, "foog"), R(vmsplice, "7ICg"),
	R(timerfd_create, "cg"), R(timerfd_settime, "GgTb"), R(timerfd_gettime, "Gb"), R(signalfd4, "FrSg"), R(eventfd2, "Cg"), R(dup3, "FQg"),
	R(pipe2, "bg"), R(preadv, "fICoz"), R(pwritev, "fICoz"), R(preadv2, "f%Cozg"), R(pwritev2, "f%Cozg"), R(prlimit64, "ikRb"), R(sendmmsg, "sMCg"),
	R(getrandom, "blg"), R(memfd_create, "xg"), R(statx, "dpgCb"), R(openat2, "dpHl"), R(copy_file_range, "FbfzLg"), R(sendfile, "fKbL"),
	R(fallocate, "fgoo"), R(fadvise64, "fooC"), R(readahead, "fol"), R(capget, "hb"), R(sched_setscheduler, "ijJ"), R(sched_setparam, "iJ"),
	R(pidfd_open, "ig"), R(close_range, "KQg"), R(membarrier, "gg"), R(getcpu, "bb"), R(process_vm_readv, "iICICg"),
	R(fsync, "f"), R(fdatasync, "f"), R(syncfs, "F"), R(getsid, "i"), R(getpgid, "i"), R(set_robust_list, "rl"),
	R(get_robust_list, "ibb"), R(shmctl, "ggb"), R(shmdt, "m"), R(semctl, "ggg"), R(msgctl, "ggb"),
	R(mremap, "mLLg"), R(munmap, "gz"), R(ioprio_get, "Wi"),
};

static const struct kind *kind(char letter)
{
	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		if (kinds[k].letter == letter)
			return &kinds[k];
	printf("no kind %c\n", letter);
	exit(1);
}

static void set(char letter, int i, long value)
{
	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		if (kinds[k].letter == letter)
			kinds[k].value[i] = value;
}

static char dir[] = "/dev/shm/faults.XXXXXX";

static void put(int fd, int at)
{
	if (fd != at) {
		dup2(fd, at);
		close(fd);
	}
}

/* Everything a call may have changed is as before. */
static void renew(void)
{
	int p[2];

	chdir(dir);
	umask(022);
	close_range(3, ~0U, 0);
	munmap(gone, 4096);
	syscall(SYS_mq_unlink, "user.a");
	unlink("new"), rmdir("new"), unlink("f"), rmdir("d"), unlink("d");
	mkdir("d", 0755);
	put(open("f", O_RDWR | O_CREAT | O_TRUNC, 0644), FILE_RW);
	pwrite(FILE_RW, page, 4096, 0);
	put(open("f", O_PATH), FILE_PATH);
	put(open("d", O_RDONLY | O_DIRECTORY), DIR_FD);
	put(open("f", O_WRONLY), FILE_WO);
	put(open("f", O_RDONLY), FILE_RO);
	pipe2(p, O_NONBLOCK);
	put(p[0], PIPE_R);
	put(p[1], PIPE_W);
	put(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), SOCK);
	put(epoll_create1(0), EPOLL);
	put(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), TIMER);
	put(inotify_init1(IN_NONBLOCK), INOTIFY);
	put(eventfd(0, EFD_NONBLOCK), EVENT);
	static int timer = -1;
	syscall(SYS_timer_delete, timer);
	syscall(SYS_timer_create, CLOCK_MONOTONIC, &sev, &timer);
	set('Z', 0, timer);
	mmap(page, sizeof(page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	vec[0] = (struct iovec){ page, 16 };
	bad_vec[0] = (struct iovec){ (void *)1, 16 };
	msg = (struct msghdr){ .msg_iov = vec, .msg_iovlen = 1 };
	bad_msg = (struct msghdr){ .msg_iov = (void *)1, .msg_iovlen = 1 };
	ts[0] = ts[1] = (struct timespec){ 0, 1000 };
	its = (struct itimerspec){ { 0, 0 }, { 0, 0 } };
	tv[0] = tv[1] = (struct timeval){ 0, 0 };
	getrlimit(RLIMIT_NOFILE, &lim);
}

static unsigned hash;
static int verbose;

static void answer(const struct row *r, const volatile int *choice, long result)
{
	const char *name = result < 0 ? strerrorname_np(errno) : "ok";

	if (verbose) {
		printf("%s(", r->name);
		for (int i = 0; r->args[i]; i++)
			printf("%s%c%d", i ? ", " : "", r->args[i], choice[i]);
		printf("): %s\n", name ? name : "?");
	}
	while (*name)
		hash = (hash ^ *name++) * 16777619u;
}

static void try(const struct row *r, const volatile int *choice)
{
	long a[6] = { 0 };

	renew();
	for (int i = 0; r->args[i]; i++)
		a[i] = kind(r->args[i])->value[choice[i]];
	long result = syscall(r->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	answer(r, choice, result);
}

static void run(const struct row *r)
{
	volatile int choice[6] = { 0 };
	int n = strlen(r->args), count = 0;

	hash = 2166136261u;
	for (int i = 0; i < n; i++)
		for (int x = 1; x < kind(r->args[i])->n; x++) {
			choice[i] = x;
			try(r, choice);
			count++;
			for (int k = i + 1; k < n; k++) {
				for (int y = 1; y < kind(r->args[k])->n; y++, count++) {
					choice[k] = y;
					try(r, choice);
				}
				choice[k] = 0;
			}
			choice[i] = 0;
		}
	printf("%s: %d answers, %08x\n", r->name, count, hash);
}

int main(int argc, char **argv)
{
	if (!mkdtemp(dir) || chdir(dir))
		return 1;
	memset(long_name, 'n', sizeof(long_name) - 1);
	signal(SIGWINCH, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	read_only = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	gone = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(gone, 4096);
	set('b', 3, (long)read_only);
	set('m', 2, (long)gone);
	set('i', 0, getpid());
	ts_nsec[0] = ts_nsec[1] = (struct timespec){ 0, 2000000000 };
	ts_neg[0] = ts_neg[1] = (struct timespec){ -1, 0 };
	its_nsec.it_value.tv_nsec = 2000000000;
	tv_usec[0] = tv_usec[1] = (struct timeval){ 0, 2000000 };
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 1024, 4096 });
	verbose = argc > 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (!verbose || !strcmp(argv[1], rows[i].name) || !strcmp(argv[1], "all"))
			run(&rows[i]);
	return 0;
}
