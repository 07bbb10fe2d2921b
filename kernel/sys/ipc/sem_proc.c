/* /proc/sysvipc/sem (proc(5)) and the limits. */
#include "sem.h"

static void show(struct text *t)
{
	struct sem_set *s;

	text_printf(t, "       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n");
	for (int i = 0; (s = ipc_next(&sem_table, &i)); i++) {
		const struct ipc_perm *p = &s->o.perm;
		text_printf(t, "%10d %10d  %4o %10u %5u %5u %5u %5u %10lu %10lu\n", p->key, s->o.id, p->mode, s->count, p->uid, p->gid,
			p->cuid, p->cgid, s->otime, s->ctime);
	}
}
PROCNODE(sysvipc_sem, "r-" "sysvipc/sem", show);

static void show_limits(struct text *t)
{
	text_printf(t, "%d\t%d\t%d\t%d\n", SEM_SET_MAX, SEM_TOTAL_MAX, SEM_OPS_MAX, sem_table.limit);
}
PROCNODE(sys_sem, "r-" "sys/kernel/sem", show_limits);
