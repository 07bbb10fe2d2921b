/* Identifiers and keys. Numbers are given out as Linux gives them (ipc/util.c): a slot is used again late, and what was
 * there before has another sequence number. */
#include "ipc.h"

#define FIRST_ROUND	64	/* slots before the first is used again */

static struct ipc_object *by_key(const struct ipc_table *t, int key)
{
	for (int i = 0; i < t->room; i++)
		if (t->slots[i] && t->slots[i]->perm.key == key)
			return t->slots[i];
	return NULL;
}

long ipc_get(struct ipc_table *t, int key, int flags, u64 size)
{
	struct ipc_object *o = key == IPC_PRIVATE ? NULL : by_key(t, key);

	if (!o)
		return key == IPC_PRIVATE || flags & IPC_CREAT ? t->make(size, key, flags) : -ENOENT;
	if ((flags & (IPC_CREAT | IPC_EXCL)) == (IPC_CREAT | IPC_EXCL))
		return -EEXIST;
	int err = t->fits(o, size);
	if (err)
		return err;
	return ipc_allows(o, flags) ? o->id : -EACCES;
}

static int grow(struct ipc_table *t, int room)
{
	if (room <= t->room)
		return 0;
	struct ipc_object **grown = krealloc(t->slots, room * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	memset(grown + t->room, 0, (room - t->room) * sizeof(*grown));
	t->slots = grown;
	t->room = room;
	return 0;
}

/* The next free slot in turn. The table has more room than objects. */
static int free_slot(const struct ipc_table *t, int round)
{
	for (int i = t->next;; i++) {
		if (i >= round)
			i = 0;
		if (!t->slots[i])
			return i;
	}
}

int ipc_add(struct ipc_table *t, struct ipc_object *o, int key, int flags)
{
	int round = min(max(t->used * 3 / 2, FIRST_ROUND), IPC_MAX);

	if (t->used >= t->limit)
		return -ENOSPC;
	if (grow(t, round))
		return -ENOMEM;
	int i = free_slot(t, round);
	if (i < t->next)
		t->seq = (t->seq + 1) & 0x7fff;
	t->next = i + 1;
	t->slots[i] = o;
	t->used++;
	o->perm.key = key;
	o->perm.mode = flags & 0777;
	o->perm.seq = t->seq;
	o->perm.uid = o->perm.cuid = identity()->user.effective;
	o->perm.gid = o->perm.cgid = identity()->group.effective;
	return o->id = t->seq * IPC_MAX + i;
}

void ipc_remove(struct ipc_table *t, struct ipc_object *o)
{
	t->slots[o->id % IPC_MAX] = NULL;
	t->used--;
}

void *ipc_find(const struct ipc_table *t, int id)
{
	int i = id % IPC_MAX;

	return id >= 0 && i < t->room && t->slots[i] && t->slots[i]->id == id ? t->slots[i] : NULL;
}

void *ipc_stat_find(const struct ipc_table *t, int id, int cmd)
{
	if (cmd == IPC_STAT)
		return ipc_find(t, id);
	return id >= 0 && id % IPC_MAX < t->room ? t->slots[id % IPC_MAX] : NULL;
}

void *ipc_next(const struct ipc_table *t, int *index)
{
	while (*index < t->room && !t->slots[*index])
		++*index;
	return *index < t->room ? t->slots[*index] : NULL;
}

int ipc_last_index(const struct ipc_table *t)
{
	int i = t->room - 1;

	while (i > 0 && !t->slots[i])
		i--;
	return max(i, 0);
}
