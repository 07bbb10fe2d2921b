/* How busy the processors are and were (getloadavg(3)). Nothing samples: whoever asks learns what the idle threads left
 * over since somebody asked last. So threads that wait for a processor count only as far as there are processors. */
#include "cpu.h"
#include "load.h"

#define INTERVAL	5000000000UL	/* of Linux, include/linux/sched/loadavg.h */
#define FIXED		11

ns_t cpu_idle_time(unsigned i)
{
	const struct thread *idle = cpu_at(i)->idle;
	ns_t now = now_monotonic();

	return min(now, idle->cpu_time + (cpu_at(i)->running == idle ? now - idle->run_since : 0));
}

ns_t cpus_idle_time(void)
{
	ns_t sum = 0;

	for (unsigned i = 0; i < cpu_count; i++)
		sum += cpu_idle_time(i);
	return sum;
}

unsigned threads_running(void)
{
	struct thread *t;
	unsigned n = 0;

	list_each(t, &all_threads, all)
		n += t->state == THREAD_READY || t->state == THREAD_RUNNING;
	return n;
}

/* LOAD after N intervals with ACTIVE, in fixed point. */
static u64 decay(u64 load, u64 active, u64 factor, u64 n)
{
	for (n = min(n, 2048UL); n; n--)
		load = (load * factor + active * ((1 << FIXED) - factor)) >> FIXED;
	return load;
}

void load_averages(u64 load[3])
{
	static const u64 factors[3] = { 1884, 2014, 2037 };	/* 1 / e ^ (5 s / 1, 5, 15 min) */
	static u64 now[3];
	static ns_t when, busy;
	ns_t t = now_monotonic(), b = t * cpu_count - cpus_idle_time();
	u64 n = (t - when) / INTERVAL;

	if (n) {
		u64 active = ((b - min(b, busy)) << LOAD_SHIFT) / (t - when);
		for (int i = 0; i < 3; i++)
			now[i] = decay(now[i], active, factors[i], n);
		when = t;
		busy = b;
	}
	for (int i = 0; i < 3; i++)
		load[i] = now[i];
}
