/* shmctl(2) */
#include "shm.h"

#define SHM_LOCK	11
#define SHM_UNLOCK	12
#define SHM_STAT	13
#define SHM_INFO	14
#define SHM_STAT_ANY	15

OPTIONAL bool capable(int cap) { (void)cap; return true; }

struct shmid_ds {
	struct ipc_perm perm;
	u64 size;
	s64 atime, dtime, ctime;
	int cpid, lpid;
	u64 attached, unused[2];
};
_Static_assert(sizeof(struct shmid_ds) == 112, "struct shmid64_ds of x86-64 Linux");

static long shm_stat(int id, int cmd, struct shmid_ds *out)
{
	struct shm *s = ipc_stat_find(&shm_table, id, cmd);

	if (!s)
		return -EINVAL;
	if (cmd != SHM_STAT_ANY && !ipc_allows(&s->o, ALLOW_READ))
		return -EACCES;
	CHECK_WRITE(out, sizeof(*out));
	*out = (struct shmid_ds){ s->o.perm, s->size, s->atime, s->dtime, s->ctime, s->cpid, s->lpid, shm_attached(s) };
	return cmd == IPC_STAT ? 0 : s->o.id;
}

static long limits(u64 out[9])
{
	CHECK_WRITE(out, 9 * sizeof(*out));
	memset(out, 0, 9 * sizeof(*out));
	out[0] = SHM_MAX;
	out[1] = 1;
	out[2] = out[3] = shm_table.limit;
	out[4] = SHM_PAGES;
	return ipc_last_index(&shm_table);
}

struct shm_info {
	int used;
	u64 total, resident, swapped, swap_attempts, swap_successes;
};

static long usage(struct shm_info *out)
{
	struct shm_info info = { .used = shm_table.used };
	struct shm *s;

	for (int i = 0; (s = ipc_next(&shm_table, &i)); i++) {
		info.total += align_up(s->size, (u64)PAGE_SIZE) / PAGE_SIZE;
		info.resident += shm_stored(s);
	}
	CHECK_WRITE(out, sizeof(*out));
	*out = info;
	return ipc_last_index(&shm_table);
}

/* A segment that is mapped keeps its identifier until it no longer is. */
static long shm_remove(struct shm *s)
{
	s->o.perm.key = IPC_PRIVATE;
	s->o.perm.mode |= SHM_DEST;
	if (s->held) {
		s->held = false;
		vnode_put(s->file);
	}
	return 0;
}

static long change(int id, int cmd, const struct shmid_ds *in)
{
	if (cmd == IPC_SET)
		CHECK_READ(in, sizeof(*in));
	struct shm *s = ipc_find(&shm_table, id);
	if (!s)
		return -EINVAL;
	if (!ipc_owned(&s->o))
		return -EPERM;
	if (cmd == IPC_RMID)
		return shm_remove(s);
	int err = ipc_change(&s->o, &in->perm);
	if (!err)
		s->ctime = ipc_now();
	return err;
}

/* Nothing is ever swapped out: all that there is to a lock is that it shows. */
static long lock(int id, bool on)
{
	struct shm *s = ipc_find(&shm_table, id);

	if (!s)
		return -EINVAL;
	if (!capable(CAP_IPC_LOCK) && identity()->user.effective != s->o.perm.uid && identity()->user.effective != s->o.perm.cuid)
		return -EPERM;
	s->o.perm.mode = on ? s->o.perm.mode | SHM_LOCKED : s->o.perm.mode & ~SHM_LOCKED;
	return 0;
}

long sys_shmctl(int id, int cmd, void *buf)
{
	KERNEL_LOCK();
	if (id < 0)
		return -EINVAL;
	switch (cmd) {
	case IPC_INFO:
		return limits(buf);
	case SHM_INFO:
		return usage(buf);
	case IPC_STAT:
	case SHM_STAT:
	case SHM_STAT_ANY:
		return shm_stat(id, cmd, buf);
	case IPC_SET:
	case IPC_RMID:
		return change(id, cmd, buf);
	case SHM_LOCK:
	case SHM_UNLOCK:
		return lock(id, cmd == SHM_LOCK);
	}
	return -EINVAL;
}
SYSCALL(31, shmctl, FULL);
