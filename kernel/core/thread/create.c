/* Threads come and go. */
#include "kernel.h"
#include "vector.h"
#include "x86.h"

int thread_next_tid = 2;

/* A stack above a page that nothing maps; 0: there is none. core/thread/exit.c has as many as memory; these two are
 * for the idle thread and the balloon's where no thread ends. Nobody has touched them since page_tables_init(). */
OPTIONAL u64 kstack_alloc(void)
{
	static char room[2][PAGE_SIZE + KSTACK_SIZE] __attribute__((aligned(PAGE_SIZE)));
	static unsigned used;
	int level;

	if (used == array_len(room))
		return 0;
	u64 guard = (u64)room[used++];
	*pte_find(guard, true, &level) = 0;
	return guard + PAGE_SIZE;
}
OPTIONAL void kstack_free(u64 base) { (void)base; }

/* A thread that will begin with REGS; not yet ready. */
struct thread *thread_new(const struct regs *r, const char *name)
{
	struct thread *t = kzalloc(sizeof(*t));
	u64 stack = kstack_alloc();
	void *area = vector_alloc();

	if (!t || !stack || !area) {
		if (stack)
			kstack_free(stack);
		kfree(area);
		kfree(t);
		return NULL;
	}
	t->self = t;
	t->xsave = area;
	t->kstack_base = stack;
	t->kstack_top = stack + KSTACK_SIZE;
	t->tid = thread_next_tid++;
	t->irq_off = t->lock_depth = 1;	/* it begins with the lock held, see thread_begin */
	list_init(&t->run);
	list_init(&t->timer);
	ksnprintf(t->name, sizeof(t->name), "%s", name);
	list_append(&all_threads, &t->all);
	thread_count++;

	u64 *sp = (u64 *)(t->kstack_top - sizeof(*r));
	memcpy(sp, r, sizeof(*r));
	*--sp = (u64)thread_begin;
	sp -= 6;			/* callee-saved registers, of no interest */
	memset(sp, 0, 48);
	*--sp = (u64)X87_CONTROL_INIT << 32 | MXCSR_INIT;	/* as switch_stack keeps them; no x87 flag */
	t->saved_rsp = (u64)sp;
	return t;
}

/* The registers that clone() copied are in place when the lock is given back: that may switch again. */
void thread_began(void)
{
	struct thread *t = current();

	if (t->keep_vector)
		vector_restore(t->xsave);
	kunlock();
	t->keep_vector = false;
}

struct thread *thread_create_endless(void (*fn)(void *), void *arg, const char *name)
{
	struct regs r = {
		.rip = (u64)fn, .cs = SEL_UCODE, .ss = SEL_UDATA, .rflags = RFLAGS_RING3, .rdi = (u64)arg,
	};
	struct thread *t = thread_new(&r, name);

	if (!t)
		return NULL;
	/* It runs on its kernel stack, above which nothing is kept. */
	struct regs *top = (struct regs *)(t->kstack_top - sizeof(r));
	top->rsp = t->kstack_top - 8;
	sched_ready(t);
	return t;
}

void thread_hide(struct thread *t)
{
	list_remove(&t->all);
	thread_count--;
	t->tid = 0;
}
