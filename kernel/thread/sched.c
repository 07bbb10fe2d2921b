/* The scheduler: one queue, first come first served, slices of 5 ms. */
#include "boot.h"
#include "cpu.h"
#include "kernel.h"
#include "offsets.h"

#define SLICE 5000000

struct thread boot_thread;		/* entry.S makes it current */
struct list all_threads = LIST_INIT(all_threads);
int thread_count = 1;
static struct list ready = LIST_INIT(ready);
static u64 xsave_mask;

void xsave_init(void)
{
	u32 lo, hi;

	__asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	xsave_mask = ((u64)hi << 32 | lo) & 0xe7;	/* XGETBV in ring 3 may tell the host's, AMX among them */
}

/* One page holds every state component that XCR0 can enable before AMX. */
void vector_save(void *area)
{
	__asm__ volatile("xsave64 (%0)" :: "r"(area), "a"((u32)xsave_mask), "d"((u32)(xsave_mask >> 32)) : "memory");
}

void vector_restore(void *area)
{
	__asm__ volatile("xrstor64 (%0)" :: "r"(area), "a"((u32)xsave_mask), "d"((u32)(xsave_mask >> 32)) : "memory");
}

bool sched_others_ready(void)
{
	return !list_empty(&ready);
}

static void kick_idle_cpu(void)
{
	for (unsigned i = 0; i < cpu_count; i++)
		if (cpus[i]->online && cpus[i]->halted && cpus[i] != current_cpu()) {
			cpus[i]->halted = false;
			lapic_ipi(cpus[i]->apic_id, VEC_IPI);
			return;
		}
}

void sched_ready(struct thread *t)
{
	t->state = THREAD_READY;
	list_append(&ready, &t->run);
	if (cpu_count > 1)
		kick_idle_cpu();
	timer_program();
}

static struct thread *pick(struct cpu *c)
{
	if (list_empty(&ready))
		return c->idle;
	struct thread *t = list_first(&ready, struct thread, run);
	list_remove(&t->run);
	return t;
}

static void switch_to(struct thread *prev, struct thread *next)
{
	struct cpu *c = prev->cpu;
	ns_t now = now_monotonic();

	if (prev->keep_vector) {
		if (!prev->xsave)
			prev->xsave = page_alloc();
		if (!prev->xsave)
			panic("out of memory for a thread's vector state");
		vector_save(prev->xsave);
	}
	prev->fsbase = rdfsbase();
	prev->cpu_time += now - prev->run_since;
	next->run_since = now;
	next->cpu = c;
	next->state = THREAD_RUNNING;
	c->running = next;
	c->slice_end = now + SLICE;
	wrgsbase((u64)next);
	/* What was noted for the one that leaves is this CPU's to serve. */
	__atomic_or_fetch(&next->irq_pending, __atomic_exchange_n(&prev->irq_pending, 0, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
	timer_program();
	wrfsbase(next->fsbase);
	switch_stack(&prev->saved_rsp, next->saved_rsp);
	if (current()->keep_vector)
		vector_restore(current()->xsave);
}

void thread_reap(void);

/* Gives the CPU to the next ready thread. The caller has set its own state
 * when it is not to run on; the kernel lock goes along. */
void schedule(void)
{
	struct thread *prev = current();
	struct cpu *c = prev->cpu;

	prev->need_resched = false;
	if (prev->state == THREAD_RUNNING) {
		if (list_empty(&ready)) {
			c->slice_end = now_monotonic() + SLICE;
			return;
		}
		if (prev != c->idle) {
			prev->state = THREAD_READY;
			list_append(&ready, &prev->run);
		}
	}
	struct thread *next = pick(c);
	if (next != prev)
		switch_to(prev, next);
	else
		prev->state = THREAD_RUNNING;
	thread_reap();
}

void sched_yield_cpu(void)
{
	schedule();
}

/* Nothing to run: wait for an interrupt. Interrupts stay noted in this thread
 * (irq_off never falls to 0), so none is lost between the look at the queue
 * and the halt. */
void idle_loop(void *unused)
{
	struct thread *t = current();

	(void)unused;
	t->irq_off++;
	t->cpu->halted = false;
	for (;;) {
		klock();
		irq_run_pending();
		schedule();
		struct cpu *c = t->cpu;
		c->halted = list_empty(&ready);
		bool halt = c->halted;
		timer_program();
		kunlock();
		if (halt)
			monitor_call(MON_HALT, 0, 0, 0);
		c->halted = false;
	}
}

struct thread *sched_make_idle(struct cpu *c)
{
	struct thread *t = thread_create(idle_loop, NULL, "idle");

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

	t->cpu = &boot_cpu;
	t->tid = 1;
	t->state = THREAD_RUNNING;
	memcpy(t->name, "main", 5);
	list_init(&t->run);
	list_init(&t->timer);
	list_append(&all_threads, &t->all);
	boot_cpu.running = t;
	boot_cpu.timer_armed = FOREVER;
	boot_cpu.online = true;
	klock();
	sched_make_idle(&boot_cpu);
}
