/* System V semaphores. */
#ifndef SEM_H
#define SEM_H

#include "ipc.h"

#define SEM_VALUE_MAX	32767
#define SEM_SET_MAX	32000		/* semaphores of a set */
#define SEM_OPS_MAX	500		/* operations of a call */
#define SEM_TOTAL_MAX	1024000000	/* semaphores of all */

struct sembuf {
	u16 num;
	int16_t op, flags;
};

struct sem { int value, pid; };

struct sem_set {
	struct ipc_object o;
	s64 otime, ctime;
	u32 count;
	struct list waiting;	/* struct sem_wait, in the order in which they came */
	struct sem sems[];
};

struct sem_wait {
	struct list link;
	struct waitq q;
	const struct sembuf *ops;
	u32 count;
	u32 blocking;		/* the operation that cannot be done */
	bool done;
	long result;
};

extern struct ipc_table sem_table;
extern u32 sem_total;
void sem_update(struct sem_set *s);	/* values changed: does what can be done now */
void sem_end(struct sem_set *s);	/* IPC_RMID */
#endif
