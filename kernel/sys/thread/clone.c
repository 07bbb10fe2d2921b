/* clone(2), clone3(2): threads only. A program that wants a second process is
 * told that there is none. */
#include "cpu.h"
#include "kernel.h"
#include "signal.h"
#include "vector.h"

struct thread *thread_new(const struct regs *r, const char *name);

#define CLONE_NEEDED (CLONE_VM | CLONE_THREAD)
#define CLONE_UNSHARED 0x7e021000	/* namespaces of its own, a descriptor: NEWNS to NEWNET, PIDFD */
#define CLONE_CLEAR_SIGHAND 0x100000000UL
#define CLONE_INTO_CGROUP 0x200000000UL

struct clone_args {
	u64 flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

OPTIONAL bool threads_limited(void) { return false; }	/* sys/system/limits.c */
OPTIONAL void signal_inherit(struct thread *child) { (void)child; }

static void inherit_priority(struct thread *t)
{
	const struct thread *maker = current();

	t->ioprio = maker->ioprio;
	t->nice = maker->nice;
	t->mempolicy = maker->mempolicy;
	if (!maker->reset_on_fork) {
		t->vtime = maker->vtime;
		t->policy = maker->policy;
		t->rt_priority = maker->rt_priority;
	} else if (t->nice < 0 || maker->rt_priority) {
		t->nice = 0;
	}
}

/* Ids begin anew behind the last, above those of the first threads, and leave out what is in use (Linux kernel/pid.c,
 * RESERVED_PIDS). */
static void renumber(struct thread *t)
{
	static bool again;
	int n = t->tid;

	if (n < TID_MAX && !again)
		return;
	again = true;
	t->tid = 0;
	while (n >= TID_MAX || thread_by_tid(n))
		n = n >= TID_MAX ? 300 : n + 1;
	t->tid = n;
	thread_next_tid = n + 1;
}

/* A thread that starts with REGS. Its id, or -EAGAIN. */
long clone_with(const struct regs *r, u64 flags, int *ptid, int *ctid, u64 tls)
{
	KEEP(smp_anchor);
	KEEP(sys_futex);
	struct thread *t = threads_limited() ? NULL : thread_new(r, current()->name);

	if (!t)
		return -EAGAIN;
	renumber(t);
	int tid = t->tid;
	vector_save(t->xsave);		/* all of it, as Linux does */
	t->keep_vector = true;
	t->fsbase = flags & CLONE_SETTLS ? tls : fsbase();
	t->started = now_monotonic();
	t->affinity = current()->affinity;
	t->identity = current()->identity;
	signal_inherit(t);
	inherit_priority(t);
	if (flags & CLONE_PARENT_SETTID)
		*ptid = tid;
	if (flags & CLONE_CHILD_SETTID)
		*ctid = tid;
	if (flags & CLONE_CHILD_CLEARTID)
		t->clear_tid = ctid;
	sched_ready(t);
	return tid;
}

/* Linux's order (copy_process() and copy_thread_tls() there). */
static long check(u64 flags, u64 tls)
{
	if ((flags & (CLONE_THREAD | CLONE_SIGHAND)) == CLONE_THREAD || (flags & (CLONE_SIGHAND | CLONE_VM)) == CLONE_SIGHAND ||
	    (flags & CLONE_FS && flags & (CLONE_NEWNS | CLONE_NEWUSER)) || (flags & CLONE_THREAD && flags & CLONE_UNSHARED))
		return -EINVAL;
	if (flags & CLONE_SETTLS && tls >= USER_MAX)
		return -EPERM;
	return (flags & CLONE_NEEDED) == CLONE_NEEDED ? 0 : enosys("fork");
}

static long clone_raw(u64 flags, u64 stack, int *ptid, int *ctid, u64 tls)
{
	long err = check(flags, tls);

	KEEP(user_lost_anchor);
	if (err)
		return err;
	if (!user_ok(ptid, sizeof(*ptid), PROT_WRITE))	/* no error on Linux */
		flags &= ~CLONE_PARENT_SETTID;
	if (!user_ok(ctid, sizeof(*ctid), PROT_WRITE))
		flags &= ~(CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID);
	struct regs r = *current()->user_regs;
	r.rax = 0;
	if (stack)
		r.rsp = stack;
	return clone_with(&r, flags, ptid, ctid, tls);
}

long sys_clone(u64 flags, u64 stack, int *ptid, int *ctid, u64 tls)
{
	KERNEL_LOCK();
	return clone_raw(flags, stack, ptid, ctid, tls);
}
SYSCALL(56, clone, PARTIAL("threads only, which share descriptors and folders whatever CLONE_FILES and CLONE_FS say"));

/* clone3_args_valid() of Linux. */
static bool valid(const struct clone_args *a)
{
	return !(a->flags & ~(0xffffffffUL | CLONE_CLEAR_SIGHAND | CLONE_INTO_CGROUP) || a->flags & (CLONE_DETACHED | CSIGNAL) ||
		(a->flags & CLONE_CLEAR_SIGHAND && a->flags & CLONE_SIGHAND) || a->exit_signal > 64 ||
		(a->exit_signal && a->flags & (CLONE_THREAD | CLONE_PARENT)) || !a->stack != !a->stack_size ||
		(a->stack && (a->stack >= USER_MAX || a->stack_size > USER_MAX - a->stack)));
}

long sys_clone3(const struct clone_args *a, size_t size)
{
	KERNEL_LOCK();
	if (size < sizeof(*a))
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	CHECK_READ(a, size);
	if (!valid(a))
		return -EINVAL;
	return clone_raw(a->flags, a->stack ? a->stack + a->stack_size : 0, (int *)a->parent_tid, (int *)a->child_tid, a->tls);
}
SYSCALL(435, clone3, PARTIAL("threads only, which share descriptors and folders whatever CLONE_FILES and CLONE_FS say"));
