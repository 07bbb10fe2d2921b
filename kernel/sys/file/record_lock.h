#ifndef RECORD_LOCK_H
#define RECORD_LOCK_H

#include "list.h"
#include "thread.h"
#include "types.h"

struct file;
struct vnode;

/* Of a vnode that was ever locked; vnode.locks. */
struct flock_state {
	struct list holders, records;	/* flock(2); fcntl(2) */
	struct waitq waiters, record_waiters;
};
struct flock_state *file_locks(struct vnode *v);	/* made at first use; NULL: no memory */

#define F_GETLK		5
#define F_SETLK		6
#define F_SETLKW	7
#define F_OFD_GETLK	36
#define F_OFD_SETLK	37
#define F_OFD_SETLKW	38

struct flock {
	short type, whence;
	s64 start, len;
	s32 pid;
};

long record_lock(struct file *f, int cmd, struct flock *user);

#endif
