/* Options that are numbers and are remembered: setsockopt.c takes them, getsockopt.c tells them. */
#ifndef INET_OPTION_H
#define INET_OPTION_H

#include "inet.h"

#define SOL_IP		0
#define SOL_TCP		6
#define SOL_UDP		17
#define SOL_IPV6	41

#define OF_STREAM	1	/* of SOCK_STREAM, of SOCK_DGRAM, of AF_INET6 */
#define OF_DGRAM	2
#define OF_SIX		4
#define ALL		(OF_STREAM | OF_DGRAM)
#define SIX		(ALL | OF_SIX)
#define TO_HOST		8	/* has an effect on packets: the socket of the host gets it, too */

struct option {
	u8 level, name;
	u8 of;
	bool any;	/* whatever is not 0 becomes 1 */
	s32 first, last, begin;
};
/* Bits of SOL_SOCKET that are on or off: SO_DEBUG, OOBINLINE, REUSEPORT, TIMESTAMP, TIMESTAMPNS, RXQ_OVFL, SELECT_ERR_QUEUE,
 * and the time stamps of 64 bits, which those of x86-64 are anyway; and those that the system call takes itself and then
 * tells of: REUSEADDR, DONTROUTE, BROADCAST, KEEPALIVE. SWITCHES_OUT have an effect on packets and ports of others. */
#define SWITCHES_OUT (1UL << 2 | 1UL << 5 | 1UL << 6 | 1UL << 9 | 1UL << 15)
#define BITS	(SWITCHES_OUT | 1UL << 1 | 1UL << 10 | 1UL << 15 | 1UL << 29 | 1UL << 35 | 1UL << 40 | 1UL << 45 | 1UL << 63)

#define TCP_INFO	11
/* What programs read of struct tcp_info (linux/tcp.h); the rest is 0. */
struct tcp_info {
	u8 state, ca_state, retransmits, probes, backoff, options, scales, flags;
	u32 rto, ato, send_mss, recv_mss, unacked, sacked, lost, retrans, fackets;
	u32 last_data_sent, last_ack_sent, last_data_recv, last_ack_recv;
	u32 pmtu, recv_ssthresh, rtt, rttvar, send_ssthresh, send_cwnd, advmss, reordering;
	u32 recv_rtt, recv_space, total_retrans;
	u8 rest[152];
};
_Static_assert(sizeof(struct tcp_info) == 256, "of Linux 6.x");

extern const struct option inet_options[];

const struct option *option_find(const struct inet *i, int level, int name);
s32 *option_slot(struct inet *i, const struct option *o);	/* holds the value XOR o->begin; NULL: nothing was set yet */

#endif
