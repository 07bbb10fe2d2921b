/* Shared memory (shm_overview(7) has the other kind). */
#ifndef SHM_H
#define SHM_H

#include "ipc.h"

#define SHM_DEST	01000		/* in the mode: goes away with the last mapping */
#define SHM_LOCKED	02000

/* The table holds one reference of FILE until IPC_RMID, each mapping one more: the last ends the segment. */
struct shm {
	struct ipc_object o;
	struct vnode *file;
	u64 size;
	s64 atime, dtime, ctime;
	int cpid, lpid;
	bool held;
};
extern struct ipc_table shm_table;
#define SHM_MAX		(~0UL - (1UL << 24))	/* SHMMAX of Linux: bytes of one */
#define SHM_PAGES	SHM_MAX			/* SHMALL: pages of all */

u64 shm_attached(const struct shm *s);
u64 shm_stored(const struct shm *s);	/* pages that are there */
#endif
