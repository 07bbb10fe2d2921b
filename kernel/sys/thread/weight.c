/* What policies and nice values mean to the scheduler (core/thread/fair.c); for programs that set them. */
#include "cpu.h"
#include "kernel.h"
#include "weight.h"

#define IDLE_FACTOR	341		/* 1024 / 3: the weights of nice 0 and of SCHED_IDLE on Linux */
#define RT_STEP		(1L << 32)	/* from one priority to the next, of which half is enough to preempt */
#define RT_RUNTIME	950000000UL	/* of each second, of each processor, at most: kernel.sched_rt_runtime_us */
#define RT_PAUSE	50000000

static s64 rt_value(const struct thread *t)
{
	return -(s64)t->rt_priority * RT_STEP;
}

/* With SCHED_RR a slice ends when so much was used, however often the thread waited or was preempted. */
static bool rr_over(struct thread *t, ns_t ran)
{
	t->rr_used += ran;
	if (t->policy != SCHED_RR || t->rr_used < RR_SLICE)
		return false;
	t->rr_used = 0;
	return true;
}

/* Real time goes before all others, by priority. Who is preempted goes before its equals, and behind them when it yields
 * or its slice is over: T's value, on top of what it is. */
static s64 of_real_time(struct thread *t, ns_t ran)
{
	static u32 preempted;
	s64 value = rt_value(t);
	bool yields = t->vtime > value;		/* sched_yield_cpu() adds to it */

	if (!rr_over(t, ran) && t->state == THREAD_RUNNING && !yields)
		value -= ++preempted & ~(1U << 31);	/* less than RT_STEP */
	return value - t->vtime;
}

/* The others must be able to run at times, or a thread that waits for them by looking never ends. */
static bool had_enough(const struct cpu *c, ns_t ran)
{
	static struct { ns_t since, used; } periods[MAX_CPUS];
	typeof(*periods) *p = &periods[c->index];
	ns_t now = now_monotonic();

	if (now - p->since > 1000000000) {
		p->since = now;
		p->used = 0;
	}
	p->used += ran;
	if (p->used < RT_RUNTIME)
		return false;
	p->used = 0;
	return true;
}

s64 sched_weigh(struct thread *t, ns_t ran)
{
	int nice = t->nice;

	if (is_rt(t->policy))
		return had_enough(t->cpu, ran) ? sched_base + RT_PAUSE - t->vtime : of_real_time(t, ran);
	if (t->policy == SCHED_IDLE)
		return ran * IDLE_FACTOR;
	for (; nice > 0; nice--)	/* 1024 / 1.25^nice is the weight */
		ran += ran / 4;
	for (; nice < 0; nice++)
		ran -= ran / 5;
	return ran;
}

/* T's policy has changed. */
void sched_reweigh(struct thread *t)
{
	t->vtime = is_rt(t->policy) ? rt_value(t) : 0;	/* 0: where the others are */
	t->rr_used = 0;
	if (t->state == THREAD_READY) {
		list_remove(&t->run);
		sched_ready(t);
	} else if (t->state == THREAD_RUNNING) {
		cpu_look_again(t->cpu);
	}
}

OPTIONAL bool sched_allowed(const struct thread *t, const struct cpu *c) { (void)t, (void)c; return true; }	/* affinity.c */

/* T is ready, and no CPU is idle. In real time it does not wait for the end of a slice; others do, as to be preempted by
 * each thread that it wakes costs a program more than it gains. */
void sched_preempt(const struct thread *t)
{
	struct cpu *worst = current_cpu();

	if (!is_rt(t->policy))
		return;
	cpu_each(c)
		if (sched_allowed(t, c) && c->running->vtime > worst->running->vtime)
			worst = c;
	if (t->vtime + RT_STEP / 2 < worst->running->vtime)
		cpu_look_again(worst);
}
