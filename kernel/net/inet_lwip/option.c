/* Options that have an effect on packets. */
#include "../inet/option.h"
#include "lwip.h"

#define SO_KEEPALIVE	9
#define IP_TOS		1
#define IP_TTL		2
#define IPV6_HOPS	16
#define IPV6_TCLASS	67
#define TCP_NODELAY	1
#define TCP_CORK	3
#define TCP_KEEPIDLE	4
#define TCP_KEEPINTVL	5
#define TCP_KEEPCNT	6

static void of_tcp(struct conn *c, int name, s32 v)
{
	struct tcp_pcb *pcb = c->pcb;

	switch (name) {
	case TCP_NODELAY:
		if (v)
			tcp_nagle_disable(pcb);
		else
			tcp_nagle_enable(pcb);
		break;
	case TCP_CORK:
		c->cork = v;
		break;
	case TCP_KEEPIDLE:
		pcb->keep_idle = v * 1000;
		return;
	case TCP_KEEPINTVL:
		pcb->keep_intvl = v * 1000;
		return;
	case TCP_KEEPCNT:
		pcb->keep_cnt = v;
		return;
	default:
		return;
	}
	conn_pump(c);
	card->kick();
}

/* Those of datagrams come with each. */
void lwip_option(struct inet *i, int level, int name, const void *value, u32 len)
{
	struct conn *c = conn_of(i);
	s32 v;

	if (!c || !c->pcb || len < sizeof(v))
		return;
	memcpy(&v, value, sizeof(v));
	bool four = IP_IS_V4_VAL(c->pcb->remote_ip);
	if (level == SOL_TCP)
		of_tcp(c, name, v);
	else if (level == SOL_SOCKET && name == SO_KEEPALIVE)
		c->pcb->so_options = v ? c->pcb->so_options | SOF_KEEPALIVE : c->pcb->so_options & ~SOF_KEEPALIVE;
	else if (four ? level == SOL_IP && name == IP_TTL : level == SOL_IPV6 && name == IPV6_HOPS)
		c->pcb->ttl = v;
	else if (four ? level == SOL_IP && name == IP_TOS : level == SOL_IPV6 && name == IPV6_TCLASS)
		c->pcb->tos = v;
}

/* net/tcp_states.h, by lwIP's states. */
static const u8 states[] = { 7, 10, 2, 3, 1, 4, 5, 8, 11, 9, 6 };

static int get_info(const struct inet *i, struct tcp_info *t)
{
	const struct tcp_pcb *pcb = conn_of(i) ? conn_of(i)->pcb : NULL;
	static const u32 tick = TCP_SLOW_INTERVAL * 1000;

	memset(t, 0, sizeof(*t));
	t->state = 7;
	if (!pcb)
		return sizeof(*t);
	t->state = states[pcb->state];
	t->retransmits = pcb->nrtx;
	t->options = (pcb->flags & TF_SACK ? 2 : 0) | (pcb->flags & TF_WND_SCALE ? 4 : 0);
	t->scales = pcb->snd_scale | pcb->rcv_scale << 4;
	t->rto = pcb->rto * tick;
	t->ato = 40000;
	t->send_mss = t->recv_mss = t->advmss = pcb->mss;
	t->unacked = pcb->mss ? (pcb->snd_nxt - pcb->lastack + pcb->mss - 1) / pcb->mss : 0;
	t->pmtu = card_netif.mtu;
	t->rtt = max(pcb->sa >> 3, 0) * tick;
	t->rttvar = max(pcb->sv >> 2, 0) * tick;
	t->send_ssthresh = pcb->ssthresh / max((u32)pcb->mss, 1U);
	t->send_cwnd = pcb->cwnd / max((u32)pcb->mss, 1U);
	t->recv_space = pcb->rcv_wnd;
	t->reordering = 3;
	return sizeof(*t);
}

int lwip_ask_option(struct inet *i, int level, int name, void *value, u32 len)
{
	(void)len;
	return level == SOL_TCP && name == TCP_INFO ? get_info(i, value) : -ENOPROTOOPT;
}
