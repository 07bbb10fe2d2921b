/* Checks of arguments: descriptors, locks, attributes and times, mappings and scheduling. */
#include "say.h"
#include <sched.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/time.h>
#include <sys/xattr.h>

static void descriptors(void)
{
	struct rlimit rl = { 64, 64 };
	int fd = make("f", "text");

	SAY(dup(-1));
	SAY(dup2(fd, -1));
	SAY(dup2(-1, fd));
	SAY(dup2(-1, -1));
	SAY(dup2(fd, fd) == fd);
	SAY(dup2(fd, 1 << 20));
	SAY(dup3(fd, fd, 0));
	SAY(dup3(-1, -1, 0));
	SAY(dup3(-1, 5, 0));
	SAY(dup3(fd, 20, O_NONBLOCK));
	SAY(dup3(fd, 20, O_CLOEXEC));
	SAY(fcntl(20, F_GETFD));
	SAY(dup3(fd, -1, 0));
	SAY(dup3(fd, 1 << 20, 0));
	SAY(fcntl(fd, F_DUPFD, -1));
	SAY(fcntl(fd, F_DUPFD, 1 << 30));
	SAY(fcntl(fd, F_DUPFD, 30));
	SAY(fcntl(fd, F_DUPFD_CLOEXEC, 30));
	SAY(fcntl(31, F_GETFD));
	setrlimit(RLIMIT_NOFILE, &rl);
	SAY(fcntl(fd, F_DUPFD, 63));
	SAY(fcntl(fd, F_DUPFD, 63));
	SAY(fcntl(fd, F_DUPFD, 64));
	SAY(dup2(fd, 64));
	SAY(dup3(fd, 64, 0));
	SAY(fcntl(fd, F_GETFD));
	SAY(fcntl(fd, F_SETFD, 0x7ffffffe));
	SAY(fcntl(fd, F_GETFD));
	SAY(fcntl(fd, F_SETFL, -1));
	SAY(fcntl(fd, F_GETFL) & ~O_DIRECT);
	SAY(fcntl(fd, F_SETFL, O_APPEND | O_RDONLY | O_CREAT | O_EXCL));
	SAY(fcntl(fd, F_GETFL));
	SAY(fcntl(fd, 999));
	SAY(fcntl(-1, F_GETFL));
	SAY(fcntl(-1, 999));
	SAY(syscall(SYS_close_range, 50, 40, 0));
	SAY(syscall(SYS_close_range, 40, 50, 8));
	SAY(syscall(SYS_close_range, 20, 31, 4));
	SAY(fcntl(20, F_GETFD));
	SAY(syscall(SYS_close_range, 20, 63, 0));
	SAY(fcntl(20, F_GETFD));
	close(fd);
}

static void locks(void)
{
	int fd = open("f", O_RDWR), ro = open("f", O_RDONLY), wo = open("f", O_WRONLY), other = open("f", O_RDWR);
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

#define L(f, cmd, t, w, s, n, p) (l = (struct flock){ t, w, s, n, p }, SAY(fcntl(f, cmd, &l)), \
	printf("  %d %d %ld %ld %d\n", l.l_type, l.l_whence, (long)l.l_start, (long)l.l_len, l.l_pid > 0))
	L(fd, F_SETLK, 9, 0, 0, 0, 0);
	L(fd, F_SETLK, F_RDLCK, 9, 0, 0, 0);
	L(fd, F_SETLK, F_RDLCK, 0, -1, 0, 0);
	L(fd, F_SETLK, F_RDLCK, 0, 5, -6, 0);
	L(fd, F_SETLK, F_RDLCK, 0, 5, -5, 0);
	L(fd, F_SETLK, F_RDLCK, 2, 0, 0, 0);
	L(fd, F_SETLK, F_RDLCK, 2, -4, 1, 0);
	L(fd, F_SETLK, F_RDLCK, 2, -5, 1, 0);
	L(fd, F_SETLK, F_RDLCK, 0, 0x7fffffffffffffff, 2, 0);
	L(fd, F_SETLK, F_RDLCK, 0, 0x7fffffffffffffff, 1, 0);
	L(ro, F_SETLK, F_WRLCK, 0, 0, 0, 0);
	L(wo, F_SETLK, F_RDLCK, 0, 0, 0, 0);
	L(fd, F_GETLK, F_UNLCK, 0, 0, 0, 0);
	L(fd, F_GETLK, F_WRLCK, 0, 0, 0, 0);
	L(fd, F_SETLK, F_UNLCK, 0, 0, 0, 0);
	L(fd, F_OFD_SETLK, F_WRLCK, 0, 0, 10, 1);
	L(fd, F_OFD_GETLK, F_WRLCK, 0, 0, 10, 1);
	L(fd, F_OFD_SETLK, F_WRLCK, 0, 0, 10, 0);
	L(other, F_OFD_SETLK, F_RDLCK, 0, 5, 10, 0);
	L(other, F_OFD_SETLK, F_RDLCK, 0, 10, 10, 0);
	L(other, F_OFD_GETLK, F_RDLCK, 0, 0, 0, 0);
	L(other, F_GETLK, F_RDLCK, 0, 0, 0, 0);
	L(other, F_SETLK, F_RDLCK, 0, 0, 0, 0);
	L(fd, F_OFD_GETLK, F_WRLCK, 1, 0, 0, 0);
	L(fd, F_OFD_SETLK, F_UNLCK, 0, 3, 2, 0);
	L(other, F_OFD_GETLK, F_RDLCK, 0, 4, 0, 0);
	SAY(fcntl(fd, F_SETLK, (void *)16));
	SAY(fcntl(fd, F_GETLK, (void *)16));
	SAY(flock(fd, 0));
	SAY(flock(fd, LOCK_SH | LOCK_EX));
	SAY(flock(fd, 16));
	SAY(flock(-1, LOCK_SH));
	SAY(flock(fd, LOCK_UN | LOCK_NB));
	SAY(flock(wo, LOCK_SH));
	SAY(flock(ro, LOCK_EX | LOCK_NB));
	SAY(flock(wo, LOCK_EX | LOCK_NB));
	SAY(flock(ro, LOCK_SH | LOCK_NB));
	close(fd), close(ro), close(wo), close(other);
}

static void show(struct statx *x)
{
	printf("  mask %x attr %lx/%lx mode %o size %ld btime %d blksize %u\n", x->stx_mask & 0xfff, (long)x->stx_attributes & 0x2000,
		(long)x->stx_attributes_mask & 0x2000, x->stx_mode, (long)x->stx_size * S_ISREG(x->stx_mode), x->stx_btime.tv_sec > 0, x->stx_blksize);
}

static void attributes(void)
{
	struct statx x = { 0 };
	struct stat st;
	int fd = open("f", O_RDONLY);

	SAY(statx(AT_FDCWD, "f", 0, STATX_BASIC_STATS, &x));
	show(&x);
	SAY(statx(AT_FDCWD, "f", 0, STATX_BASIC_STATS | STATX_BTIME, &x));
	show(&x);
	SAY(statx(AT_FDCWD, "/dev/shm", 0, STATX_BASIC_STATS, &x));
	show(&x);
	SAY(statx(AT_FDCWD, "f", 0, 0x80000000, &x));
	SAY(statx(AT_FDCWD, "f", 0x8000, 0, &x));
	SAY(statx(AT_FDCWD, "f", AT_STATX_FORCE_SYNC | AT_STATX_DONT_SYNC, 0, &x));
	SAY(statx(AT_FDCWD, "f", AT_STATX_FORCE_SYNC, STATX_SIZE, &x));
	SAY(statx(AT_FDCWD, "", 0, 0, &x));
	SAY(statx(AT_FDCWD, "", AT_EMPTY_PATH, STATX_MODE, &x));
	SAY(statx(fd, "", AT_EMPTY_PATH, STATX_MODE, &x));
	SAY(statx(-1, "f", 0, 0, &x));
	SAY(statx(fd, "f", 0, 0, &x));
	SAY(statx(fd, (char *)16, 0, 0, &x));
	SAY(statx(AT_FDCWD, "f", 0, 0, (void *)16));
	SAY(fstatat(fd, "", &st, AT_EMPTY_PATH));
	SAY(syscall(SYS_newfstatat, AT_FDCWD, "f", &st, 0x8000));
	SAY(syscall(SYS_newfstatat, AT_FDCWD, "f", &st, AT_NO_AUTOMOUNT));
	struct timespec t[2] = { { 1, 0 }, { 2, 1000000000 } };
	SAY(utimensat(AT_FDCWD, "f", t, 0));
	t[1].tv_nsec = -1;
	SAY(utimensat(AT_FDCWD, "f", t, 0));
	t[0].tv_nsec = UTIME_OMIT, t[1].tv_nsec = UTIME_OMIT;
	SAY(utimensat(AT_FDCWD, "missing", t, 0));
	SAY(utimensat(-1, "missing", t, 0));
	t[1].tv_nsec = 999999999, t[1].tv_sec = -5;
	SAY(utimensat(AT_FDCWD, "f", t, 0));
	stat("f", &st);
	printf("%ld %ld\n", (long)st.st_mtim.tv_sec, (long)st.st_mtim.tv_nsec);
	t[1].tv_sec = 1L << 33;
	SAY(utimensat(AT_FDCWD, "f", t, 0));
	stat("f", &st);
	printf("%ld %ld\n", (long)st.st_mtim.tv_sec, (long)st.st_mtim.tv_nsec);
	SAY(utimensat(AT_FDCWD, "f", t, 0x8000));
	SAY(utimensat(AT_FDCWD, "", t, 0));
	SAY(syscall(SYS_utimensat, AT_FDCWD, 0, t, 0));
	SAY(syscall(SYS_utimensat, fd, 0, t, AT_SYMLINK_NOFOLLOW));
	SAY(syscall(SYS_utimensat, fd, 0, (void *)16, 0));
	struct timeval tv[2] = { { 1, 1000000 }, { 2, 0 } };
	SAY(utimes("f", tv));
	SAY(fchmodat(AT_FDCWD, "f", 0600, 0x8000));
	SAY(fchownat(AT_FDCWD, "f", -1, -1, 0x8000));
	SAY(unlinkat(AT_FDCWD, "f", 0x8000));
	char v[4];
	SAY(setxattr("f", "user.a", "1", 1, 4));
	SAY(setxattr("f", "nope.a", "1", 1, 0));
	SAY(setxattr("f", "user.", "1", 1, 0));
	SAY(setxattr("f", "", "1", 1, 0));
	SAY(getxattr("f", "user.none", v, 4));
	SAY(removexattr("f", "user.none"));
	close(fd);
}

static void scheduling(void)
{
	struct sched_param p = { 0 };
	struct timespec ts;
	struct { unsigned size, policy; unsigned long flags; int nice; unsigned prio; unsigned long a, b, c; unsigned lo, hi; unsigned more[4]; } a = { .size = 48 };
	cpu_set_t set;

	for (int i = -1; i < 7; i++) {
		SAY(sched_get_priority_max(i));
		SAY(sched_get_priority_min(i));
	}
	SAY(syscall(SYS_sched_getscheduler, 0));
	SAY(syscall(SYS_sched_getscheduler, -1));
	SAY(syscall(SYS_sched_getscheduler, 0x3fffffff));
	SAY(syscall(SYS_sched_getparam, 0, &p));
	SAY(syscall(SYS_sched_getparam, 0, 0));
	SAY(syscall(SYS_sched_getparam, -1, &p));
	SAY(syscall(SYS_sched_getparam, 0x3fffffff, &p));
	SAY(syscall(SYS_sched_getparam, 0, (void *)16));
	SAY(syscall(SYS_sched_setparam, 0, &p));
	SAY(syscall(SYS_sched_setparam, 0, 0));
	SAY(syscall(SYS_sched_setparam, -1, &p));
	p.sched_priority = 1;
	SAY(syscall(SYS_sched_setparam, 0, &p));
	SAY(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &p));
	SAY(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &p));
	p.sched_priority = 0;
	SAY(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &p));
	SAY(syscall(SYS_sched_setscheduler, 0, SCHED_RR, &p));
	SAY(syscall(SYS_sched_setscheduler, 0, 4, &p));
	SAY(syscall(SYS_sched_setscheduler, 0, 6, &p));
	SAY(syscall(SYS_sched_setscheduler, 0, 99, &p));
	SAY(syscall(SYS_sched_setscheduler, 0, -1, &p));
	SAY(syscall(SYS_sched_setscheduler, -1, 0, &p));
	SAY(syscall(SYS_sched_setscheduler, 0x3fffffff, 0, &p));
	SAY(syscall(SYS_sched_setscheduler, 0, 0, 0));
	SAY(syscall(SYS_sched_setscheduler, 0, 0, (void *)16));
	p.sched_priority = 100;
	SAY(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &p));
	p.sched_priority = -1;
	SAY(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &p));
	p.sched_priority = 0;
	SAY(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &p));
	SAY(syscall(SYS_sched_getscheduler, 0));
	SAY(syscall(SYS_sched_rr_get_interval, 0, &ts));
	SAY(syscall(SYS_sched_rr_get_interval, -1, &ts));
	SAY(syscall(SYS_sched_rr_get_interval, 0x3fffffff, &ts));
	SAY(syscall(SYS_sched_rr_get_interval, 0, (void *)16));
	SAY(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER | 0x40000000, &p));
	SAY(syscall(SYS_sched_getscheduler, 0));
	SAY(syscall(SYS_sched_getattr, 0, &a, sizeof(a), 0));
	printf("  %u %u %lx %u\n", a.size, a.policy, a.flags, a.prio);
	SAY(syscall(SYS_sched_getattr, 0, &a, 48, 0));
	SAY(syscall(SYS_sched_getattr, 0, &a, 47, 0));
	SAY(syscall(SYS_sched_getattr, 0, &a, 4097, 0));
	SAY(syscall(SYS_sched_getattr, 0, &a, 48, 1));
	SAY(syscall(SYS_sched_getattr, -1, &a, 48, 0));
	SAY(syscall(SYS_sched_getattr, 0, 0, 48, 0));
	a = (typeof(a)){ .size = 48, .nice = 19 };
	SAY(syscall(SYS_sched_setattr, 0, &a, 0));
	SAY(getpriority(PRIO_PROCESS, 0));
	SAY(syscall(SYS_sched_setattr, 0, &a, 1));
	SAY(syscall(SYS_sched_setattr, -1, &a, 0));
	SAY(syscall(SYS_sched_setattr, 0, 0, 0));
	a.size = 47;
	SAY(syscall(SYS_sched_setattr, 0, &a, 0));
	a.size = 0;
	SAY(syscall(SYS_sched_setattr, 0, &a, 0));
	a.size = sizeof(a), a.more[2] = 1;
	SAY(syscall(SYS_sched_setattr, 0, &a, 0));
	printf("  size %u\n", a.size);
	a.size = 48, a.flags = 0x800;
	SAY(syscall(SYS_sched_setattr, 0, &a, 0));
	a.flags = 0, a.policy = 77;
	SAY(syscall(SYS_sched_setattr, 0, &a, 0));
	a.policy = 0, a.prio = 3;
	SAY(syscall(SYS_sched_setattr, 0, &a, 0));
	SAY(getpriority(3, 0));
	SAY(getpriority(-1, 0));
	SAY(getpriority(PRIO_PROCESS, 0x3fffffff));
	SAY(getpriority(PRIO_PGRP, 0x3fffffff));
	SAY(getpriority(PRIO_USER, 0x3fffffff));
	SAY(setpriority(3, 0, 1));
	SAY(setpriority(PRIO_PROCESS, 0x3fffffff, 1));
	SAY(setpriority(PRIO_PROCESS, 0, 100));
	SAY(getpriority(PRIO_PROCESS, 0));
	SAY(syscall(SYS_getpriority, PRIO_PROCESS, 0));
	SAY(syscall(SYS_sched_setaffinity, 0, 0, &set));
	CPU_ZERO(&set);
	SAY(syscall(SYS_sched_setaffinity, 0, sizeof(set), &set));
	SAY(syscall(SYS_sched_setaffinity, -1, sizeof(set), &set));
	SAY(syscall(SYS_sched_getaffinity, 0, 1, &set));
	SAY(syscall(SYS_sched_getaffinity, 0, 0, &set));
	SAY(syscall(SYS_sched_getaffinity, 0, 12, &set));
	SAY(syscall(SYS_sched_getaffinity, -1, sizeof(set), &set));
	SAY(syscall(SYS_ioprio_get, 1, 0));
	SAY(syscall(SYS_ioprio_get, 9, 0));
	SAY(syscall(SYS_ioprio_set, 1, 0, 7 << 13));
	SAY(syscall(SYS_ioprio_set, 1, 0, (2 << 13) | 4));
	SAY(syscall(SYS_ioprio_get, 1, 0));
}

/* What was mapped to be read stays so. */
static void mappings(void)
{
	int ro = open("f", O_RDONLY), rw = open("f", O_RDWR), id = shmget(IPC_PRIVATE, 8192, 0600);
	char *a = mmap(0, 4096, PROT_READ, MAP_SHARED, ro, 0), *b = mmap(0, 4096, PROT_READ, MAP_SHARED, rw, 0);
	char *c = mmap(0, 4096, PROT_READ, MAP_PRIVATE, ro, 0), *d = shmat(id, 0, SHM_RDONLY), *e = shmat(id, 0, 0);

	SAY(mprotect(a, 4096, PROT_READ | PROT_WRITE));
	SAY(mprotect(a, 4096, PROT_NONE));
	SAY(mprotect(a, 4096, PROT_WRITE));
	SAY(mprotect(a, 4096, PROT_READ));
	SAY(mprotect(b, 4096, PROT_READ | PROT_WRITE));
	SAY(mprotect(c, 4096, PROT_READ | PROT_WRITE));
	SAY(mprotect(d, 8192, PROT_READ | PROT_WRITE));
	SAY(mprotect(d + 4096, 4096, PROT_WRITE));
	SAY(mprotect(e, 8192, PROT_READ));
	SAY(mprotect(e, 8192, PROT_READ | PROT_WRITE));
	SAY(shmdt(d));
	SAY(shmdt(e));
	SAY(shmctl(id, IPC_RMID, 0));
	munmap(a, 4096), munmap(b, 4096), munmap(c, 4096);
	close(ro), close(rw);
}

int main(void)
{
	enter();
	descriptors();
	locks();
	attributes();
	mappings();
	scheduling();
	unlink("f");
	SAY(rmdir(own));
}
