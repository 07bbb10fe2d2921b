/* semctl(2) */
#include "sem.h"

#define GETPID		11
#define GETVAL		12
#define GETALL		13
#define GETNCNT		14
#define GETZCNT		15
#define SETVAL		16
#define SETALL		17
#define SEM_STAT	18
#define SEM_INFO	19
#define SEM_STAT_ANY	20

struct semid_ds {
	struct ipc_perm perm;
	s64 otime, unused1, ctime, unused2;
	u64 count, unused[2];
};
_Static_assert(sizeof(struct semid_ds) == 104, "struct semid64_ds of x86-64 Linux");

static long sem_stat(int id, int cmd, struct semid_ds *out)
{
	struct sem_set *s = ipc_stat_find(&sem_table, id, cmd);

	if (!s)
		return -EINVAL;
	if (cmd != SEM_STAT_ANY && !ipc_allows(&s->o, ALLOW_READ))
		return -EACCES;
	CHECK_WRITE(out, sizeof(*out));
	*out = (struct semid_ds){ s->o.perm, .otime = s->otime, .ctime = s->ctime, .count = s->count };
	return cmd == IPC_STAT ? 0 : s->o.id;
}

struct seminfo { int map, sets, total, undo, set, ops, undo_entries, undo_size, value, exit_value; };

static long limits(int cmd, struct seminfo *out)
{
	CHECK_WRITE(out, sizeof(*out));
	*out = (struct seminfo){
		.map = SEM_TOTAL_MAX, .sets = sem_table.limit, .total = SEM_TOTAL_MAX, .undo = SEM_TOTAL_MAX, .set = SEM_SET_MAX,
		.ops = SEM_OPS_MAX, .undo_entries = SEM_OPS_MAX, .undo_size = 20, .value = SEM_VALUE_MAX, .exit_value = SEM_VALUE_MAX,
	};
	if (cmd == SEM_INFO) {
		out->undo_size = sem_table.used;
		out->exit_value = sem_total;
	}
	return ipc_last_index(&sem_table);
}

static long change(int id, int cmd, const struct semid_ds *in)
{
	if (cmd == IPC_SET)
		CHECK_READ(in, sizeof(*in));
	struct sem_set *s = ipc_find(&sem_table, id);
	if (!s)
		return -EINVAL;
	if (!ipc_owned(&s->o))
		return -EPERM;
	if (cmd == IPC_RMID) {
		sem_end(s);
		return 0;
	}
	int err = ipc_change(&s->o, &in->perm);
	if (!err)
		s->ctime = ipc_now();
	return err;
}

/* Those that wait for semaphore NUM: to become 0, or to grow. */
static long waiters(const struct sem_set *s, u32 num, bool for_zero)
{
	struct sem_wait *w;
	long n = 0;

	list_each(w, &s->waiting, link) {
		const struct sembuf *op = &w->ops[w->blocking];
		n += op->num == num && !op->op == for_zero;
	}
	return n;
}

static long ask(const struct sem_set *s, int num, int cmd)
{
	if (num < 0 || (u32)num >= s->count)
		return -EINVAL;
	if (cmd == GETVAL)
		return s->sems[num].value;
	if (cmd == GETPID)
		return s->sems[num].pid;
	return waiters(s, num, cmd == GETZCNT);
}

static long get_all(const struct sem_set *s, u16 *out)
{
	CHECK_WRITE(out, s->count * sizeof(*out));
	for (u32 i = 0; i < s->count; i++)
		out[i] = s->sems[i].value;
	return 0;
}

static long changed(struct sem_set *s)
{
	s->ctime = ipc_now();
	sem_update(s);
	return 0;
}

static long set_all(struct sem_set *s, const u16 *in)
{
	CHECK_READ(in, s->count * sizeof(*in));
	for (u32 i = 0; i < s->count; i++)
		if (in[i] > SEM_VALUE_MAX)
			return -ERANGE;
	for (u32 i = 0; i < s->count; i++)
		s->sems[i] = (struct sem){ in[i], 1 };
	return changed(s);
}

static long set_value(struct sem_set *s, int num, int value)
{
	s->sems[num] = (struct sem){ value, 1 };
	return changed(s);
}

static long values(int id, int num, int cmd, u64 arg)
{
	struct sem_set *s = ipc_find(&sem_table, id);
	bool sets = cmd == SETVAL || cmd == SETALL;

	if (cmd == SETVAL && ((int)arg < 0 || (int)arg > SEM_VALUE_MAX))
		return -ERANGE;
	if (!s || (cmd == SETVAL && (num < 0 || (u32)num >= s->count)))
		return -EINVAL;
	if (!ipc_allows(&s->o, sets ? ALLOW_WRITE : ALLOW_READ))
		return -EACCES;
	switch (cmd) {
	case SETVAL:
		return set_value(s, num, arg);
	case SETALL:
		return set_all(s, (const u16 *)arg);
	case GETALL:
		return get_all(s, (u16 *)arg);
	}
	return ask(s, num, cmd);
}

long sys_semctl(int id, int num, int cmd, u64 arg)
{
	KERNEL_LOCK();
	if (id < 0)
		return -EINVAL;
	switch (cmd) {
	case IPC_INFO:
	case SEM_INFO:
		return limits(cmd, (struct seminfo *)arg);
	case IPC_STAT:
	case SEM_STAT:
	case SEM_STAT_ANY:
		return sem_stat(id, cmd, (struct semid_ds *)arg);
	case IPC_SET:
	case IPC_RMID:
		return change(id, cmd, (const struct semid_ds *)arg);
	}
	return cmd >= GETPID && cmd <= SETALL ? values(id, num, cmd, arg) : -EINVAL;
}
SYSCALL(66, semctl, FULL);
