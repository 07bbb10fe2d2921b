/* /proc/sysvipc/msg (proc(5)) and the limits. */
#include "msg.h"

static void show(struct text *t)
{
	struct msg_queue *m;

	text_printf(t, "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime"
		"      ctime\n");
	for (int i = 0; (m = ipc_next(&msg_table, &i)); i++) {
		const struct ipc_perm *p = &m->o.perm;
		text_printf(t, "%10d %10d  %4o  %10lu %10lu %5u %5u %5u %5u %5u %5u %10lu %10lu %10lu\n", p->key, m->o.id, p->mode,
			m->bytes, m->count, m->lspid, m->lrpid, p->uid, p->gid, p->cuid, p->cgid, m->stime, m->rtime, m->ctime);
	}
}
PROCNODE(sysvipc_msg, "r-" "sysvipc/msg", show);

static void show_size(struct text *t) { text_printf(t, "%d\n", MSG_SIZE_MAX); }
PROCNODE(msgmax, "r-" "sys/kernel/msgmax", show_size);
static void show_queue(struct text *t) { text_printf(t, "%d\n", MSG_QUEUE_MAX); }
PROCNODE(msgmnb, "r-" "sys/kernel/msgmnb", show_queue);
static void show_count(struct text *t) { text_printf(t, "%d\n", msg_table.limit); }
PROCNODE(msgmni, "r-" "sys/kernel/msgmni", show_count);
