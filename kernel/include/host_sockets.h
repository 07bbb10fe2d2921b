/* The device of host sockets: the runner does for the guest what a network card and a TCP/IP stack would
 * (docs/host-sockets.md). Both sides have this protocol from here: the runner's copy (kvmboot/hostsockets) is compared
 * with it by a test. All numbers are little endian, but ports and addresses, which are as on the wire. */
#ifndef HOST_SOCKETS_H
#define HOST_SOCKETS_H

#include "types.h"
#include "uk_abi.h"

#define HS_VERSION		1

/* Queues. What one buffer holds is one struct hs_header and hs_header.len bytes. */
#define HS_QUEUE_RX	0	/* to the guest */
#define HS_QUEUE_TX	1	/* from the guest */

/* Configuration space, read-only. */
struct hs_config {
	u32 version;		/* HS_VERSION: a driver that does not know it leaves the device alone */
	u32 prefix, prefix6;	/* lengths of the guest's networks */
	u8 address[4], gateway[4], resolver[4];
	u8 address6[16], gateway6[16], resolver6[16];
};
_Static_assert(sizeof(struct hs_config) == 72, "no holes");

/* An address with a port. IPv4 uses ip[0..3]; the rest is zero. Sockets of AF_INET6 have addresses of AF_INET6 alone, in
 * both directions: IPv4 is mapped (::ffff:a.b.c.d), as programs have it. */
struct hs_address {
	u16 family;		/* AF_INET, AF_INET6; 0: none */
	u8 port[2];		/* network order */
	u32 scope;		/* sin6_scope_id */
	u8 ip[16];
};
_Static_assert(sizeof(struct hs_address) == 24, "no holes");

struct hs_header {
	u32 socket;		/* the guest chooses numbers below HS_ACCEPTED, the runner those above; none is used twice */
	u32 len;		/* of what follows */
	u16 op;
	u16 flags;
	u32 request;		/* not 0: asks for an HS_RESULT with this number, or is in one */
	s32 error;		/* HS_RESULT, HS_ERROR, HS_RESET: a positive errno, 0: it worked */
	/* Credit as virtio 1.2, section 5.10.6.3 has it, in each packet about a socket that is open; of HS_DGRAM the bytes
	 * of datagrams count. Counters wrap. A receiver's window is HS_WINDOW_FIRST until it has told another one; it never
	 * shrinks. Bytes beyond it end the connection. */
	u32 window;		/* bytes that the sender of this packet keeps at most */
	u32 taken;		/* bytes that it has taken from there since the beginning */
	u32 reserved;		/* 0 */
};
_Static_assert(sizeof(struct hs_header) == 32, "no holes");
#define HS_ACCEPTED	0x80000000u
#define HS_WINDOW_FIRST	(64 * 1024)

/* What follows HS_OPEN. */
struct hs_open {
	u16 family, type;	/* AF_INET, AF_INET6; SOCK_STREAM, SOCK_DGRAM */
	u32 protocol;		/* 0, IPPROTO_TCP, _UDP, _ICMP, _ICMPV6 */
};

/* What follows HS_SETOPT and HS_GETOPT; the value of HS_SETOPT is behind it. */
struct hs_option {
	s32 level, name;
	u32 size;		/* of the value; HS_GETOPT: room for it */
};
#define HS_OPTION_MAX	256

/* What follows HS_LISTEN. */
struct hs_listen {
	u32 backlog;
};

/* What follows HS_ACCEPT: hs_header.socket is the listening one. The first packet of the guest for the new number says
 * that the program has it now: HS_CREDIT, if there is nothing else to say. The runner hands over no more than the
 * backlog without such a packet; further connections wait in the host. */
struct hs_accept {
	u32 socket;		/* the new one's number */
	u32 reserved;
	struct hs_address local, peer;
};

enum hs_op {
	/* Of the guest. Without a request number nothing is answered; an error of such an op comes as HS_ERROR, but for HS_SETOPT. */
	HS_OPEN = 1,		/* struct hs_open: a socket of the host is made for this number */
	HS_SETOPT,		/* struct hs_option, value */
	HS_GETOPT,		/* struct hs_option; the result is followed by the value */
	HS_BIND,		/* struct hs_address; the result is followed by the address that it has now. Port 0: any
				 * that is free; the guest takes the one of the result, or tries anew with another number */
	HS_LISTEN,		/* struct hs_listen; again: another backlog */
	HS_CONNECT,		/* struct hs_address; the result comes when it is decided, followed by the local address;
				 * family 0, for SOCK_DGRAM: no peer any more */
	HS_CLOSE,		/* the number is gone; what was sent before goes out. Flag HS_ABORT: it does not (RST).
				 * With a request the result comes when the peer has all of it (SO_LINGER) */
	/* Of both. */
	HS_DATA,		/* bytes of a stream. Of the guest, with HS_MORE: the host may keep back what fills no segment, as with
				 * MSG_MORE; none: it does so no longer */
	HS_DGRAM,		/* struct hs_address (to, or from; of family 0: the peer), then one datagram. Of the runner:
				 * what one buffer does not hold goes on in the next, with HS_MORE in all but the last;
				 * only the first has the address */
	HS_CREDIT,		/* tells window and taken */
	HS_CREDIT_REQUEST,	/* asks for HS_CREDIT */
	HS_SHUTDOWN,		/* flags: SHUT_READ, SHUT_WRITE of the sender of this packet (bits, as in socket.h) */
	/* Of the runner. */
	HS_RESULT,		/* of an op with a request number */
	HS_ACCEPT,		/* struct hs_accept; a guest that does not want it answers HS_CLOSE with HS_ABORT */
	HS_RESET,		/* the connection is over: ERROR is what SO_ERROR tells */
	HS_ERROR,		/* ERROR is pending at the socket, which goes on */
};
#define HS_ABORT	1
#define HS_MORE		2
/* The guest's packets have at most so many bytes behind the header; the runner's fill at most the buffer that it found. */
#define HS_LEN_MAX	(65536 + 64)

/* The machine's end: the guest waits until the runner has taken all that is in HS_QUEUE_TX, and the runner then
 * sends what it holds of it, as long as somebody takes it within five seconds. */

#endif
