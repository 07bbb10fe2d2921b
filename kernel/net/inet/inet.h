/* Sockets of AF_INET and AF_INET6: ip(7), ipv6(7), tcp(7), udp(7). States, errors and their order follow Linux's net/ipv4 and
 * net/ipv6. There are no packets of IP and TCP: a connection is two sockets that know each other, or one and its way out
 * (struct inet_way). Everything here runs with the kernel lock held. */
#ifndef INET_INET_H
#define INET_INET_H

#include "kernel.h"
#include "host_sockets.h"
#include "linux_file.h"
#include "list.h"
#include "socket.h"

#define ENETUNREACH	101
#define IPPROTO_ICMP	1
#define IPPROTO_TCP	6
#define IPPROTO_UDP	17
#define IPPROTO_ICMPV6	58
#define IPPROTO_UDPLITE	136	/* RFC 3828; without the checksum that is what it is about, as over lo */

#define ROOM		212992	/* net.core.wmem_default, rmem_default */
#define TCP_RECV_ROOM	131072	/* net.ipv4.tcp_rmem[1] */
#define TCP_SEND_ROOM	16384	/* tcp_wmem[1] */
#define TCP_SEND_GROWN	2626560	/* what that is once it is connected over lo */

#define POLL_READ	(POLLIN | POLLRDNORM | POLLPRI | POLLRDBAND)
#define POLL_WRITE	(POLLOUT | POLLWRNORM | POLLWRBAND)

struct sockaddr_in {
	u16 family;
	u8 port[2], ip[4], zero[8];
};
struct sockaddr_in6 {
	u16 family;
	u8 port[2];
	u32 flow;
	u8 ip[16];
	u32 scope;
};
_Static_assert(sizeof(struct sockaddr_in) == 16 && sizeof(struct sockaddr_in6) == 28, "those of Linux");
#define SOCKADDR_IN6_MIN	24	/* RFC 2133 had no scope */

/* What waits to be read. H and DATA are in one piece, as a device has them; DATA of a datagram begins with its source. */
struct packet {
	struct list link;
	u32 start, len;		/* data that was not read yet */
	u32 room;		/* for data */
	u32 cost;		/* of a datagram: what counts against SO_RCVBUF */
	ns_t time;		/* of a datagram: when it came */
	struct hs_address to;
	u8 ttl, tos;
	u8 interface;		/* of one to a group: where it came */
	struct hs_header h __attribute__((aligned(8)));
	u8 data[];
};
#define PACKET_OVERHEAD	offsetof(struct packet, data)

/* A port in use: by a socket, or by a connection that ended (TIME_WAIT). */
struct port {
	struct list link;
	struct hs_address at;	/* the socket has this port, or had it, when LINK is empty */
	u8 protocol;		/* IPPROTO_*: each has ports of its own */
	bool only6;		/* IPV6_V6ONLY */
	bool reuse, share;	/* SO_REUSEADDR, SO_REUSEPORT */
	bool listening;
	u32 uid;
	ns_t until;		/* not 0: TIME_WAIT until then */
};

enum state { CLOSED, LISTENING, CONNECTING, ESTABLISHED };
enum stage { UNCONNECTED, UNDERWAY, CONNECTED, DISCONNECTING };	/* Linux's struct socket.state */

struct inet;
/* How a connection reaches its peer. */
struct inet_way {
	u32 (*room)(struct inet *i);	/* bytes of a stream that it takes now; 0: write_q is woken later */
	void (*push)(struct inet *i, struct packet *p);	/* p->len bytes of a stream; P goes */
	void (*taken)(struct inet *i);	/* the reader has made room in the queue */
	void (*finish)(struct inet *i);	/* nothing more will be sent */
	void (*leave)(struct inet *i, bool abort);	/* the socket is not of this connection any more */
	void (*flush)(void);		/* the last push of a call is behind us; may be NULL */

	/* Of ways out of the guest. Those with a result may wait; 0 or an error. */
	int (*open)(struct inet *i);	/* I has a number afterwards, until leave */
	int (*bind)(struct inet *i, struct hs_address *a);	/* port 0 becomes the one it got */
	int (*listen)(struct inet *i);	/* with i->backlog */
	int (*connect)(struct inet *i);	/* to i->peer; a stream is CONNECTING until it is decided */
	void (*undo_connect)(struct inet *i);	/* of datagrams */
	void (*accepted)(struct inet *i);	/* the program has it */
	int (*datagram)(struct inet *i, struct packet *p, int flags, ns_t deadline);	/* P goes, if that worked */
	void (*option)(struct inet *i, int level, int name, const void *value, u32 len);
	int (*ask_option)(struct inet *i, int level, int name, void *value, u32 len);	/* the value's size or an error */
	int (*group)(const struct hs_address *group, bool join);	/* as often left as joined; NULL: it has none */
};

struct inet {
	struct socket s;
	struct port port;		/* .at: the local address */
	struct hs_address peer;
	enum state state;
	enum stage stage;
	u8 device;		/* SO_BINDTODEVICE: 1 is lo; 0: none */
	bool reno;		/* TCP_CONGESTION: that instead of cubic */
	u8 shut;		/* SHUT_READ, SHUT_WRITE; by the program, or because the peer said so */
	bool ended;		/* the peer sends nothing more */
	bool active;		/* sent its end before the peer did: TIME_WAIT is here */
	bool reading;		/* a copy, which may sleep, is under way */
	bool full;		/* a writer found no room, and nobody told it otherwise since */
	bool fixed_port, fixed_address;	/* bind(2) gave them: they outlive a connection */
	const struct inet_way *way;
	struct inet *other;	/* within the guest: the other end; NULL: it has been closed */

	/* For the way out, when it knows this socket: NUMBER is not 0. */
	u32 number;
	u32 request;		/* of a connect() that is under way */
	u32 window, taken, told;	/* of what comes: bytes that may be on their way, were taken, and that it was told of */
	u32 sent, peer_window, peer_taken;	/* of what goes */
	struct list numbered;	/* with others by number */
	struct list starved;	/* with others that wait for a place in a queue */
	struct packet *part;	/* of a datagram that is not complete */

	struct list queue;	/* struct packet */
	u32 queued;		/* bytes in it; of datagrams: cost, with ERRORS */
	struct list errors;	/* struct packet: datagrams that were refused */
	struct list accepted;	/* listening: connections that wait for accept(); else: its link there */
	struct list callers;	/* listening: sockets that wait for a place there; else: its link there */
	struct inet *listener;	/* that it waits at */
	u32 accepted_count, backlog;
	s32 *options;		/* option.h; NULL: nobody has set any */
	u64 ino;		/* of its file */
	u64 cookie;		/* SO_COOKIE, once it was asked for */
	struct waitq read_q, write_q, busy_q;
	void *card;		/* of a card's way out: its own */
	struct inet_groups *groups;	/* groups.c; NULL: it has nothing to do with any */
};

static inline struct inet *inet_of(struct socket *s) { return container_of(s, struct inet, s); }
static inline bool is_inet(const struct socket *s) { return s->domain == AF_INET || s->domain == AF_INET6; }
static inline bool is_stream(const struct inet *i) { return i->s.type == SOCK_STREAM; }
static inline bool is_ping(const struct inet *i) { return i->port.protocol == IPPROTO_ICMP || i->port.protocol == IPPROTO_ICMPV6; }
static inline u32 port_number(const struct hs_address *a) { return a->port[0] << 8 | a->port[1]; }
static inline bool has_port(const struct inet *i) { return !list_empty(&i->port.link); }
static inline void port_set(struct hs_address *a, u32 n) { a->port[0] = n >> 8; a->port[1] = n; }
static inline bool same_address(const struct hs_address *a, const struct hs_address *b)
{
	return a->family == b->family && !memcmp(a->port, b->port, 2) && !memcmp(a->ip, b->ip, 16);
}

/* What selects the files of calls that others reach by af_inet.h alone. */
extern const char inet_bind_file[1], inet_listen_file[1], inet_connect_file[1], inet_setsockopt_file[1], inet_getsockopt_file[1], interface_ioctl_file[1], inet_control_file[1], inet_list_file[1], inet_nodes_file[1];

/* socket.c */
struct inet *inet_new(int family, int type, int protocol);
void inet_free(struct inet *i);			/* closes it */
void inet_wake(struct inet *i);
void inet_queues(const struct inet *i, u32 *in, u32 *out);	/* what nobody has read yet: what came, and what was sent */
u8 inet_state(const struct inet *i);		/* as Linux numbers them (net/tcp_states.h) */
void inet_over(struct inet *i, int error);	/* the connection is over: what was received stays */
void inet_reset(struct inet *i);		/* the peer says so */
void inet_ended(struct inet *i);		/* the peer sends nothing more */
void inet_unlisten(struct inet *i);		/* its connections that nobody accepted are reset */
int inet_disconnect(struct inet *i);		/* connect(2) with AF_UNSPEC */
extern const struct file_ops inet_file_ops;

/* address.c. Addresses within the family are those of struct hs_address, IPv4 never mapped. */
void address_from6(struct hs_address *out, const struct sockaddr_in6 *a);
int address_tell(const struct inet *i, const struct hs_address *a, void *out);	/* as I's family has it; length */
bool address_any(const struct hs_address *a);
bool address_local(const struct hs_address *a);	/* the guest's own */
bool address_loopback(const struct hs_address *a);
bool address_group(const struct hs_address *a);	/* multicast, or IPv4's broadcast */
bool address_multicast(const struct hs_address *a);
bool address_allowed(const struct inet *i, const struct hs_address *to);	/* broadcasts need SO_BROADCAST */
void address_default(const struct inet *i, struct hs_address *a);	/* :: and 0.0.0.0 as a destination: loopback */
int address_route(const struct inet *i, const struct hs_address *to);	/* 0: within the guest; 1: out; or an error */
void address_source(struct hs_address *out, const struct hs_address *to);	/* from where one that is local sends TO */

/* Options with an effect here, the first ones of option.c: what was set XOR what it begins with. */
enum known {
	KNOW_TTL, KNOW_TOS, KNOW_PKTINFO, KNOW_RECVTTL, KNOW_RECVTOS, KNOW_ORIGDST, KNOW_FREEBIND, KNOW_NO_PORT, KNOW_PORT_RANGE,
	KNOW_PKTINFO6, KNOW_RECVHOPS, KNOW_RECVTCLASS, KNOW_HOPS, KNOW_TCLASS, KNOW_ORIGDST6,
	KNOW_ERRORS, KNOW_ERRORS6, KNOW_CORK,
	KNOW_MCAST_TTL, KNOW_MCAST_LOOP, KNOW_MCAST_ALL, KNOW_MCAST_HOPS, KNOW_MCAST_LOOP6, KNOW_MCAST_ALL6,
};
static inline s32 option_of(const struct inet *i, enum known k) { return i->options ? i->options[k] : 0; }

extern const u32 inet_option_count;

/* port.c */
int port_take(struct inet *i);			/* the one in port.at; 0 there: a free one. 0 or -EADDRINUSE */
int port_auto(struct inet *i);			/* unless it has one */
bool port_conflict(const struct inet *i, bool unasked);
void port_add(struct inet *i);
void port_drop(struct inet *i);			/* TIME_WAIT stays behind, if it is due */
void port_move(struct inet *i, const struct hs_address *at);	/* its address is another one, which somebody else chose */
void port_each(void (*f)(struct inet *i, void *arg), void *arg);	/* of all that have one */
u32 port_suits(const struct inet *i, const struct hs_address *to, const struct hs_address *from);	/* how well a packet suits I; 0: not at all */
struct inet *port_find(const struct hs_address *to, int protocol, const struct hs_address *from);

/* queue.c */
struct packet *inet_packet(u32 n);		/* room for N bytes or more; NULL: memory is out */
void inet_queue(struct inet *i, struct packet *p);	/* of a stream: bytes for I's reader */
void inet_enter(struct inet *i);		/* one reader at a time */
void inet_leave(struct inet *i);
void inet_purge(struct inet *i);

/* out.c: NULL: there is no way out. open: unless it is. bind: A is where I is bound, as far as others can come there. */
const struct inet_way *inet_out(void);
extern const struct inet_way *(*inet_find_out)(void);	/* set by the driver of a device: starts that, if need be */
extern void (*inet_await6)(void);		/* waits until an address of IPv6 is there, if one is to come; NULL: none is */
extern bool (*inet_out_waits)(int change);	/* by the same: inet_host_waits(); NULL: there is none */
void inet_look(void);			/* takes in what came */
int inet_wait(struct waitq *q, int flags, ns_t deadline);	/* as socket_wait, and 0 when something came */
int out_open(struct inet *i);
int out_bind(struct inet *i, struct hs_address *a);
extern void (*inet_to_group)(const struct packet *p, u8 protocol, u32 index);	/* inet_group_deliver() once there are groups */
extern void (*inet_tell_options)(struct inet *i);	/* set by setsockopt.c: all that was set */
extern struct hs_config inet_config;	/* the guest's addresses; all 0 without a way out */
/* eth0, when it is a card. */
struct inet_link {
	u8 mac[6];
	u16 mtu;
	bool up;
	u64 packets[2], bytes[2];	/* received, sent */
};
extern const struct inet_link *inet_link;	/* NULL: it is none */

/* loop.c */
extern const struct inet_way inet_loop;
int loop_connect(struct inet *i);
struct inet *inet_child(struct inet *listener, const struct hs_address *at, const struct hs_address *peer);	/* for accept() */
void loop_admit(struct inet *listener);		/* there may be a place for who waits */

/* stream.c, dgram.c, poll.c */
long tcp_send(struct socket *s, const struct socket_msg *m, int flags);
long tcp_recv(struct socket *s, struct socket_msg *m, int flags);
long udp_send(struct socket *s, const struct socket_msg *m, int flags);
void udp_deliver(struct inet *i, struct packet *p);	/* P is for I, if there is room */
long udp_recv(struct socket *s, struct socket_msg *m, int flags);

/* groups.c, in kernels whose programs may ask for groups */
int inet_group_set(struct inet *i, int level, int name, const void *user, int len);	/* 1: it is not about groups */
int inet_group_get(const struct inet *i, int level, int name, void *v);
int inet_group_route(const struct inet *i, const struct hs_address *to);
bool inet_group_send(struct inet *i, struct packet *p, u8 ttl, int way);	/* P, to a group, is to go by that of address_route(); true: it is gone */
void inet_group_deliver(const struct packet *p, u8 protocol, u32 index);	/* P came at interface INDEX: copies for all that it is for */
void inet_groups_free(struct inet *i);

void udp_refused(struct inet *i, struct packet *p, int error, bool hard);	/* P, which I sent, comes back: HARD errors are told to all, others to who asks */

/* errqueue.c, once somebody sets options. From elsewhere P comes behind the address of who refused it, with the type, code and
 * information of ICMP in h.op, h.flags and h.request. */
struct inet_errors {
	bool (*queue)(struct inet *i, struct packet *p, int error);	/* true: I asked for such errors, and P is consumed */
	long (*take)(struct inet *i, struct socket_msg *m);
};
extern const struct inet_errors *inet_errors, inet_error_queue;
void inet_error_put(const struct inet *i, struct socket_msg *m);	/* what it took, as ancillary data */

/* ping.c: datagrams of echo sockets, behind their addresses */
#define PING_LEAST	8	/* bytes: the header */
int ping_request(struct inet *i, struct packet *p);	/* makes it one of I's; or an error */
void ping_answer(struct inet *i, struct packet *p);	/* P is for the guest itself: it becomes the answer */
bool ping_arrived(struct inet *i, struct packet *p);	/* an answer from outside becomes one for I; false: it is none */

int inet_poll(struct file *f, struct poll_table *pt);
long inet_ioctl(struct file *f, unsigned long cmd, unsigned long arg);

#endif
