/* Sending signals, and choosing who takes them. */
#include "cpu.h"
#include "kernel.h"
#include "proc_parts.h"
#include "signal.h"

struct sigaction_kernel sigactions[NSIG + 1];
u64 signals_queued;
static struct signal_state process = { .queue = LIST_INIT(process.queue) };

/* Of T; made at its first use. Memory for it is small enough to insist on. */
struct signal_state *signal_state(struct thread *t)
{
	if (!t->sig) {
		t->sig = kzalloc(sizeof(*t->sig));
		if (!t->sig)
			out_of_memory("for a signal");
		list_init(&t->sig->queue);
		t->sig->alt.flags = SS_DISABLE;
	}
	return t->sig;
}

bool signal_ignored(int sig)
{
	u64 h = sigactions[sig].handler;
	u64 harmless = SIGBIT(SIGCHLD) | SIGBIT(SIGURG) | SIGBIT(SIGWINCH) | SIGBIT(SIGCONT) |
		SIGBIT(SIGSTOP) | SIGBIT(SIGTSTP) | SIGBIT(SIGTTIN) | SIGBIT(SIGTTOU);

	return h == SIG_IGN || (h == SIG_DFL && SIGBIT(sig) & harmless);
}

u64 signal_deliverable(struct thread *t)
{
	if (!t->sig)
		return process.pending;
	return (t->sig->pending | process.pending) & ~t->sig->blocked;
}

bool signal_pending(void)
{
	return signal_deliverable(current());
}

static bool wants(struct thread *t, int sig)
{
	return t->tid && t->state != THREAD_DEAD && !(t->sig && t->sig->blocked & ~t->sig->awaited & SIGBIT(sig));
}

static struct thread *choose(int sig)
{
	struct thread *t;

	if (wants(current(), sig))
		return current();
	list_each(t, &all_threads, all)
		if (wants(t, sig))
			return t;
	return NULL;
}

static void nudge(struct thread *t)
{
	if (t->state == THREAD_BLOCKED && t->interruptible)
		wake_thread(t, -EINTR);
	else if (t->state == THREAD_RUNNING && t != current())
		lapic_send(t->cpu->apic_id, ICR_FIXED | VEC_IPI);
}

/* A standard signal is merged with the one that waits, but each timer's is its own (Linux send_sigqueue()). */
static bool is_merged(const struct signal_state *s, int sig, const struct siginfo *info)
{
	return s->pending & SIGBIT(sig) && sig < SIGRTMIN && !(info && info->code == SI_TIMER);
}

static bool queue_signal(struct signal_state *s, int sig, const struct siginfo *info)
{
	bool merged = is_merged(s, sig, info);

	s->pending |= SIGBIT(sig);
	if (!info || merged)
		return false;
	struct queued_signal *q = kmalloc(sizeof(*q));
	if (!q)
		return false;	/* delivered all the same, without its details */
	q->info = *info;
	list_append(&s->queue, &q->link);
	signals_queued++;
	return true;
}

__attribute__((weak)) void signalfd_notify(int sig) { (void)sig; }

bool signal_send_info(struct thread *t, int sig, const struct siginfo *info)
{
	KEEP(signal_return);		/* signal_frame.c and after_lock.c: delivery */
	KEEP(signal_here_deliver);
	KEEP(host_signals);		/* host.c */
	struct thread *target = t ? t : choose(sig);

	if (signal_ignored(sig) && target && !(target->sig && target->sig->blocked & SIGBIT(sig)))
		return false;
	struct signal_state *s = t ? signal_state(t) : &process;
	if (!is_merged(s, sig, info))
		signalfd_notify(sig);
	bool queued = queue_signal(s, sig, info);
	if (target && wants(target, sig))
		nudge(target);
	return queued;
}

void signal_send(struct thread *t, int sig)
{
	struct siginfo info = { .signo = sig, .code = SI_USER, .pid = 1 };

	signal_send_info(t, sig, &info);
}

static void drop(struct queued_signal *q)
{
	list_remove(&q->link);
	kfree(q);
	signals_queued--;
}

/* sys/signal/posix_timer.c, where linked: INFO is about to be seen. */
OPTIONAL void posix_timer_taken(struct siginfo *info) { (void)info; }

static bool take_from(struct signal_state *s, int sig, struct siginfo *info)
{
	struct queued_signal *q, *found = NULL;
	bool more = false;

	if (!(s->pending & SIGBIT(sig)))
		return false;
	*info = (struct siginfo){ .signo = sig, .code = SI_USER };	/* as for one whose details were lost */
	list_each(q, &s->queue, link) {
		if (q->info.signo != sig)
			continue;
		if (found) {
			more = true;
			break;
		}
		found = q;
	}
	if (found) {
		*info = found->info;
		drop(found);
		if (info->code == SI_TIMER)
			posix_timer_taken(info);
	}
	if (!more)
		s->pending &= ~SIGBIT(sig);
	return true;
}

/* The thread's own before the process's, as Linux has it; of each, faults first, then by number. */
int signal_take(u64 set, struct siginfo *info)
{
	struct signal_state *s = signal_state(current());
	u64 sync = SIGBIT(SIGSEGV) | SIGBIT(SIGBUS) | SIGBIT(SIGILL) | SIGBIT(SIGTRAP) | SIGBIT(SIGFPE);

	if (!(s->pending & set))
		s = &process;
	u64 ready = s->pending & set;
	if (!ready)
		return 0;
	int sig = __builtin_ctzl(ready & sync ? ready & sync : ready) + 1;
	take_from(s, sig, info);
	return sig;
}

static void flush(struct signal_state *s, int sig, int timer)
{
	struct list *l, *next;
	bool left = false;

	for (l = s->queue.next; l != &s->queue; l = next) {
		struct queued_signal *q = container_of(l, struct queued_signal, link);
		next = l->next;
		if (q->info.signo != sig)
			continue;
		if (timer >= 0 && (q->info.code != SI_TIMER || q->info.timer_id != timer)) {
			left = true;
			continue;
		}
		drop(q);
	}
	if (!left)
		s->pending &= ~SIGBIT(sig);
}

void signal_flush(int sig, int timer)
{
	struct thread *t;

	flush(&process, sig, timer);
	list_each(t, &all_threads, all)
		if (t->sig)
			flush(t->sig, sig, timer);
}

u64 signal_process_pending(void)
{
	return process.pending;
}

/* A new thread blocks what its maker blocks. */
void signal_inherit(struct thread *child)
{
	if (current()->sig)
		signal_state(child)->blocked = current()->sig->blocked;
}

void signal_set_mask(u64 mask)
{
	signal_state(current())->blocked = mask & ~(SIGBIT(SIGKILL) | SIGBIT(SIGSTOP));
}

u64 signals_waiting(void)
{
	return signals_queued;
}

void signal_sets(const struct thread *t, u64 sets[5])
{
	sets[0] = t->sig ? t->sig->pending : 0;
	sets[1] = process.pending;
	sets[2] = t->sig ? t->sig->blocked : 0;
	sets[3] = sets[4] = 0;
	for (int i = 1; i <= NSIG; i++)
		if (sigactions[i].handler != SIG_DFL)
			sets[sigactions[i].handler == SIG_IGN ? 3 : 4] |= SIGBIT(i);
}
