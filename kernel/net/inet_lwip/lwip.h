/* lwIP behind the sockets of net/inet: what the files of this folder share. lwIP's headers come first: two names of states
 * are the same there and in inet.h. */
#ifndef INET_LWIP_LWIP_H
#define INET_LWIP_LWIP_H

#define CLOSED		LWIP_CLOSED
#define ESTABLISHED	LWIP_ESTABLISHED
#include "lwip/opt.h"
#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/icmp.h"
#include "lwip/igmp.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/mld6.h"
#include "lwip/nd6.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/priv/nd6_priv.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/raw.h"
#include "lwip/tcp.h"
#include "lwip/udp.h"
#include "lwip_hooks.h"
#undef CLOSED
#undef ESTABLISHED
#undef tcp_recv
#undef udp_send
#undef udp_recv

#include "../inet/inet.h"
#include "card.h"

/* A socket of the card's. */
struct conn {
	struct inet *i;		/* NULL: the program has closed it */
	struct tcp_pcb *pcb;	/* NULL: lwIP has freed it, or there is none yet */
	struct udp_pcb *udp;
	struct listener *listener;
	struct list all;
	struct list out;	/* struct packet: bytes of a stream that lwIP has not got yet */
	bool fin;		/* behind them comes the end */
	bool cork;
	bool asked_alias;	/* the name server by the address that stands for it */
	bool held;		/* close(2) is under way */
	struct waitq closing;	/* woken when lwIP has freed it, and when something was acknowledged */
};

static inline struct conn *conn_of(const struct inet *i) { return i->card; }

extern struct net_card *card;
extern struct netif card_netif;
extern const struct inet_way lwip_way;

/* attach.c */
bool card_start(void);
struct packet *packet_of(struct pbuf *q);	/* the buffer of Q, which only this pbuf refers to; or NULL */
void packet_keep(struct pbuf *q);		/* freeing Q does not free it */

/* config.c */
const struct inet_way *card_way_out(void);
void config_begin(void);
void config_changed(struct netif *n);

/* timers.c */
bool timers_start(void);
void timers_run(void);			/* those that are due */

/* connection.c */
extern struct list connections;		/* struct conn, by ALL */
extern u32 connection_count;
struct conn *conn_new(struct inet *i);
void conn_attach(struct conn *c, struct tcp_pcb *pcb);
void conn_window(struct conn *c);
void conn_free(struct conn *c);		/* unless lwIP or a program has it */
void conn_pump(struct conn *c);
void address_to(ip_addr_t *out, const struct hs_address *a);
void address_from(struct hs_address *out, const ip_addr_t *a, u16 port);
int error_of(err_t e);

/* stream.c */
u32 send_limit(const struct inet *i);	/* bytes of a stream that lwIP and its queue have at most */
u32 lwip_room(struct inet *i);
void lwip_push(struct inet *i, struct packet *p);
void lwip_taken(struct inet *i);
void lwip_finish(struct inet *i);
int lwip_connect_stream(struct inet *i);
void lwip_close(struct conn *c, bool abort);
void lwip_linger(struct conn *c, ns_t deadline);
err_t stream_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err);

/* listen.c */
int lwip_listen(struct inet *i);
void listener_leave(struct conn *c);

/* datagram.c */
int datagram_open(struct inet *i);
int datagram_port(struct inet *i);
int lwip_datagram(struct inet *i, struct packet *p, int flags, ns_t deadline);
void datagrams_wake(void);
int lwip_group(const struct hs_address *group, bool join);
void datagram_header(struct packet *d);	/* what the header of the packet that has just come says */

/* resolver.c: A becomes what it stands for, or the other way round; false: it is not about a name server. */
bool resolver_stands_for(struct hs_address *a);
bool resolver_alias(struct hs_address *a);

/* icmp.c */
extern struct raw_pcb *icmp_pcbs[2];	/* of IPv4, of IPv6 */
void icmp_start(void);

/* echo.c */
err_t echo_send(struct packet *p, struct pbuf *q, const ip_addr_t *to, const ip_addr_t *source);
void echo_arrived(const struct pbuf *p, u32 head, const u8 *id);

/* option.c */
void lwip_option(struct inet *i, int level, int name, const void *value, u32 len);
int lwip_ask_option(struct inet *i, int level, int name, void *value, u32 len);

#endif
