/* lwIP's options. It runs with the kernel lock held, called by system calls, the card's interrupts and one thread for its
 * timers; kernel/net/inet_lwip has all that calls it, and sockets. */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS				1
#define SYS_LIGHTWEIGHT_PROT		0
#define LWIP_NETCONN			0
#define LWIP_SOCKET			0
#define LWIP_SINGLE_NETIF		1
#define LWIP_STATS			0
#define LWIP_NETIF_TX_SINGLE_PBUF	0
#define LWIP_PROVIDE_ERRNO		0
#ifndef LWIP_NOASSERT_OFF	/* kernel/net/test has them */
#define LWIP_NOASSERT			1
#endif

/* Timers of our own (inet_lwip/timers.c), which stand still while there is nothing to time. */
#define LWIP_TIMERS			1
#define LWIP_TIMERS_CUSTOM		1
#define TCP_TMR_INTERVAL		50	/* RFC 1122 allows acknowledgements to be late by 500 ms, Linux has 40 */
#define LWIP_TCP_RTO_TIME		1000	/* RFC 6298, 2.1 */

/* All memory is kmalloc()'s. */
#define MEM_LIBC_MALLOC			1
#define MEM_ALIGNMENT			8
#define MEMP_MEM_MALLOC			1
#define mem_clib_malloc			kmalloc
#define mem_clib_free			kfree
#define mem_clib_calloc			lwip_calloc

#define LWIP_IPV4			1
#define LWIP_IPV6			1
#define LWIP_IPV6_SCOPES		0	/* there is one card */
#define LWIP_IPV6_MLD			1
#define LWIP_IPV6_FRAG			1
#define LWIP_IPV6_REASS			1
#define IPV6_FRAG_COPYHEADER		1	/* pointers have 64 bits */
#define LWIP_IPV6_AUTOCONFIG		1
#define LWIP_IPV6_DUP_DETECT_ATTEMPTS	1
#define LWIP_IPV6_SEND_ROUTER_SOLICIT	1
#define LWIP_ND6_RDNSS_MAX_DNS_SERVERS	1
#define LWIP_IPV6_NUM_ADDRESSES		4
#define LWIP_ND6_NUM_NEIGHBORS		64
#define LWIP_ND6_NUM_DESTINATIONS	64
#define LWIP_ND6_QUEUEING		1
#define ARP_TABLE_SIZE			127
#define ARP_QUEUEING			1
#define ARP_QUEUE_LEN			16
#define ETHARP_SUPPORT_STATIC_ENTRIES	0
#define IP_REASSEMBLY			1
#define IP_FRAG				1
#define IP_REASS_MAX_PBUFS		256
#define IP_FORWARD			0
#define LWIP_ICMP			1
#define LWIP_BROADCAST_PING		0
#define LWIP_MULTICAST_PING		0
#define LWIP_IGMP			1
#define LWIP_AUTOIP			0
#define LWIP_DNS			0
#define LWIP_RAW			1	/* for errors that ICMP tells */
#define LWIP_DHCP			1
#define DHCP_DOES_ARP_CHECK		0	/* an answer takes one round trip, not a second more */
#define LWIP_DHCP_PROVIDE_DNS_SERVERS	1
#define LWIP_DHCP_MAX_DNS_SERVERS	2
#define LWIP_DHCP_GET_NTP_SRV		0

#define LWIP_UDP			1
#define LWIP_UDPLITE			0
#define SO_REUSE			1	/* inet/port.c decides who may have a port */
#define LWIP_NETIF_STATUS_CALLBACK	1
#define LWIP_NETIF_LINK_CALLBACK	0
#define LWIP_NETIF_HOSTNAME		1
#define LWIP_NETIF_LOOPBACK		0	/* loopback never comes here */
#define LWIP_HAVE_LOOPIF		0
#define LWIP_CHECKSUM_CTRL_PER_NETIF	1	/* the card may do them */
#define LWIP_CHECKSUM_ON_COPY		0
#define LWIP_CHKSUM			card_checksum

#define LWIP_TCP			1
#define TCP_QUEUE_OOSEQ			1
#define TCP_OOSEQ_MAX_BYTES		(512 * 1024)
#define LWIP_TCP_SACK_OUT		1
#define LWIP_TCP_MAX_SACK_NUM		4
#define LWIP_TCP_TIMESTAMPS		0
#define LWIP_TCP_KEEPALIVE		1
#define LWIP_WND_SCALE			1
#define TCP_RCV_SCALE			7
#define TCP_WND				lwip_window	/* what a connection may have on its way here at most */
#define TCP_MSS				65480	/* of the largest card: what a connection uses, its network decides */
#define TCP_SND_BUF			(64 * 1024 * 1024)	/* inet_lwip/stream.c has the limit */
#define TCP_SND_QUEUELEN		0xffff
#define TCP_WND_UPDATE_THRESHOLD	LWIP_MIN(pcb->rcv_wnd / 4, 262144U)	/* a peer may know no window of more than 64 KB */
#define TCP_SNDLOWAT			1
#define TCP_SNDQUEUELOWAT		1
#define TCP_OVERSIZE			0	/* nothing is copied */
#define TCP_MSL				30000UL	/* so that TIME_WAIT takes as long as Linux's */
#define TCP_SYNMAXRTX			30	/* one a second */
#define TCP_MAXRTX			12
#define TCP_LISTEN_BACKLOG		0	/* the socket's own */
#define LWIP_TCP_PCB_NUM_EXT_ARGS	1	/* tells when a connection is gone */
#define LWIP_TCP_CALC_INITIAL_CWND(mss)	(10U * (mss))	/* RFC 6928 */
#define LWIP_DISABLE_TCP_SANITY_CHECKS	1

struct tcp_pcb;
struct tcp_hdr;
#define LWIP_HOOK_FILENAME		"lwip_hooks.h"
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, hdr, optlen, opt1len, opt2, p) \
	((pcb)->state == LISTEN ? lwip_syn_allowed(pcb, hdr, p) : ERR_OK)
#define LWIP_HOOK_TCP_ISN		lwip_sequence

/* Room before each header that goes out for that of the card (virtio 1.2, section 5.1.6), so that both are in one piece. */
#define PBUF_LINK_ENCAPSULATION_HLEN	12

/* Names that sockets here have already. */
#define tcp_recv	lwip_tcp_recv
#define udp_send	lwip_udp_send
#define udp_recv	lwip_udp_recv

#endif
