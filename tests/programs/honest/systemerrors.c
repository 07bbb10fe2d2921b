/* System calls on time, memory and the system: each with good arguments, and their errors. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static char buf[4096];
#define S(n, ...) do { errno = 0; long r_ = syscall(SYS_##n, ##__VA_ARGS__); if (r_ < 0) printf("%s(%s): %s\n", #n, #__VA_ARGS__, strerror(errno)); else printf("%s(%s) ok\n", #n, #__VA_ARGS__); } while (0)
#define NOBODY 0x7ffffffe

int main(void)
{
	struct timespec ok = { 0, 1000 }, neg = { -1, 0 }, big = { 0, 1000000000 }, far = { 1, 0 };
	struct rlimit l;
	int w = 5;

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	S(nanosleep, &ok, NULL); S(nanosleep, &neg, NULL); S(nanosleep, &big, NULL); S(clock_nanosleep, CLOCK_MONOTONIC, 0, &ok, NULL); S(clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &far, NULL); S(clock_nanosleep, 99, 0, &ok, NULL); S(clock_nanosleep, -1, 0, &ok, NULL); S(clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0, &ok, NULL); S(clock_nanosleep, CLOCK_MONOTONIC, 0, &neg, NULL); S(clock_nanosleep, CLOCK_MONOTONIC, 0, &big, NULL); S(clock_nanosleep, CLOCK_MONOTONIC_RAW, 0, &ok, NULL); S(clock_nanosleep, CLOCK_REALTIME_COARSE, 0, &ok, NULL); S(clock_nanosleep, CLOCK_BOOTTIME, 0, &ok, NULL);
	for (int c = -1; c < 14; c++)
		/* alarm clocks need a real-time clock that wakes the machine */
		if (c != 10 && c != CLOCK_REALTIME_ALARM && c != CLOCK_BOOTTIME_ALARM) { S(clock_gettime, c, buf); S(clock_getres, c, buf); S(clock_getres, c, NULL); }
	S(clock_settime, 99, &ok); S(clock_settime, CLOCK_MONOTONIC, &ok); S(clock_settime, CLOCK_REALTIME, &big); S(gettimeofday, buf, buf + 64); S(gettimeofday, NULL, NULL); S(time, NULL); S(time, buf); S(times, buf); S(times, NULL);
	S(getrusage, 0, buf); S(getrusage, -1, buf); S(getrusage, 1, buf); S(getrusage, -2, buf); S(getrusage, 2, buf); S(sysinfo, buf); S(uname, buf);
	S(getrlimit, RLIMIT_NOFILE, &l); S(getrlimit, 16, &l); S(getrlimit, -1, &l); l.rlim_cur = l.rlim_max + 1; S(setrlimit, RLIMIT_CPU, &(struct rlimit){ 5, 4 }); S(setrlimit, 16, &l); S(prlimit64, NOBODY, RLIMIT_NOFILE, NULL, &l); S(prlimit64, 0, 16, NULL, &l); S(prlimit64, 0, RLIMIT_NOFILE, NULL, &l); S(prlimit64, getpid(), RLIMIT_NOFILE, NULL, &l);
	S(getrandom, buf, 16, 0); S(getrandom, buf, 16, 1); S(getrandom, buf, 16, 2); S(getrandom, buf, 16, 0x100); S(getrandom, buf, 16, 6); S(getrandom, buf, 0, 0); S(getcpu, NULL, NULL, NULL); S(getcpu, buf, buf, NULL);
	S(sched_getaffinity, 0, 128, buf); S(sched_getaffinity, 0, 9, buf); memset(buf, 0, 128); S(sched_setaffinity, 0, 8, buf); memset(buf, 0xff, 128); S(sched_setaffinity, 0, 128, buf);
	S(membarrier, 0, 0, 0); S(membarrier, 0, 1, 0); S(membarrier, 0x10000, 0, 0); S(membarrier, 8, 0, 0); S(membarrier, 16, 0, 0); S(membarrier, 8, 0, 0); S(membarrier, 1, 0, 0);
	S(futex, &w, FUTEX_WAIT, 4, NULL); S(futex, &w, FUTEX_WAIT, 5, &ok); S(futex, &w, FUTEX_WAIT, 5, &big); S(futex, (char *)&w + 1, FUTEX_WAIT, 5, &ok); S(futex, &w, FUTEX_WAKE, 1); S(futex, &w, FUTEX_WAKE, INT_MAX); S(futex, &w, FUTEX_WAIT_BITSET, 5, &ok, NULL, 0); S(futex, &w, FUTEX_WAKE_BITSET, 1, NULL, NULL, 0); S(futex, &w, FUTEX_WAIT_BITSET, 5, &ok, NULL, 1); S(futex, &w, 99, 0); S(futex, &w, FUTEX_CMP_REQUEUE, 1, 1, buf, 4); S(futex, &w, FUTEX_CMP_REQUEUE, 1, 1, buf, 5); S(futex, &w, FUTEX_REQUEUE, -1, 1, buf, 0); S(futex, &w, FUTEX_REQUEUE, 1, -1, buf, 0); S(futex, &w, FUTEX_CMP_REQUEUE, 1, -1, buf, 5); S(futex, &w, FUTEX_WAKE_OP, 1, 1, buf, 0); S(futex, &w, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 1);
	char *m = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(m + 4096, 4096);
	S(mmap, NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); S(mmap, NULL, 4096, PROT_READ, MAP_ANONYMOUS, -1, 0); S(mmap, NULL, 4096, PROT_READ, MAP_PRIVATE, -1, 0); S(mmap, NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 1); S(mmap, m + 1, 4096, PROT_READ, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); S(mmap, NULL, -4096L, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); S(mmap, m, 4096, PROT_READ, MAP_FIXED_NOREPLACE | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); S(mmap, NULL, 4096, PROT_READ, MAP_PRIVATE, 0x7fff, 0);
	S(munmap, m + 1, 4096); S(munmap, m + 4096, 0); S(munmap, m + 4096, 4096); S(munmap, -4096L, 8192); S(mprotect, m, 4096, PROT_READ | PROT_WRITE); S(mprotect, m + 1, 4096, PROT_READ); S(mprotect, m + 4096, 4096, PROT_READ); S(mprotect, m, 4096, 0x100); S(mprotect, m, 0, PROT_READ);
	S(madvise, m, 4096, MADV_NORMAL); S(madvise, m + 1, 4096, MADV_NORMAL); S(madvise, m, 4096, 99); S(madvise, m, 3 * 4096, MADV_DONTNEED); S(madvise, m, 4096, MADV_DONTNEED); S(madvise, m, 0, MADV_DONTNEED); S(msync, m, 4096, MS_SYNC); S(msync, m, 3 * 4096, MS_SYNC); S(msync, m + 1, 4096, MS_SYNC); S(msync, m, 4096, MS_SYNC | MS_ASYNC); S(msync, m, 4096, 0x100); S(mincore, m, 4096, buf); S(mincore, m + 1, 4096, buf); S(mincore, m, 3 * 4096, buf);
	S(mlock, m, 4096); S(mlock, m, 3 * 4096); S(munlock, m, 4096); S(munlock, m, 3 * 4096); S(mlock2, m, 4096, 1); S(mlock2, m, 4096, 2); S(mlockall, 0); S(mlockall, 8); S(munlockall); S(mremap, m + 1, 4096, 8192, 0, NULL); S(mremap, m, 4096, 0, 0, NULL); S(mremap, m, 4096, 8192, 8, NULL); S(mremap, m + 4096, 4096, 8192, MREMAP_MAYMOVE, NULL); S(mremap, m, 4096, 4096, MREMAP_FIXED, m + 8192); S(mremap, m, 4096, 3 * 4096, 0, NULL);
	long thread = CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, c3[11] = { 0 };
	S(clone, CLONE_THREAD, 0, 0, 0, 0); S(clone, CLONE_THREAD | CLONE_VM, 0, 0, 0, 0); S(clone, CLONE_SIGHAND, 0, 0, 0, 0); S(clone, CLONE_NEWNS | CLONE_FS, 0, 0, 0, 0); S(clone, thread | CLONE_NEWUSER, buf, 0, 0, 0); S(clone, thread | CLONE_NEWPID, buf, 0, 0, 0); S(clone, thread | CLONE_SETTLS, buf, 0, 0, 1L << 63);
	S(clone3, c3, 63); S(clone3, 1, 64); S(clone3, c3, 5000);
	for (int i = 0; i < 8; i++) {
		static const long wrong[][4] = { { 1L << 40 }, { 17 }, { CLONE_DETACHED }, { CLONE_THREAD, 0, 0, 0 }, { CLONE_THREAD | CLONE_SIGHAND | CLONE_VM, 17 }, { 0, 65 }, { 0, 0, 4096 }, { 0, 0, 0, 4096 } };
		c3[0] = wrong[i][0], c3[4] = wrong[i][1], c3[5] = wrong[i][2], c3[6] = wrong[i][3];
		S(clone3, c3, 88);
	}
	S(rename, "/proc/self/stat", "/proc/self/stat"); S(rename, "/proc/self/stat", "/proc/self/status"); S(rename, "/sys/kernel", "/sys/kernel");
	S(brk, 0); S(arch_prctl, 0x9999, 0); S(get_robust_list, NOBODY, buf, buf); S(set_robust_list, buf, 3);
	return 0;
}
