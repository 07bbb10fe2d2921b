/* What fs/pipe.c, pipe_resize.c and splice(2) know of a pipe. */
#ifndef PIPE_H
#define PIPE_H

#include "linux_file.h"
#include "vfs.h"

#define PIPE_SLOTS		16	/* as on Linux: sixteen pages, until a program asks for others */
#define PIPE_READ_EVENTS	(POLLIN | POLLRDNORM)
#define PIPE_WRITE_EVENTS	(POLLOUT | POLLWRNORM)

/* A write fills the last page only with the odd part of its length, and only if that fits: so what is atomic is never
 * split. */
struct pipe_slot {
	u8 *page;
	u16 start, len;
	bool shared;		/* tee(2): another pipe has the page too, so that nothing may be added */
	bool packet;		/* written with O_DIRECT: a read ends here, and drops what it does not take */
};

struct pipe {
	struct pipe_slot *slots;
	u32 count;		/* how many */
	u32 first, used;	/* slots with bytes in them */
	u32 readers, writers;
	u32 reader_opens, writer_opens;	/* fifo: how often, for those who wait in open() */
	bool busy;		/* a copy is under way: it may sleep */
	u8 *spare;		/* a page that was read, for the next write; or NULL */
	struct waitq read_q, write_q, busy_q;
	struct pipe_slot first_slots[PIPE_SLOTS];
};

/* The slot that is I behind the first. */
static inline struct pipe_slot *pipe_slot(struct pipe *p, u32 i) { return &p->slots[(p->first + i) % p->count]; }

struct pipe *pipe_of(struct file *f);	/* NULL: F is none */
void pipe_enter(struct pipe *p);	/* one copy at a time */
void pipe_leave(struct pipe *p);
void pipe_drop_first(struct pipe *p);
long pipe_resize(struct pipe *p, u32 size);	/* pipe_resize.c; the new size, or an error */
/* sys/file/splice.c: enters P once it has room, or bytes or no writer. 0, or an error when it was not entered. */
long pipe_enter_room(struct pipe *p, bool nonblock);
long pipe_enter_bytes(struct pipe *p, bool nonblock);
long pipe_broken(void);			/* there is no reader: SIGPIPE and EPIPE */

#endif
