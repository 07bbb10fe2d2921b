/* Sockets of the family AF_UNIX (unix(7)). Errors, their order, and how much fits follow Linux's net/unix/af_unix.c,
 * whose buffers count what a message costs it, not its bytes alone. */
#ifndef AF_UNIX_UNIX_H
#define AF_UNIX_UNIX_H

#include "kernel.h"
#include "socket.h"

#define EPROTOTYPE	91

#define NAME_OFFSET	2	/* of sun_path in struct sockaddr_un */
#define NAME_SIZE	110	/* struct sockaddr_un */
/* Wakes those that wait for one of these events, and reports no other to epoll. */
#define POLL_READ	(POLLIN | POLLPRI | POLLRDNORM | POLLRDBAND)
#define POLL_WRITE	(POLLOUT | POLLWRNORM | POLLWRBAND)
#define DGRAM_QUEUE	10	/* net.unix.max_dgram_qlen */

/* What comes beside the bytes (cmsg(3)). */
struct control {
	struct file **files;	/* references; NULL: none */
	u32 count;
	bool has_ids;
	s32 ids[3];		/* struct ucred */
};

struct packet {
	struct list link;
	struct unix_sock *from;	/* a reference */
	struct control control;
	u32 start, len, cost;
	u8 data[];
};

enum unix_state { CLOSED, LISTENING, ESTABLISHED };

struct unix_sock {
	struct socket s;
	u32 refs;		/* its file's or listener's, peers', and that of packets on their way */
	enum unix_state state;
	u8 shut;		/* SHUT_READ, SHUT_WRITE */
	bool dead;		/* closed: only others still refer to it */
	bool busy;		/* a copy out of the queue is under way: it may sleep */
	struct file *file;	/* NULL: not accepted yet, or dead */
	struct unix_sock *peer;	/* a reference; may be dead */
	struct unix_sock *listener;	/* that it waits at, no reference */
	u32 sent;		/* cost of what waits in others' queues */
	struct list queue;	/* struct packet; of a listener: struct unix_sock */
	struct list waiting;	/* in the listener's queue */
	u32 queued, backlog;	/* in the queue; more than BACKLOG: it is full */
	struct waitq read_q, write_q, busy_q;
	struct waitq room_q;	/* those who wait for room in the queue */
	struct list all;
	u8 name[NAME_SIZE];	/* struct sockaddr_un */
	u32 name_len;		/* 0: none */
	struct vnode *node;	/* that the name leads to; a reference */
	u32 in_flight;		/* references of its file that are in packets */
	bool live;		/* gc.c */
	struct list gray;
};

static inline struct unix_sock *unix_of(struct socket *s) { return container_of(s, struct unix_sock, s); }

extern struct list unix_all;
extern const struct file_ops unix_file_ops;

/* socket.c */
struct unix_sock *unix_new(int type);			/* or NULL */
struct file *unix_file(struct unix_sock *u, int flags);	/* or NULL */
void unix_get(struct unix_sock *u);
void unix_put(struct unix_sock *u);
void unix_close(struct unix_sock *u, bool unaccepted);
void unix_wake(struct unix_sock *u);
void unix_set_peer_ids(struct unix_sock *u);		/* SO_PEERCRED: this process */
int unix_shutdown(struct socket *s, int how);

/* address.c, bind.c */
int unix_check_address(const void *name, int len);
int unix_autobind(struct unix_sock *u);			/* unless it has a name */
int unix_name(struct socket *s, bool peer, void *out);
/* Whom NAME leads to, with a reference, or ERR_PTR. */
struct unix_sock *unix_find(const u8 *name, int len, int type);
struct unix_sock *unix_find_abstract(const u8 *name, int len, int type);	/* no reference; or NULL */
int unix_bind(struct socket *s, const void *name, int len);

/* connect.c, listen.c */
int stream_connect(struct socket *s, const void *name, int len, int flags);
int dgram_connect(struct socket *s, const void *name, int len, int flags);
bool unix_may_send(struct unix_sock *from, struct unix_sock *to);
void unix_disconnected(struct unix_sock *u, struct unix_sock *old);	/* what waits in the queue is lost */
int unix_listen(struct socket *s, int backlog);
struct file *unix_accept(struct socket *s, int flags, int file_flags);

/* queue.c */
bool unix_writable(struct unix_sock *u);
static inline bool unix_full(struct unix_sock *u) { return u->queued > u->backlog; }
void unix_enter(struct unix_sock *u);		/* one reader at a time */
void unix_leave(struct unix_sock *u);
int unix_wait_room(struct unix_sock *u, int flags, ns_t deadline);	/* 0: it may send */
/* Or -ENOMEM, -EFAULT as an ERR_PTR. */
struct packet *unix_packet(struct unix_sock *from, const struct socket_msg *m, size_t skip, size_t n, size_t linear);
void packet_deliver(struct packet *p, struct unix_sock *to);
void packet_take(struct unix_sock *u, struct packet *p);	/* out of U's queue, and frees it */
void packet_free(struct packet *p);
void unix_purge(struct unix_sock *u);
void unix_source(struct socket_msg *m, const struct packet *p);

/* stream.c, packet.c */
long stream_send(struct socket *s, const struct socket_msg *m, int flags);
long stream_recv(struct socket *s, struct socket_msg *m, int flags);
long message_send(struct socket *s, const struct socket_msg *m, int flags);
long message_recv(struct socket *s, struct socket_msg *m, int flags);

/* control.c */
static inline bool passes_ids(const struct unix_sock *u) { return u->s.switches >> SO_PASSCRED & 1; }
int control_parse(const struct socket_msg *m, struct control *c);
void control_add_ids(struct control *c, const struct unix_sock *from, const struct unix_sock *to);
void control_drop(struct control *c);
int control_copy(struct control *to, const struct control *from);
void control_put(const struct unix_sock *u, struct socket_msg *m, struct control *c, int flags);	/* drops C */

/* gc.c */
void gc_sent(struct control *c);
void gc_received(struct control *c);
void gc_run(void);

/* proc.c */
void unix_show(struct text *t);

/* poll.c */
int unix_poll(struct file *f, struct poll_table *pt);
long unix_ioctl(struct file *f, unsigned long cmd, unsigned long arg);

#endif
