/* vsock(7) over a virtio socket device (virtio 1.2, section 5.10). Errors, states and their order follow
 * Linux's net/vmw_vsock. Everything here runs with the kernel lock held. */
#ifndef VSOCK_H
#define VSOCK_H

#include "kernel.h"
#include "list.h"
#include "socket.h"

#define CID_ANY		(~0u)
#define CID_LOCAL	1
#define CID_HOST	2
#define PORT_ANY	(~0u)
#define PORTS_RESERVED	1023	/* the last one that is never given out unasked */

struct sockaddr_vm {
	u16 family, reserved;
	u32 port, cid;
	u8 flags, zero[3];
};
_Static_assert(sizeof(struct sockaddr_vm) == 16, "struct sockaddr_vm of Linux");

/* Section 5.10.6, table of struct virtio_vsock_hdr; little endian as we are. */
struct header {
	u64 src_cid, dst_cid;
	u32 src_port, dst_port;
	u32 len;
	u16 type, op;
	u32 flags, buf_alloc, fwd_cnt;
} __attribute__((packed));
_Static_assert(sizeof(struct header) == 44, "struct virtio_vsock_hdr");

enum { TYPE_STREAM = 1, TYPE_SEQPACKET };
enum { OP_INVALID, OP_REQUEST, OP_RESPONSE, OP_RST, OP_SHUTDOWN, OP_RW, OP_CREDIT_UPDATE, OP_CREDIT_REQUEST };
#define FLAG_EOM	1	/* OP_RW of SEQPACKET: a message ends; OP_SHUTDOWN has SHUT_READ | SHUT_WRITE */
#define FLAG_EOR	2

/* What one buffer of a queue holds, header and data in one piece, and what a socket keeps until it is read. */
struct packet {
	struct list link;
	u32 start, len;		/* data that was not read yet */
	u32 room;		/* for data */
	u32 message_end;	/* FLAG_EOM | FLAG_EOR */
	struct header h;
	u8 data[];
};
#define PACKET_OVERHEAD	offsetof(struct packet, data)
#define RX_ROOM		(PAGE_SIZE - (u32)PACKET_OVERHEAD)
#define TX_ROOM		(8 * PAGE_SIZE - (u32)PACKET_OVERHEAD)

enum state { CLOSED, LISTENING, CONNECTING, ESTABLISHED, CLOSING };
enum stage { UNCONNECTED, UNDERWAY, CONNECTED, DISCONNECTING };	/* Linux's struct socket.state */

struct vsock {
	struct socket s;
	enum state state;
	enum stage stage;
	bool done;		/* the peer ended the connection: reads see its end */
	bool reading, writing;	/* a copy, which may sleep, is under way; for SEQPACKET the sending of a message */
	u8 shut, peer_shut;	/* SHUT_READ, SHUT_WRITE */
	u32 local_cid, local_port, peer_cid, peer_port;

	struct list bound;	/* of all that have a port of their own */
	struct list connected;	/* of those with a peer, by hash */

	struct list accepted;	/* listening: connections that wait for accept(); else: its link there */
	u32 accepted_count, backlog;

	/* Section 5.10.6.3: credit, in both directions. Counters wrap. */
	struct list queue;	/* struct packet */
	u32 queued, messages;	/* bytes, and ends of messages, in it */
	u32 buf_alloc, fwd_cnt, told_fwd_cnt;
	u32 sent, peer_buf_alloc, peer_fwd_cnt;
	bool asked;		/* for credit, and not got any since */

	u64 size, size_min, size_max;	/* SO_VM_SOCKETS_BUFFER_* */
	ns_t connect_timeout, connect_deadline;
	struct waitq read_q, write_q, busy_q;
};

static inline struct vsock *vsock_of(struct socket *s) { return container_of(s, struct vsock, s); }

/* device.c */
bool device_present(void);
bool device_seqpacket(void);
u32 device_cid(void);
void device_send(struct packet *p);	/* never fails: what the queue has no room for waits */
void device_kick(void);
bool device_room(struct waitq **q);	/* for data; when not, *Q is woken once there is */
void device_refill(void);

/* packet.c */
struct packet *packet_new(u32 n);	/* room for N bytes or more; NULL: memory is out */
void packet_send(struct vsock *v, struct packet *p, u16 op, u32 flags);	/* with p->len bytes; P goes */
void packet_control(struct vsock *v, u16 op, u32 flags);
void packet_refuse(const struct header *h);	/* OP_RST to the sender of H, which no socket here wants */
bool cid_is_local(u32 cid);

/* table.c */
void table_bind(struct vsock *v);
void table_connect(struct vsock *v);
void table_remove(struct vsock *v);
struct vsock *table_bound(u32 cid, u32 port);
struct vsock *table_connected(const struct header *h);
int table_port(struct vsock *v, u32 cid, u32 port);	/* binds; PORT_ANY: to a free one */
void table_reset(void);			/* the device lost all connections */
void table_shutdown(void);		/* the machine ends: so do all connections with others */

/* receive.c: what came from a peer. Returns whether P was kept. */
bool vsock_receive(struct packet *p);
void vsock_ended(struct vsock *v);	/* OP_RST, or both have shut down */

/* socket.c */
struct vsock *vsock_new(int type);
void vsock_free(struct vsock *v);
void vsock_wake(struct vsock *v);
extern const struct file_ops vsock_file_ops;
void vsock_check_timeout(struct vsock *v);

/* options.c, connect.c, listen.c, send.c, recv.c, poll.c: the operations */
int vsock_getsockopt(struct socket *s, int level, int option, union socket_value *value);
int vsock_setsockopt(struct socket *s, int level, int option, const void *user, int len);
int vsock_connect(struct socket *s, const void *name, int len, int flags);
int vsock_listen(struct socket *s, int backlog);
struct file *vsock_accept(struct socket *s, int flags, int file_flags);
long vsock_send(struct socket *s, const struct socket_msg *m, int flags);
long vsock_recv(struct socket *s, struct socket_msg *m, int flags);
int vsock_poll(struct file *f, struct poll_table *pt);
u32 vsock_credit(const struct vsock *v);	/* bytes that the peer has room for */
int address_cast(const void *name, int len, struct sockaddr_vm *out);

#endif
