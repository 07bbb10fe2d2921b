/* Requests of NETLINK_SOCK_DIAG (sock_diag(7)): the sockets of one family and protocol that have a port, as ss(8) asks for
 * them. Connections that ended (TIME_WAIT) are not told of, nor are options and TCP's own figures. */
#include "netlink.h"

#define BY_FAMILY	20
#define REQ_BYTECODE	1
#define SKV6ONLY	11
#define AF_MAX		46

struct diag_id {
	u8 port[2], peer_port[2], ip[16], peer_ip[16];
	u32 device, cookie[2];
};
struct diag_request {
	u8 family, protocol, extensions, pad;
	u32 states;
	struct diag_id id;
};
struct diag_message {
	u8 family, state, timer, retransmits;
	struct diag_id id;
	u32 expires, read_queue, write_queue, uid, inode;
};
_Static_assert(sizeof(struct diag_request) == 56 && sizeof(struct diag_message) == 72, "inet_diag_req_v2, inet_diag_msg");

struct diag_job {
	struct reply *r;
	const struct diag_request *q;
};

static void put_address(const struct inet *i, const struct hs_address *a, u8 *port, u8 *ip)
{
	union { struct sockaddr_in four; struct sockaddr_in6 six; } s;

	address_tell(i, a, &s);
	memcpy(port, a->port, 2);
	if (i->s.domain == AF_INET)
		memcpy(ip, s.four.ip, 4);
	else
		memcpy(ip, s.six.ip, 16);
}

static void tell(struct inet *i, void *arg)
{
	struct diag_job *j = arg;
	struct diag_message m = { .family = i->s.domain, .state = inet_state(i), .uid = i->port.uid, .inode = i->ino,
		.id = { .device = i->device, .cookie = { -1, -1 } } };

	if (m.family != j->q->family || i->port.protocol != j->q->protocol || !(j->q->states >> m.state & 1))
		return;
	put_address(i, &i->port.at, m.id.port, m.id.ip);
	put_address(i, &i->peer, m.id.peer_port, m.id.peer_ip);
	inet_queues(i, &m.read_queue, &m.write_queue);
	if (i->state == LISTENING)
		m.write_queue = i->backlog;
	u32 at = reply_begin(j->r, BY_FAMILY, &m, sizeof(m));
	if (m.family == AF_INET6 && (m.state == 7 || m.state == 10))
		reply_attribute(j->r, SKV6ONLY, &(u8){ i->port.only6 }, 1);
	reply_end(j->r, at);
}

/* A program for the kernel that chooses sockets is refused: ss reads /proc/net then, and chooses itself. */
static bool has_filter(const u8 *data, u32 len)
{
	for (u32 at = 0; at + 4 <= len;) {
		u16 n = *(const u16 *)(data + at), type = *(const u16 *)(data + at + 2);
		if (type == REQ_BYTECODE)
			return true;
		if (n < 4)
			break;
		at += align_up((u32)n, 4U);
	}
	return false;
}

int diag_answer(struct reply *r, const struct nlmsghdr *h, const u8 *data, u32 len)
{
	struct diag_job j = { r, (const struct diag_request *)data };

	if (h->type != BY_FAMILY || len < 2 || data[0] >= AF_MAX)
		return EINVAL;
	if (data[0] != AF_INET && data[0] != AF_INET6)
		return ENOENT;
	if (len < sizeof(*j.q))
		return EINVAL;
	if (j.q->protocol != IPPROTO_TCP && j.q->protocol != IPPROTO_UDP && j.q->protocol != IPPROTO_UDPLITE)
		return ENOENT;
	if (!(h->flags & NLM_F_DUMP) || has_filter(data + sizeof(*j.q), len - sizeof(*j.q)))
		return EOPNOTSUPP;
	port_each(tell, &j);
	return 0;
}
