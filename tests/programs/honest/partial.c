/* Calls that are here in part (PARTIAL in kernel/sys): for each, what works, and that what is missing is refused. Each line
 * has the call's name, what came of its use, and what of that which is missing. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <linux/mount.h>
#include <mqueue.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define S(name, ...) answer(syscall(SYS_##name, ##__VA_ARGS__))

static long answer(long r)
{
	return r < 0 ? -errno : r;
}

static void word(long r)
{
	const char *name = r < 0 ? strerrorname_np(-r) : NULL;

	if (name)
		printf(" %s", name);
	else
		printf(" %ld", r);
}

/* Each list ends with END. */
#define END (1L << 62)
static void tell(const char *name, const long *works, const long *missing)
{
	printf("%s:", name);
	while (*works != END)
		word(*works++);
	printf(" |");
	while (*missing != END)
		word(*missing++);
	puts("");
}
#define LIST(...) { __VA_ARGS__ END }
#define PART(name, works, missing) do { const long works_[] = LIST works; const long missing_[] = LIST missing; tell(#name, works_, missing_); } while (0)

static int file;	/* in /tmp */

static long btime(const char *path)
{
	struct statx st;

	return S(statx, AT_FDCWD, path, 0, STATX_BTIME, &st) ?: (long)(st.stx_mask & STATX_BTIME) + (long)(st.stx_attributes_mask & 0xff);
}

static void files(void)
{
	struct iovec v = { "x", 1 };
	struct { unsigned bytes; int type; unsigned char b[128]; } handle = { 128 };
	int mount_id, waiting = -1, p[2];
	struct termios tio;

	PART(statx, (btime("/tmp/file"),), (btime("/proc/version"),));
	int m = S(memfd_create, "m", 0);
	PART(memfd_create, (m > 2,), (S(memfd_create, "m", MFD_HUGETLB),));
	PART(fcntl, (S(fcntl, file, F_GETFL) & O_ACCMODE,), (S(fcntl, file, F_SETLEASE, F_WRLCK), S(fcntl, open("/tmp", O_RDONLY), F_NOTIFY, 1),));
	PART(sync_file_range, (S(sync_file_range, file, 0L, 0L, 7),), (S(sync_file_range, file, 0L, 0L, 8), S(sync_file_range, file, -1L, 0L, 0),));
	mkdir("/tmp/a", 0700);
	mkdir("/tmp/b", 0700);
	PART(mount, (S(mount, "share0", "/tmp/a", "9p", 0, "trans=virtio"), S(mount, 0, "/tmp/a", 0, MS_REMOUNT | MS_RDONLY, 0), S(open, "/tmp/a/x", O_CREAT | O_RDWR, 0600),),
	     (S(mount, "/tmp/a", "/tmp/b", 0, MS_BIND, 0), S(mount, 0, "/tmp/a", 0, MS_SHARED, 0), S(mount, "/tmp/a", "/tmp/b", 0, MS_MOVE, 0), S(mount, "x", "/tmp/b", "nosuchfs", 0, 0),));
	PART(umount2, (S(umount2, "/tmp/a", 0),), (S(umount2, "/mnt", MNT_EXPIRE), S(umount2, "/tmp/b", 0),));
	if (pipe(p))
		exit(1);
	char text[4] = "old", got[4] = "";
	struct iovec give = { text, 3 };
	long n = S(vmsplice, p[1], &give, 1, 0);
	strcpy(text, "new");
	PART(vmsplice, (n, read(p[0], got, 3), !strcmp(got, "old"),), (S(vmsplice, file, &give, 1, 0),));
	write(p[1], "12345", 5);
	PART(ioctl, (S(ioctl, p[0], FIONREAD, &waiting), waiting,), (S(ioctl, file, TCGETS, &tio), S(ioctl, p[0], 0x1234, 0), S(ioctl, file, 0x5413, &tio),));
	int timer = S(timerfd_create, CLOCK_MONOTONIC, 0);
	PART(timerfd_create, (timer > 2,), (S(timerfd_create, CLOCK_REALTIME_ALARM, 0), S(timerfd_create, CLOCK_BOOTTIME_ALARM, 0),));
	PART(fadvise64, (S(fadvise64, file, 0L, 0L, POSIX_FADV_WILLNEED),), (S(fadvise64, file, 0L, 0L, 99), S(fadvise64, p[0], 0L, 0L, 0),));
	PART(preadv2, (S(preadv2, file, &(struct iovec){ got, 1 }, 1, 0L, 0L, 0),), (S(preadv2, file, &(struct iovec){ got, 1 }, 1, 0L, 0L, 8),));
	PART(pwritev2, (S(pwritev2, file, &v, 1, 0L, 0L, 2),), (S(pwritev2, file, &v, 1, 0L, 0L, 8),));
	PART(name_to_handle_at, (), (S(name_to_handle_at, AT_FDCWD, "/tmp/file", &handle, &mount_id, 0), S(name_to_handle_at, AT_FDCWD, "/tmp/file", &handle, &mount_id, 1),));
	int in = inotify_init();
	struct inotify_event e[8] = { 0 };
	int wd = S(inotify_add_watch, in, "/tmp/file", IN_ATTRIB);
	fchmod(file, 0640);
	PART(inotify_add_watch, (wd, read(in, e, sizeof e) > 0 && e[0].mask == IN_ATTRIB,), (S(inotify_add_watch, in, "/tmp/file", 0),));
	PART(kcmp, (S(kcmp, getpid(), getpid(), 0, file, file), S(kcmp, getpid(), getpid(), 0, file, in) != 0,), (S(kcmp, getpid(), getpid(), 7, file, file), S(kcmp, 9999, getpid(), 0, 0, 0),));
}

static void attributes(const char *shared)
{
	char b[64];
	int fd = shared ? open(shared, O_RDWR | O_CREAT, 0600) : -1;

#define ATTR(name, here, there) PART(name, here, (shared ? there : 0,))
	ATTR(setxattr, (S(setxattr, "/tmp/file", "user.a", "1", 1, 0),), S(setxattr, shared, "user.a", "1", 1, 0));
	ATTR(lsetxattr, (S(lsetxattr, "/tmp/file", "user.b", "12", 2, 0),), S(lsetxattr, shared, "user.b", "12", 2, 0));
	ATTR(fsetxattr, (S(fsetxattr, file, "user.c", "123", 3, 0),), S(fsetxattr, fd, "user.c", "123", 3, 0));
	ATTR(getxattr, (S(getxattr, "/tmp/file", "user.a", b, 64),), S(getxattr, shared, "user.a", b, 64));
	ATTR(lgetxattr, (S(lgetxattr, "/tmp/file", "user.b", b, 64),), S(lgetxattr, shared, "user.b", b, 64));
	ATTR(fgetxattr, (S(fgetxattr, file, "user.c", b, 64),), S(fgetxattr, fd, "user.c", b, 64));
	ATTR(listxattr, (S(listxattr, "/tmp/file", b, 64),), S(listxattr, shared, b, 64));
	ATTR(llistxattr, (S(llistxattr, "/tmp/file", b, 64),), S(llistxattr, shared, b, 64));
	ATTR(flistxattr, (S(flistxattr, file, b, 64),), S(flistxattr, fd, b, 64));
	ATTR(removexattr, (S(removexattr, "/tmp/file", "user.a"),), S(removexattr, shared, "user.a"));
	ATTR(lremovexattr, (S(lremovexattr, "/tmp/file", "user.b"),), S(lremovexattr, shared, "user.b"));
	ATTR(fremovexattr, (S(fremovexattr, file, "user.c"), S(flistxattr, file, b, 64),), S(fremovexattr, fd, "user.c"));
}

static void *nothing(void *p) { return p; }

static void threads(void)
{
	struct attr { unsigned size, policy; uint64_t flags; int nice; unsigned priority; uint64_t runtime, deadline, period; unsigned min, max; } a = { sizeof a, SCHED_FIFO, 0, 0, 7 };
	struct sched_param two = { 2 }, zero = { 0 };
	static int word[2];
	pthread_t t;
	unsigned long base = 0;

	PART(sched_setscheduler, (S(sched_setscheduler, 0, SCHED_FIFO, &two), S(sched_getscheduler, 0),), (S(sched_setscheduler, 0, 6, &two), S(sched_setscheduler, 0, 77, &two),));
	PART(sched_setparam, (S(sched_setparam, 0, &(struct sched_param){ 3 }), S(sched_getparam, 0, &two), two.sched_priority,), (S(sched_setparam, 0, &zero),));
	struct attr deadline = { sizeof a, 6, 0, 0, 0, 1000000, 1000000, 1000000 }, limits = { sizeof a, SCHED_FIFO, 0x20, 0, 7, 0, 0, 0, 5, 9 };
	PART(sched_setattr, (S(sched_setattr, 0, &a, 0), S(sched_getscheduler, 0),), (S(sched_setattr, 0, &deadline, 0), S(sched_setattr, 0, &limits, 0),));
	PART(sched_getattr, (S(sched_getattr, 0, &a, sizeof a, 0), a.priority,), (a.size, S(sched_getattr, 0, &a, 8, 0),));
	S(sched_setscheduler, 0, SCHED_OTHER, &zero);
	PART(futex, (S(futex, word, FUTEX_WAKE, 1, 0, 0, 0), S(futex, word, FUTEX_LOCK_PI, 0, 0, 0, 0), word[0] == getpid(), S(futex, word, FUTEX_UNLOCK_PI, 0, 0, 0, 0),),
	     (S(futex, word, FUTEX_WAIT_REQUEUE_PI, 0, 0, word + 1, 0),));
	PART(membarrier, (S(membarrier, 0, 0, 0), S(membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0),), (S(membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0), S(membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, 0, 0),));
	PART(ioprio_set, (S(ioprio_set, 1, 0, 2 << 13 | 3), S(ioprio_get, 1, 0),), (S(ioprio_set, 1, 0, 7 << 13), S(ioprio_set, 1, 9999, 2 << 13),));
	PART(rseq, (), (S(rseq, word, 32, 0, 0),));
	PART(arch_prctl, (S(arch_prctl, 0x1003, &base), base != 0,), (S(arch_prctl, 0x1001, 4096L), S(arch_prctl, 0x1004, &base),));
	PART(clone, (pthread_create(&t, 0, nothing, 0), pthread_join(t, 0),), (S(clone, SIGCHLD, 0, 0, 0, 0), S(clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0),));
	uint64_t args[8] = { [4] = SIGCHLD };
	PART(clone3, (), (S(clone3, args, sizeof args), S(clone3, args, 8),));
	PART(kill, (S(kill, getpid(), 0), S(kill, 0, 0),), (S(kill, 9999, 0), S(kill, -9999, 0),));
	struct { void *handler; unsigned long flags; void *restorer; unsigned long mask; } act = { SIG_IGN, 2 };
	PART(rt_sigaction, (S(rt_sigaction, SIGUSR1, &act, 0, 8),), (S(rt_sigaction, SIGKILL, &act, 0, 8), S(rt_sigaction, SIGUSR1, &act, 0, 4),));
	struct itimerval iv = { .it_value = { 100, 0 } };
	PART(setitimer, (S(setitimer, ITIMER_VIRTUAL, &iv, 0),), (S(setitimer, 9, &iv, 0),));
	PART(getitimer, (S(getitimer, ITIMER_VIRTUAL, &iv), iv.it_value.tv_sec > 90,), (S(getitimer, 9, &iv),));
	PART(waitid, (), (S(waitid, P_ALL, 0, 0, WEXITED, 0), S(waitid, P_PIDFD, file, 0, WEXITED, 0),));
}

static void sockets(void)
{
	int s[2], on = 1, got = 0;
	socklen_t len = sizeof got;
	struct iovec v = { "x", 1 };
	struct mmsghdr m = { .msg_hdr = { .msg_iov = &v, .msg_iovlen = 1 } };

	PART(socket, (S(socket, AF_UNIX, SOCK_STREAM, 0) > 2,), (S(socket, AF_PACKET, SOCK_RAW, 0), S(socket, AF_BLUETOOTH, SOCK_RAW, 0),));
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, s))
		exit(1);
	PART(sendto, (S(sendto, s[0], "x", 1, 0, 0, 0),), (S(sendto, s[0], "x", 1, MSG_OOB, 0, 0),));
	PART(sendmsg, (S(sendmsg, s[0], &m.msg_hdr, 0),), (S(sendmsg, s[0], &m.msg_hdr, MSG_OOB),));
	PART(sendmmsg, (S(sendmmsg, s[0], &m, 1, 0),), (S(sendmmsg, s[0], &m, 1, MSG_OOB),));
	PART(getsockopt, (S(getsockopt, s[0], SOL_SOCKET, SO_TYPE, &got, &len), got,), (S(getsockopt, s[0], SOL_SOCKET, SO_TIMESTAMP, &got, &len), S(getsockopt, s[0], SOL_SOCKET, SO_TIMESTAMPING, &got, &len),));
	PART(setsockopt, (S(setsockopt, s[0], SOL_SOCKET, SO_PASSCRED, &on, 4),),
	     (S(setsockopt, s[0], SOL_SOCKET, 76, &on, 4), S(setsockopt, s[0], SOL_SOCKET, SO_TIMESTAMP, &on, 4), S(setsockopt, s[0], SOL_SOCKET, SO_TIMESTAMPNS, &on, 4), S(setsockopt, s[0], SOL_SOCKET, SO_TIMESTAMPING, &on, 4),));
}

static void machine(void)
{
	struct timex t = { 0 }, set = { .modes = ADJ_OFFSET, .offset = 5 };
	struct timezone utc = { 0, 0 }, east = { -60, 0 };
	struct rusage u;
	struct tms times;
	struct sysinfo info;
	struct sigevent thread = { .sigev_notify = SIGEV_THREAD }, by_signal = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	char b[16];
	void *page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	int q = S(mq_open, "part", O_CREAT | O_RDWR, 0600, 0);
	PART(mq_open, (q > 2,), (S(mount, "m", "/tmp/b", "mqueue", 0, 0),));
	PART(mq_notify, (S(mq_notify, q, &by_signal), S(mq_notify, q, 0),), (S(mq_notify, q, &thread),));
	PART(adjtimex, (S(adjtimex, &t) >= 0, t.tick,), (S(adjtimex, &set),));
	PART(clock_adjtime, (S(clock_adjtime, CLOCK_REALTIME, &t) >= 0,), (S(clock_adjtime, CLOCK_REALTIME, &set), S(clock_adjtime, CLOCK_MONOTONIC, &t),));
	PART(settimeofday, (S(settimeofday, 0, &utc),), (S(settimeofday, 0, &east),));
	PART(personality, (S(personality, 0xffffffffL), S(personality, 0x400000L), S(personality, 0L),), (S(personality, 0x4000000L), S(personality, 0x200000L), S(personality, 0xffffffffL),));
	PART(getrandom, (S(getrandom, b, 16L, 1),), (S(getrandom, b, 16L, 8),));
	PART(prctl, (S(prctl, PR_SET_NAME, "part", 0, 0, 0), S(prctl, PR_GET_NAME, b, 0, 0, 0), !strcmp(b, "part"),),
	     (S(prctl, PR_SET_SECCOMP, 2, 0, 0, 0), S(prctl, PR_SET_MM, 1, 0, 0, 0), S(prctl, 0x53564d41, 0, page, 4096, "x"), S(prctl, PR_GET_SPECULATION_CTRL, 0, 0, 0, 0),
	      S(prctl, PR_SET_THP_DISABLE, 1, 0, 0, 0), S(prctl, PR_SET_TSC, PR_TSC_SIGSEGV, 0, 0, 0),));
	PART(getrusage, (S(getrusage, RUSAGE_SELF, &u), u.ru_maxrss > 0, u.ru_utime.tv_sec * 1000000 + u.ru_utime.tv_usec > 0,), (u.ru_stime.tv_sec + u.ru_stime.tv_usec, u.ru_nvcsw + u.ru_nivcsw + u.ru_minflt + u.ru_majflt, S(getrusage, 9, &u),));
	PART(times, (S(times, &times) >= 0,), (times.tms_stime, times.tms_cstime,));
	PART(sysinfo, (S(sysinfo, &info), info.totalram > 0 && info.procs > 0,), ());
	int id = S(shmget, IPC_PRIVATE, 4096L, IPC_CREAT | 0600);
	struct rlimit core = { 5, 6 }, was = { 0 };
	PART(setrlimit, (S(setrlimit, RLIMIT_CORE, &core), S(getrlimit, RLIMIT_CORE, &was), was.rlim_cur,), (S(setrlimit, 99, &core),));
	PART(prlimit64, (S(prlimit64, 0, RLIMIT_RTTIME, &core, 0), S(prlimit64, 0, RLIMIT_RTTIME, 0, &was), was.rlim_max,), (S(prlimit64, 0, 99, &core, 0),));
	char *area = mmap(0, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + 4096;
	unsigned char present;
	munmap(area - 4096, 8192);
	PART(mmap, (S(mmap, area, 4096L, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED, -1, 0L) == (long)area, *area = 1,),
	     (S(mmap, 0L, 4096L, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0L), S(mincore, area - 4096, 4096L, &present),));
	PART(madvise, (S(madvise, area, 4096L, MADV_DONTNEED), *area,), (S(madvise, area, 4096L, 25), S(madvise, area, 4096L, 102), S(madvise, area, 4096L, 100), S(madvise, area, 4096L, 101),));
	PART(shmget, (id >= 0, S(shmctl, id, IPC_RMID, 0),), (S(shmget, IPC_PRIVATE, 2L << 20, IPC_CREAT | SHM_HUGETLB | 0600),));
	PART(mprotect, (S(mprotect, page, 4096L, PROT_READ),), (S(mprotect, page, 4096L, PROT_READ | PROT_GROWSDOWN), S(mprotect, page, 4096L, PROT_READ | PROT_GROWSUP),));
	PART(pkey_mprotect, (S(pkey_mprotect, page, 4096L, PROT_READ, -1),), (S(pkey_mprotect, page, 4096L, PROT_READ | PROT_GROWSDOWN, -1), S(pkey_mprotect, page, 4096L, PROT_READ | PROT_GROWSUP, -1),));
	PART(mlockall, (S(mlockall, MCL_CURRENT), S(munlockall),), (S(mlockall, 0), S(mlockall, 64),));
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	file = open("/tmp/file", O_RDWR | O_CREAT, 0600);
	files();
	attributes(argv[1]);
	threads();
	sockets();
	machine();
	return 0;
}
