/* semget(2), semop(2), semtimedop(2). SEM_UNDO says what becomes of values when a process ends: here the machine ends with
 * the process, so nothing is left that could see it. */
#include "sem.h"
#include "sigtimer.h"

u32 sem_total;

static int sem_make(u64 count, int key, int flags)
{
	if (!count)
		return -EINVAL;
	if (sem_total + count > SEM_TOTAL_MAX)
		return -ENOSPC;
	struct sem_set *s = kzalloc(sizeof(*s) + count * sizeof(s->sems[0]));
	if (!s)
		return -ENOMEM;
	int id = ipc_add(&sem_table, &s->o, key, flags);
	if (id < 0) {
		kfree(s);
		return id;
	}
	KEEP(procnode_sysvipc_sem);
	KEEP(procnode_sys_sem);
	s->count = count;
	s->ctime = ipc_now();
	list_init(&s->waiting);
	sem_total += count;
	return id;
}

static int sem_fits(const struct ipc_object *o, u64 count)
{
	return ((const struct sem_set *)o)->count < count ? -EINVAL : 0;
}

struct ipc_table sem_table = { .limit = 32000, .make = sem_make, .fits = sem_fits };

long sys_semget(int key, int count, int flags)
{
	KERNEL_LOCK();
	if (count < 0 || count > SEM_SET_MAX)
		return -EINVAL;
	return ipc_get(&sem_table, key, flags, count);
}
SYSCALL(64, semget, FULL);

/* One operation: 0; 1 when it has to wait; -ERANGE. */
static int step(struct sem *s, int op)
{
	if (op ? s->value + op < 0 : s->value)
		return 1;
	if (s->value + op > SEM_VALUE_MAX)
		return -ERANGE;
	s->value += op;
	return 0;
}

/* All of them or none. 1: has to wait, w->blocking says for what. */
static int try(struct sem_set *s, struct sem_wait *w)
{
	int err = 0;
	u32 i;

	for (i = 0; i < w->count && !err; i++)
		err = step(&s->sems[w->ops[i].num], w->ops[i].op);
	if (!err) {
		for (i = 0; i < w->count; i++)
			s->sems[w->ops[i].num].pid = 1;
		s->otime = ipc_now();
		return 0;
	}
	w->blocking = --i;
	while (i--)
		s->sems[w->ops[i].num].value -= w->ops[i].op;
	return err == 1 && w->ops[w->blocking].flags & IPC_NOWAIT ? -EAGAIN : err;
}

static void finish(struct sem_wait *w, long result)
{
	w->done = true;
	w->result = result;
	list_remove(&w->link);
	wake_all(&w->q);
}

/* Does what the first of those that wait can do now. */
static bool advance(struct sem_set *s)
{
	struct sem_wait *w;

	list_each(w, &s->waiting, link) {
		int err = try(s, w);
		if (err != 1) {
			finish(w, err);
			return true;
		}
	}
	return false;
}

void sem_update(struct sem_set *s)
{
	while (advance(s))
		;
}

void sem_end(struct sem_set *s)
{
	ipc_remove(&sem_table, &s->o);
	sem_total -= s->count;
	while (!list_empty(&s->waiting))
		finish(list_first(&s->waiting, struct sem_wait, link), -EIDRM);
	kfree(s);
}

static long wait_turn(struct sem_set *s, struct sem_wait *w, ns_t deadline)
{
	int err = 0;

	waitq_init(&w->q);
	list_append(&s->waiting, &w->link);
	while (!w->done && !err)
		err = wait_on(&w->q, deadline, true);
	if (w->done)	/* the set may be gone */
		return w->result;
	list_remove(&w->link);
	return err == -ETIMEDOUT ? -EAGAIN : err;
}

static long operate(int id, struct sem_wait *w, ns_t deadline)
{
	struct sem_set *s = ipc_find(&sem_table, id);
	int allow = ALLOW_READ;

	if (!s)
		return -EINVAL;
	for (u32 i = 0; i < w->count; i++) {
		if (w->ops[i].num >= s->count)
			return -EFBIG;
		if (w->ops[i].op)
			allow = ALLOW_WRITE;
	}
	if (!ipc_allows(&s->o, allow))
		return -EACCES;
	int err = try(s, w);
	if (err == 1)
		return wait_turn(s, w, deadline);
	if (!err && allow == ALLOW_WRITE)
		sem_update(s);
	return err;
}

long sys_semtimedop(int id, const struct sembuf *ops, size_t count, const struct timespec *timeout)
{
	ns_t deadline = FOREVER;

	KERNEL_LOCK();
	if (timeout)
		CHECK_READ(timeout, sizeof(*timeout));
	if (count > SEM_OPS_MAX)
		return -E2BIG;
	if (!count || id < 0)
		return -EINVAL;
	CHECK_READ(ops, count * sizeof(*ops));
	if (timeout) {
		if (!timespec_ok(timeout))
			return -EINVAL;
		deadline = now_monotonic() + timespec_ns(timeout);
	}
	struct sembuf *copy = kmalloc(count * sizeof(*ops));
	if (!copy)
		return -ENOMEM;
	memcpy(copy, ops, count * sizeof(*ops));
	struct sem_wait w = { .ops = copy, .count = count };
	long r = operate(id, &w, deadline);
	kfree(copy);
	return r;
}
SYSCALL(220, semtimedop, FULL);

long sys_semop(int id, const struct sembuf *ops, size_t count)
{
	return sys_semtimedop(id, ops, count, NULL);
}
SYSCALL(65, semop, FULL);
