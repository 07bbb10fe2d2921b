/* /proc/sysvipc/shm (proc(5)) and the limits. */
#include "shm.h"

static void show(struct text *t)
{
	struct shm *s;

	text_printf(t, "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime"
		"      dtime      ctime                   rss                  swap\n");
	for (int i = 0; (s = ipc_next(&shm_table, &i)); i++) {
		const struct ipc_perm *p = &s->o.perm;
		text_printf(t, "%10d %10d  %4o %21lu %5u %5u  %5lu %5u %5u %5u %5u %10lu %10lu %10lu %21lu %21lu\n", p->key, s->o.id,
			p->mode, s->size, s->cpid, s->lpid, shm_attached(s), p->uid, p->gid, p->cuid, p->cgid, s->atime, s->dtime,
			s->ctime, shm_stored(s) * PAGE_SIZE, 0UL);
	}
}
PROCNODE(sysvipc_shm, "r-" "sysvipc/shm", show);

static void show_max(struct text *t) { text_printf(t, "%lu\n", SHM_MAX); }
PROCNODE(shmmax, "r-" "sys/kernel/shmmax", show_max);
static void show_all(struct text *t) { text_printf(t, "%lu\n", SHM_PAGES); }
PROCNODE(shmall, "r-" "sys/kernel/shmall", show_all);
static void show_count(struct text *t) { text_printf(t, "%d\n", shm_table.limit); }
PROCNODE(shmmni, "r-" "sys/kernel/shmmni", show_count);
