/* System V interprocess communication (sysvipc(7)): what shared memory, semaphores and message queues have in common. */
#ifndef IPC_H
#define IPC_H

#include "identity.h"
#include "kernel.h"
#include "vfs.h"

#define EIDRM		43
#define ENOMSG		42

#define IPC_CREAT	01000
#define IPC_EXCL	02000
#define IPC_NOWAIT	04000
#define IPC_PRIVATE	0

#define IPC_RMID	0
#define IPC_SET		1
#define IPC_STAT	2
#define IPC_INFO	3

#define IPC_MAX		32768		/* objects of a kind; an identifier is sequence * IPC_MAX + index */

#define ALLOW_READ	0444
#define ALLOW_WRITE	0222
#define ALLOW_EXEC	0111

/* struct ipc64_perm. */
struct ipc_perm {
	int key;
	u32 uid, gid, cuid, cgid, mode;
	u16 seq;
	u64 unused[2];
};
_Static_assert(sizeof(struct ipc_perm) == 48, "struct ipc64_perm of x86-64 Linux");

/* The first member of each. */
struct ipc_object {
	struct ipc_perm perm;
	int id;
};

struct ipc_table {
	struct ipc_object **slots;
	int room, used, next;	/* slots, objects, the slot to try first */
	u16 seq;
	int limit;		/* objects */
	int (*make)(u64 size, int key, int flags);		/* a new one: its identifier, or an error */
	int (*fits)(const struct ipc_object *o, u64 size);	/* may one who asks for SIZE have it? */
};

/* table.c */
long ipc_get(struct ipc_table *t, int key, int flags, u64 size);	/* shmget(2), semget(2), msgget(2) */
int ipc_add(struct ipc_table *t, struct ipc_object *o, int key, int flags);	/* its identifier, or -ENOSPC, -ENOMEM */
void ipc_remove(struct ipc_table *t, struct ipc_object *o);
void *ipc_find(const struct ipc_table *t, int id);	/* or NULL */
void *ipc_stat_find(const struct ipc_table *t, int id, int cmd);	/* for IPC_STAT, or one of those that take an index; or NULL */
void *ipc_next(const struct ipc_table *t, int *index);	/* the first at *index or above, or NULL */
int ipc_last_index(const struct ipc_table *t);		/* what IPC_INFO answers: 0 for none */

/* permission.c */
bool ipc_allows(const struct ipc_object *o, int flags);	/* FLAGS: the permissions of a mode, for any of the three */
bool ipc_owned(const struct ipc_object *o);		/* may it be changed and removed? */
int ipc_change(struct ipc_object *o, const struct ipc_perm *to);	/* IPC_SET */

static inline s64 ipc_now(void)
{
	return now_realtime() / 1000000000;
}

#endif
