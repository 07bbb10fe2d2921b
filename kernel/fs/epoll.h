/* epoll(7). An item listens for good on the queues of its file; a wakeup puts
 * it on the ready list, and epoll_wait() asks the file itself. */
#ifndef EPOLL_H
#define EPOLL_H

#include "vfs.h"

#define EPOLLEXCLUSIVE	(1u << 28)
#define EPOLLWAKEUP	(1u << 29)
#define EPOLLONESHOT	(1u << 30)
#define EPOLLET		(1u << 31)

struct epoll_event {
	u32 events;
	u64 data;
} __attribute__((packed));

struct epoll_item {
	struct epoll *ep;
	struct file *file;		/* no reference: file_put() of the last one forgets the item */
	int fd;
	bool disabled;			/* EPOLLONESHOT went off */
	struct epoll_event event;
	struct list ready, timed;	/* in ep->ready, ep->timed, or empty */
	struct epoll_item *next_same;	/* same fd number, other file */
	struct epoll_item *next_watcher;	/* same file, other epoll */
	struct poll_set set;
};

struct epoll {
	struct radix items;		/* by fd */
	struct list ready;		/* perhaps ready */
	struct list timed;		/* become ready by time alone: asked at every wait */
	struct waitq q;
};

extern const struct file_ops epoll_ops;

int epoll_add(struct epoll *ep, struct file *f, int fd, const struct epoll_event *ev);
int epoll_modify(struct epoll_item *i, const struct epoll_event *ev);
void epoll_remove(struct epoll_item *i);
struct epoll_item *epoll_find(struct epoll *ep, struct file *f, int fd);
long epoll_collect(struct epoll *ep, struct epoll_event *user, int max, ns_t *deadline);

#endif
