/* The table of options, with what they begin with and can become: Linux's net/ipv4 and net/ipv6. */
#include "option.h"

#define BOOL	0, 1
#define INT	-0x7fffffff - 1, 0x7fffffff
#define COUNT	0, 0x7fffffff

/* Those of enum known come first, in its order. */
const struct option inet_options[] = {
	{ SOL_IP, 2, ALL | TO_HOST, false, 1, 255, 64 },		/* IP_TTL */
	{ SOL_IP, 1, ALL | TO_HOST, false, 0, 255, 0 },		/* IP_TOS */
	{ SOL_IP, 8, ALL, true, BOOL, 0 },			/* IP_PKTINFO */
	{ SOL_IP, 12, ALL, true, BOOL, 0 },			/* IP_RECVTTL */
	{ SOL_IP, 13, ALL, true, BOOL, 0 },			/* IP_RECVTOS */
	{ SOL_IP, 20, ALL, true, BOOL, 0 },			/* IP_RECVORIGDSTADDR */
	{ SOL_IP, 15, ALL, true, BOOL, 0 },			/* IP_FREEBIND */
	{ SOL_IP, 24, ALL, true, BOOL, 0 },			/* IP_BIND_ADDRESS_NO_PORT */
	{ SOL_IP, 51, ALL, false, INT, 0 },			/* IP_LOCAL_PORT_RANGE */
	{ SOL_IPV6, 49, SIX, true, BOOL, 0 },			/* IPV6_RECVPKTINFO */
	{ SOL_IPV6, 51, SIX, true, BOOL, 0 },			/* IPV6_RECVHOPLIMIT */
	{ SOL_IPV6, 66, SIX, true, BOOL, 0 },			/* IPV6_RECVTCLASS */
	{ SOL_IPV6, 16, SIX | TO_HOST, false, 0, 255, 64 },	/* IPV6_UNICAST_HOPS */
	{ SOL_IPV6, 67, SIX | TO_HOST, false, 0, 255, 0 },	/* IPV6_TCLASS */
	{ SOL_IPV6, 74, SIX, true, BOOL, 0 },			/* IPV6_RECVORIGDSTADDR */
	{ SOL_IP, 11, ALL, true, BOOL, 0 },			/* IP_RECVERR */
	{ SOL_IPV6, 25, SIX, true, BOOL, 0 },			/* IPV6_RECVERR */
	{ SOL_TCP, 3, OF_STREAM | TO_HOST, true, BOOL, 0 },	/* TCP_CORK */
	{ SOL_IP, 33, ALL | TO_HOST, false, 0, 255, 1 },		/* IP_MULTICAST_TTL */
	{ SOL_IP, 34, ALL | TO_HOST, true, BOOL, 1 },			/* IP_MULTICAST_LOOP */
	{ SOL_IP, 49, ALL, false, BOOL, 1 },			/* IP_MULTICAST_ALL */
	{ SOL_IPV6, 18, OF_DGRAM | OF_SIX | TO_HOST, false, 0, 255, 1 },	/* IPV6_MULTICAST_HOPS */
	{ SOL_IPV6, 19, SIX | TO_HOST, false, BOOL, 1 },			/* IPV6_MULTICAST_LOOP */
	{ SOL_IPV6, 29, SIX, true, BOOL, 1 },			/* IPV6_MULTICAST_ALL */
	{ SOL_TCP, 2, OF_STREAM, false, 88, 32767, 536 },	/* TCP_MAXSEG */
	{ SOL_TCP, 9, OF_STREAM, false, COUNT, 0 },		/* TCP_DEFER_ACCEPT */

	{ SOL_IP, 6, ALL, true, BOOL, 0 },			/* IP_RECVOPTS */
	{ SOL_IP, 7, ALL, true, BOOL, 0 },			/* IP_RETOPTS */
	{ SOL_IP, 10, ALL, false, 0, 5, 1 },			/* IP_MTU_DISCOVER */
	{ SOL_IP, 19, ALL, true, BOOL, 0 },			/* IP_TRANSPARENT */
	{ SOL_IP, 21, ALL, false, 0, 255, 0 },			/* IP_MINTTL */
	{ SOL_IP, 23, ALL, true, BOOL, 0 },			/* IP_CHECKSUM */
	{ SOL_IPV6, 23, SIX, false, 0, 5, 1 },			/* IPV6_MTU_DISCOVER */
	{ SOL_IPV6, 33, SIX, true, BOOL, 0 },			/* IPV6_FLOWINFO_SEND */
	{ SOL_IPV6, 53, SIX, true, BOOL, 0 },			/* IPV6_RECVHOPOPTS */
	{ SOL_IPV6, 56, SIX, true, BOOL, 0 },			/* IPV6_RECVRTHDR */
	{ SOL_IPV6, 58, SIX, true, BOOL, 0 },			/* IPV6_RECVDSTOPTS */
	{ SOL_IPV6, 60, SIX, true, BOOL, 0 },			/* IPV6_RECVPATHMTU */
	{ SOL_IPV6, 62, SIX, true, BOOL, 0 },			/* IPV6_DONTFRAG */
	{ SOL_IPV6, 70, SIX, true, BOOL, 1 },			/* IPV6_AUTOFLOWLABEL */
	{ SOL_IPV6, 73, SIX, false, 0, 255, 0 },		/* IPV6_MINHOPCOUNT */
	{ SOL_IPV6, 78, SIX, true, BOOL, 0 },			/* IPV6_FREEBIND */

	{ SOL_TCP, 1, OF_STREAM | TO_HOST, true, BOOL, 0 },	/* TCP_NODELAY */
	{ SOL_TCP, 4, OF_STREAM | TO_HOST, false, 1, 32767, 7200 },	/* TCP_KEEPIDLE */
	{ SOL_TCP, 5, OF_STREAM | TO_HOST, false, 1, 32767, 75 },	/* TCP_KEEPINTVL */
	{ SOL_TCP, 6, OF_STREAM | TO_HOST, false, 1, 127, 9 },	/* TCP_KEEPCNT */
	{ SOL_TCP, 7, OF_STREAM | TO_HOST, false, 1, 127, 6 },	/* TCP_SYNCNT */
	{ SOL_TCP, 8, OF_STREAM, false, -1, 120, 60 },		/* TCP_LINGER2 */
	{ SOL_TCP, 10, OF_STREAM, false, INT, 0 },		/* TCP_WINDOW_CLAMP */
	{ SOL_TCP, 12, OF_STREAM | TO_HOST, true, BOOL, 1 },	/* TCP_QUICKACK */
	{ SOL_TCP, 16, OF_STREAM, false, 0, 1, 0 },		/* TCP_THIN_LINEAR_TIMEOUTS */
	{ SOL_TCP, 18, OF_STREAM | TO_HOST, false, COUNT, 0 },	/* TCP_USER_TIMEOUT */
	{ SOL_TCP, 23, OF_STREAM, false, COUNT, 0 },		/* TCP_FASTOPEN: without effect, as without the sysctl's bit */
	{ SOL_TCP, 25, OF_STREAM | TO_HOST, false, INT, 0 },	/* TCP_NOTSENT_LOWAT */
	{ SOL_TCP, 27, OF_STREAM, false, 0, 2, 0 },		/* TCP_SAVE_SYN */
	{ SOL_TCP, 30, OF_STREAM, false, 0, 1, 0 },		/* TCP_FASTOPEN_CONNECT: likewise */
	{ SOL_TCP, 36, OF_STREAM, false, 0, 1, 0 },		/* TCP_INQ */

	{ IPPROTO_UDPLITE, 10, OF_DGRAM, false, 0, 0xffff, 0 },	/* UDPLITE_SEND_CSCOV */
	{ IPPROTO_UDPLITE, 11, OF_DGRAM, false, 0, 0xffff, 0 },	/* UDPLITE_RECV_CSCOV */

	{ SOL_SOCKET, 12, ALL | TO_HOST, false, INT, 0 },	/* SO_PRIORITY */
	{ SOL_SOCKET, 36, ALL | TO_HOST, false, INT, 0 },	/* SO_MARK */
	{ SOL_SOCKET, 46, ALL, false, COUNT, 0 },		/* SO_BUSY_POLL */
	{ SOL_SOCKET, 49, ALL, false, INT, -1 },		/* SO_INCOMING_CPU */
};
const u32 inet_option_count = array_len(inet_options);

const struct option *option_find(const struct inet *i, int level, int name)
{
	u8 is = (is_stream(i) ? OF_STREAM : OF_DGRAM) | (i->s.domain == AF_INET6 ? OF_SIX : 0);

	for (u32 k = 0; k < inet_option_count; k++) {
		const struct option *o = &inet_options[k];
		if (o->level == level && o->name == name && (level != IPPROTO_UDPLITE || i->s.protocol == level))
			return o->of & is & ALL && (!(o->of & OF_SIX) || is & OF_SIX) ? o : NULL;
	}
	return NULL;
}

s32 *option_slot(struct inet *i, const struct option *o)
{
	return i->options ? &i->options[o - inet_options] : NULL;
}
