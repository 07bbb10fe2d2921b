/* msgctl(2) */
#include "msg.h"

#define MSG_STAT	11
#define MSG_INFO	12
#define MSG_STAT_ANY	13

OPTIONAL bool capable(int cap) { (void)cap; return true; }

struct msqid_ds {
	struct ipc_perm perm;
	s64 stime, rtime, ctime;
	u64 bytes, count, limit;
	int lspid, lrpid;
	u64 unused[2];
};
_Static_assert(sizeof(struct msqid_ds) == 120, "struct msqid64_ds of x86-64 Linux");

static long msg_stat(int id, int cmd, struct msqid_ds *out)
{
	struct msg_queue *m = ipc_stat_find(&msg_table, id, cmd);

	if (!m)
		return -EINVAL;
	if (cmd != MSG_STAT_ANY && !ipc_allows(&m->o, ALLOW_READ))
		return -EACCES;
	CHECK_WRITE(out, sizeof(*out));
	*out = (struct msqid_ds){ m->o.perm, m->stime, m->rtime, m->ctime, m->bytes, m->count, m->limit, m->lspid, m->lrpid };
	return cmd == IPC_STAT ? 0 : m->o.id;
}

struct msginfo {
	int pool, map, size, queue, queues, segment_size, total;
	u16 segments;
};

static void count(struct msginfo *out)
{
	struct msg_queue *m;

	out->pool = msg_table.used;
	out->map = out->total = 0;
	for (int i = 0; (m = ipc_next(&msg_table, &i)); i++) {
		out->map += m->count;
		out->total += m->bytes;
	}
}

static long limits(int cmd, struct msginfo *out)
{
	CHECK_WRITE(out, sizeof(*out));
	*out = (struct msginfo){
		.pool = msg_table.limit * (MSG_QUEUE_MAX / 1024), .map = MSG_QUEUE_MAX, .size = MSG_SIZE_MAX, .queue = MSG_QUEUE_MAX,
		.queues = msg_table.limit, .segment_size = 16, .total = MSG_QUEUE_MAX, .segments = 0xffff,
	};
	if (cmd == MSG_INFO)
		count(out);
	return ipc_last_index(&msg_table);
}

static long change(int id, int cmd, const struct msqid_ds *in)
{
	if (cmd == IPC_SET)
		CHECK_READ(in, sizeof(*in));
	struct msg_queue *m = ipc_find(&msg_table, id);
	if (!m)
		return -EINVAL;
	if (!ipc_owned(&m->o))
		return -EPERM;
	if (cmd == IPC_RMID) {
		msg_end(m);
		return 0;
	}
	if (in->limit > MSG_QUEUE_MAX && !capable(CAP_SYS_RESOURCE))
		return -EPERM;
	int err = ipc_change(&m->o, &in->perm);
	if (err)
		return err;
	m->limit = in->limit;
	m->ctime = ipc_now();
	msg_wake(m, false);
	return 0;
}

long sys_msgctl(int id, int cmd, void *buf)
{
	KERNEL_LOCK();
	if (id < 0)
		return -EINVAL;
	switch (cmd) {
	case IPC_INFO:
	case MSG_INFO:
		return limits(cmd, buf);
	case IPC_STAT:
	case MSG_STAT:
	case MSG_STAT_ANY:
		return msg_stat(id, cmd, buf);
	case IPC_SET:
	case IPC_RMID:
		return change(id, cmd, buf);
	}
	return -EINVAL;
}
SYSCALL(71, msgctl, FULL);
