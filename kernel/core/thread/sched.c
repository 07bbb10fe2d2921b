/* The scheduler: one queue, slices of 5 ms. First come first served, but where there are threads core/thread/fair.c sorts it. */
#include "boot.h"
#include "cpu.h"
#include "inet_host.h"
#include "kernel.h"
#include "offsets.h"
#include "vector.h"

struct thread boot_thread;		/* entry.S makes it current */
struct list all_threads = LIST_INIT(all_threads);
int thread_count = 1;
u64 thread_switches;
static struct list ready = LIST_INIT(ready);

OPTIONAL bool sched_allowed(const struct thread *t, const struct cpu *c) { (void)t, (void)c; return true; }	/* sys/thread/affinity.c */
/* core/thread/fair.c */
OPTIONAL void sched_enqueue(struct list *queue, struct thread *t) { list_append(queue, &t->run); }
OPTIONAL void sched_preempt(const struct thread *t) { (void)t; }	/* sys/thread/weight.c */
OPTIONAL void sched_charge(struct thread *t)
{
	ns_t now = now_monotonic();

	t->cpu_time += now - t->run_since;
	t->run_since = now;
}

/* arch/x86_64/smp.c */
OPTIONAL bool kick_idle_cpu(const struct thread *t) { (void)t; return false; }

/* The ready thread that C is to run, or NULL. */
static struct thread *next_ready(const struct cpu *c)
{
	struct thread *t;

	list_each(t, &ready, run)
		if (sched_allowed(t, c))
			return t;
	return NULL;
}

bool sched_others_ready(void)
{
	return next_ready(current_cpu());
}

/* Without the lock: a hint. */
bool sched_some_ready(void)
{
	return __atomic_load_n(&ready.next, __ATOMIC_RELAXED) != &ready;
}

void sched_ready(struct thread *t)
{
	t->state = THREAD_READY;
	sched_enqueue(&ready, t);
	if (!kick_idle_cpu(t)) {
		sched_preempt(t);
		timer_program();
	}
}

static struct thread *pick(struct cpu *c)
{
	struct thread *t = next_ready(c);

	if (!t)
		return c->idle;
	list_remove(&t->run);
	return t;
}

static void switch_to(struct thread *prev, struct thread *next)
{
	struct cpu *c = prev->cpu;

	if (prev->keep_vector) {
		vector_save(prev->xsave);
		vector_check(prev->xsave);
	}
	prev->fsbase = fsbase();
	prev->switches[prev->state == THREAD_READY]++;
	thread_switches++;
	next->run_since = prev->run_since;	/* now */
	next->cpu = c;
	next->state = THREAD_RUNNING;
	c->running = next;
	if (next != c->idle)	/* that does so itself */
		timer_program();
	bases_switch(next);		/* from here on interrupts are noted for NEXT */
	/* What was noted for the one that leaves is this CPU's to serve. */
	__atomic_or_fetch(&next->irq_pending, __atomic_exchange_n(&prev->irq_pending, 0, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
	switch_stack(&prev->saved_rsp, next->saved_rsp);
	if (current()->keep_vector)
		vector_restore(current()->xsave);
}

OPTIONAL void thread_reap(void) {}	/* core/thread/exit.c */

/* Gives the CPU to the next ready thread. The caller has set its own state
 * when it is not to run on; the kernel lock goes along. */
void schedule(void)
{
	struct thread *prev = current();
	struct cpu *c = prev->cpu;

	prev->need_resched = false;
	sched_charge(prev);
	c->slice_end = prev->run_since + SCHED_SLICE;
	if (prev->state == THREAD_RUNNING) {
		if (!next_ready(c) && sched_allowed(prev, c))
			return;
		if (prev != c->idle) {
			prev->state = THREAD_READY;
			sched_enqueue(&ready, prev);
			kick_idle_cpu(prev);
		}
	}
	struct thread *next = pick(c);
	if (next != prev) {
		switch_to(prev, next);
	} else {
		prev->state = THREAD_RUNNING;
		timer_program();
	}
	thread_reap();
}

OPTIONAL void spin_yielded(void) {}	/* core/thread/spin.c */

void sched_yield_cpu(void)
{
	current()->vtime += SCHED_SLICE;	/* it gives up */
	schedule();
	spin_yielded();
}

/* Nothing to run: wait for an interrupt. Interrupts stay noted in this thread
 * (irq_off never falls to 0), so none is lost between the look at the queue
 * and the halt. With threads: arch/x86_64/smp.c. */
OPTIONAL void idle_loop(void *unused)
{
	struct thread *t = current();

	(void)unused;
	t->irq_off++;
	for (;;) {
		klock();
		irq_run_pending();
		schedule();
		bool halt = !sched_others_ready();
		timer_program();
		kunlock();
		if (halt && !inet_host_idle())
			monitor_call(MON_HALT, 0, 0, 0);
	}
}

struct thread *sched_make_idle(struct cpu *c)
{
	struct thread *t = thread_create_endless(idle_loop, NULL, "idle");

	if (!t)
		panic("boot: no memory for the idle thread");
	list_remove(&t->run);		/* never in the ready queue */
	thread_hide(t);
	c->idle = t;
	return t;
}

void sched_init(void)
{
	struct thread *t = &boot_thread;

	t->cpu = cpus[0] = &boot_cpu;
	t->tid = 1;
	t->state = THREAD_RUNNING;
	memcpy(t->name, "main", 5);
	list_init(&t->run);
	list_init(&t->timer);
	list_append(&all_threads, &t->all);
	t->xsave = vector_alloc();
	t->run_since = t->vtime = now_monotonic();
	boot_cpu.running = t;
	boot_cpu.timer_armed = FOREVER;
	boot_cpu.online = true;
	klock();
	sched_make_idle(&boot_cpu)->cpu_time = t->run_since;	/* before that nothing ran */
}
