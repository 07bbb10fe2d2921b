/* getsockopt(2). */
#include "af_inet.h"
#include "option.h"

const char inet_getsockopt_file[1];

#define SO_BSDCOMPAT	14
#define SO_BINDTODEVICE	25
#define SO_PEERNAME	28
#define SO_BPF_EXTENSIONS 48
#define SO_MEMINFO	55
#define SO_COOKIE	57
#define IP_MTU		14
#define IPV6_MTU	24
#define IPV6_V6ONLY	26
#define TCP_MAXSEG	2
#define TCP_WINDOW_CLAMP 10
#define TCP_CONGESTION	13
#define TCP_THIN_DUPACK	17
#define MSS		65483	/* of lo, whose packets have 65536 bytes */
#define MTU		65536

OPTIONAL int inet_group_get(const struct inet *i, int level, int name, void *v) { (void)i, (void)level, (void)name, (void)v; return -ENOPROTOOPT; }

static int get_info(const struct inet *i, struct tcp_info *t)
{
	*t = (struct tcp_info){
		.state = inet_state(i), .options = 7, .scales = 0x77, .rto = 200000, .ato = 40000, .send_mss = MSS, .recv_mss = MSS,
		.pmtu = MTU, .recv_ssthresh = 65483, .rtt = 20, .rttvar = 10, .send_ssthresh = 0x7fffffff, .send_cwnd = 10,
		.advmss = MSS, .reordering = 3, .recv_space = 65483,
	};
	if (i->state == LISTENING) {
		t->unacked = i->accepted_count;
		t->sacked = i->backlog;
	}
	return sizeof(*t);
}

static int get_special(struct inet *i, int level, int name, union socket_value *v)
{
	static u64 cookies;
	static const char *const devices[] = { "", "lo" };
	bool stream = is_stream(i), connected = i->state == ESTABLISHED;

	if (level == SOL_SOCKET && name < 64 && BITS >> name & 1) {
		v->number = i->s.switches >> name & 1;
		return sizeof(v->number);
	}
	switch (level << 8 | name) {
	case SOL_SOCKET << 8 | SO_BSDCOMPAT:
	case SOL_TCP << 8 | TCP_THIN_DUPACK:
		return sizeof(v->number);
	case SOL_SOCKET << 8 | SO_BINDTODEVICE:
		memcpy(v->text, devices[i->device], 3);
		return i->device ? 3 : 0;
	case SOL_SOCKET << 8 | SO_PEERNAME:
		return i->s.ops->name(&i->s, true, v);
	case SOL_SOCKET << 8 | SO_BPF_EXTENSIONS:
		v->number = 64;
		return sizeof(v->number);
	case SOL_SOCKET << 8 | SO_MEMINFO:
		v->words[0] = i->queued;
		v->words[1] = i->s.recv_room;
		v->words[3] = i->s.send_room;
		return 36;
	case SOL_SOCKET << 8 | SO_COOKIE:
		if (!i->cookie)
			i->cookie = ++cookies;
		v->wide = i->cookie;
		return sizeof(v->wide);
	case SOL_IP << 8 | IP_MTU:
	case SOL_IPV6 << 8 | IPV6_MTU:
		v->number = level == SOL_IP ? MTU - 1 : MTU;	/* no packet of IPv4 is longer */
		return connected ? (int)sizeof(v->number) : -ENOTCONN;
	case SOL_IPV6 << 8 | IPV6_V6ONLY:
		v->number = i->port.only6;
		return sizeof(v->number);
	case SOL_TCP << 8 | TCP_INFO:
		if (i->number && (i->state == ESTABLISHED || i->state == CONNECTING))
			return inet_out()->ask_option(i, level, name, v, sizeof(*v));
		return stream ? get_info(i, (struct tcp_info *)v) : -EOPNOTSUPP;
	case SOL_TCP << 8 | TCP_CONGESTION:
		memcpy(v->text, i->reno ? "reno\0" : "cubic", 6);	/* behind it all is zero */
		return stream ? 16 : -EOPNOTSUPP;
	}
	return inet_group_get(i, level, name, v);
}

int inet_getsockopt(struct socket *s, int level, int name, union socket_value *v)
{
	struct inet *i = inet_of(s);

	if (!is_inet(s))
		return level == SOL_SOCKET ? -ENOPROTOOPT : -EOPNOTSUPP;
	if ((level == SOL_IPV6 || (level == SOL_TCP && !is_stream(i)) || (level == SOL_UDP && is_stream(i))) && s->domain == AF_INET)
		return -EOPNOTSUPP;
	if (level == SOL_TCP && !is_stream(i))
		return -ENOPROTOOPT;
	const struct option *o = option_find(i, level, name);
	if (!o)
		return (unsigned)name > 255 ? -ENOPROTOOPT : get_special(i, level, name, v);
	s32 *slot = option_slot(i, o);
	v->number = o->begin ^ (slot ? *slot : 0);
	if (level == SOL_TCP && name == TCP_MAXSEG && i->state == ESTABLISHED)
		v->number = MSS;
	if (level == SOL_TCP && name == TCP_WINDOW_CLAMP && i->state == ESTABLISHED)
		v->number = v->number ? min(v->number, MTU) : MTU;
	return sizeof(v->number);
}
IMPLEMENT(inet_getsockopt);
