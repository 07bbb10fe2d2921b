/* getrusage(2), times(2), sysinfo(2) */
#include "load.h"

struct rusage {
	struct timeval user, system;
	s64 rest[14];
};

struct sysinfo {
	s64 uptime;
	u64 loads[3], total, free, shared, buffer, total_swap, free_swap;
	u16 procs, pad;
	u32 pad2;
	u64 total_high, free_high;
	u32 unit;
};

long sys_getrusage(int who, struct rusage *u)
{
	KERNEL_LOCK();
	if (who < -1 || who > 1)
		return -EINVAL;
	CHECK_WRITE(u, sizeof(*u));
	ns_t n = who == -1 ? 0 : who == 1 ? thread_cpu_time(current()) : process_cpu_time();
	memset(u, 0, sizeof(*u));
	u->user = (struct timeval){ n / 1000000000, n % 1000000000 / 1000 };
	u->rest[0] = (mem_total_pages - mem_free_pages - mem_lent_pages) * 4;	/* ru_maxrss, KB */
	return 0;
}
SYSCALL(98, getrusage, PARTIAL("times and memory in use; no counts, no system time apart"));

long sys_times(s64 *buf)
{
	KERNEL_LOCK();
	if (buf) {
		CHECK_WRITE(buf, 32);
		buf[0] = process_cpu_time() / 10000000;
		buf[1] = buf[2] = buf[3] = 0;
	}
	return now_monotonic() / 10000000;
}
SYSCALL(100, times, PARTIAL("no system time apart"));

long sys_sysinfo(struct sysinfo *s)
{
	KERNEL_LOCK();
	CHECK_WRITE(s, sizeof(*s));
	*s = (struct sysinfo){
		.uptime = now_monotonic() / 1000000000,
		.total = mem_total_pages * PAGE_SIZE, .free = mem_free_pages * PAGE_SIZE,
		.procs = thread_count, .unit = 1,
	};
	load_averages(s->loads);
	return 0;
}
SYSCALL(99, sysinfo, PARTIAL("threads that wait for a processor do not count as load"));
