/* System V message queues. */
#ifndef MSG_H
#define MSG_H

#include "ipc.h"

#define MSG_SIZE_MAX	8192	/* bytes of a message */
#define MSG_QUEUE_MAX	16384	/* bytes of a queue that nobody privileged enlarged */

struct msg {
	struct list link;
	s64 type;
	size_t size;
	char text[];
};

struct msg_queue {
	struct ipc_object o;
	s64 stime, rtime, ctime;
	u64 bytes, count, limit;
	int lspid, lrpid;
	struct list messages;
	struct list waiting;	/* struct msg_wait */
};

/* A thread that waits until a queue changes. */
struct msg_wait {
	struct list link;
	struct waitq q;
	bool changed, gone;
};

extern struct ipc_table msg_table;
void msg_wake(struct msg_queue *m, bool gone);
void msg_end(struct msg_queue *m);	/* IPC_RMID */
#endif
