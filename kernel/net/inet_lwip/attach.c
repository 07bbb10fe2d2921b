/* Between the card and lwIP: frames in both directions. */
#include "lwip.h"

struct net_card *card;
struct netif card_netif;
u16_t lwip_tx_mss;

/* A received packet's data begins with this. */
struct received {
	struct pbuf_custom c;
	bool kept;
};
_Static_assert(sizeof(struct received) <= CARD_ROOM - CARD_HEADER, "room for it");
_Static_assert(PACKET_OVERHEAD % 8 == 0, "alignment");

int card_attach(struct net_card *c)
{
	if (card)
		return -EBUSY;
	card = c;
	inet_link = &c->link;
	inet_find_out = card_way_out;
	return 0;
}

void *lwip_calloc(size_t n, size_t size)
{
	return kzalloc(n * size);	/* of lwIP's own structures */
}

unsigned int lwip_random(void)
{
	u32 v;

	random_bytes(&v, sizeof(v));
	return v;
}

/* RFC 1071: words of 64 bits, their carries added at the end. */
unsigned short card_checksum(const void *data, int len)
{
	const u8 *p = data;
	u64 sum = 0, carry = 0;
	u32 n = len;

	for (; n >= 8; n -= 8, p += 8) {
		u64 v;
		memcpy(&v, p, 8);
		sum += v;
		carry += sum < v;
	}
	u64 rest = 0;
	for (u32 k = 0; k < n; k++)
		rest |= (u64)p[k] << 8 * k;
	sum += rest;
	carry += sum < rest;
	sum = (sum & 0xffffffff) + (sum >> 32) + carry;
	for (int k = 0; k < 4; k++)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* --- out --- */

static u32 word(const u8 *p) { return p[0] << 8 | p[1]; }

/* The sum of the pseudo header (RFC 9293, 3.1), which the device adds to that of the rest. */
static void begin_checksum(u8 *at, const u8 *addresses, u32 n, u32 protocol, u32 len)
{
	u32 sum = protocol + len;

	for (u32 k = 0; k < n; k += 2)
		sum += word(addresses + k);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	at[0] = sum >> 8;
	at[1] = sum;
}

/* What the card has to do for P, an Ethernet frame whose headers are in one piece. */
static void give_work(const struct pbuf *p, struct card_work *w)
{
	u8 *h = p->payload, *ip = h + SIZEOF_ETH_HDR;
	bool six = word(h + 12) == ETHTYPE_IPV6, four = word(h + 12) == ETHTYPE_IP;
	u32 head = four ? (ip[0] & 15) * 4 : 40;

	if (!card->checksums || !(six || four) || p->len < SIZEOF_ETH_HDR + head + 8)
		return;
	if (four && word(ip + 6) & 0x3fff)	/* a fragment */
		return;
	u32 protocol = four ? ip[9] : ip[6], len = p->tot_len - SIZEOF_ETH_HDR - head;
	u8 *t = ip + head;
	if (protocol != IP_PROTO_TCP && protocol != IP_PROTO_UDP)
		return;
	w->six = six;
	w->checksum_from = t - h;
	w->checksum_at = protocol == IP_PROTO_TCP ? 16 : 6;
	begin_checksum(t + w->checksum_at, four ? ip + 12 : ip + 8, four ? 8 : 32, protocol, len);
	if (protocol != IP_PROTO_TCP || p->len < t - h + 20)
		return;
	w->headers = t - h + (t[12] >> 4) * 4;
	u32 mss = lwip_tx_mss ? lwip_tx_mss : card_netif.mtu - head - 20;
	if (p->tot_len > w->headers + mss)
		w->mss = mss;
}

static bool has_header_room(const struct pbuf *p)
{
	return p->type_internal & PBUF_TYPE_FLAG_STRUCT_DATA_CONTIGUOUS && (u8 *)p->payload - CARD_HEADER >= (u8 *)(p + 1);
}

static err_t send_frame(struct netif *n, struct pbuf *p)
{
	struct card_piece v[CARD_PIECES];
	struct card_work w = { 0 };
	unsigned count = 0;

	(void)n;
	if (!has_header_room(p) || pbuf_clen(p) > CARD_PIECES)
		p = pbuf_clone(PBUF_LINK, PBUF_RAM, p);
	else
		pbuf_ref(p);
	if (!p)
		return ERR_MEM;
	for (struct pbuf *q = p; q; q = q->next)
		if (q->len)
			v[count++] = (struct card_piece){ q->payload, q->len };
	give_work(p, &w);
	if (card->send(v, count, &w, p))
		return ERR_OK;
	pbuf_free(p);
	return ERR_MEM;
}

void card_sent(void *cookie)
{
	pbuf_free(cookie);
}

void card_has_room(void)
{
	tcp_txnow();
	datagrams_wake();
	card->kick();
}

/* --- in --- */

static struct packet *packet_at(struct pbuf *q)
{
	return container_of((u8 (*)[])q, struct packet, data);
}

static void free_received(struct pbuf *q)
{
	if (!((struct received *)q)->kept)
		kfree(packet_at(q));
}

struct packet *packet_of(struct pbuf *q)
{
	bool ours = q->flags & PBUF_FLAG_IS_CUSTOM && ((struct pbuf_custom *)q)->custom_free_function == free_received;

	return ours && q->ref == 1 ? packet_at(q) : NULL;
}

void packet_keep(struct pbuf *q)
{
	((struct received *)q)->kept = true;
}

static struct pbuf *wrap(struct packet *p)
{
	struct received *r = (struct received *)p->data;

	r->kept = false;
	r->c.custom_free_function = free_received;
	return pbuf_alloced_custom(PBUF_RAW, p->len, PBUF_REF, &r->c, p->data + p->start, p->len);
}

/* Takes the Ethernet header off the first packet. False: the frame is not for us, or too short. */
static bool open_frame(struct packet *p, u16 *type, u8 *flags)
{
	static const u8 all[6] = { 255, 255, 255, 255, 255, 255 };
	const u8 *h = p->data + p->start;

	if (p->len < SIZEOF_ETH_HDR)
		return false;
	*flags = !memcmp(h, all, 6) ? PBUF_FLAG_LLBCAST : h[0] & 1 ? PBUF_FLAG_LLMCAST : 0;
	*type = word(h + 12);
	if (!*flags && memcmp(h, card->link.mac, 6))
		return false;
	p->start += SIZEOF_ETH_HDR;
	p->len -= SIZEOF_ETH_HDR;
	return true;
}

static void input(struct pbuf *p, u16 type)
{
	switch (type) {
	case ETHTYPE_IP:
		ip4_input(p, &card_netif);
		return;
	case ETHTYPE_IPV6:
		ip6_input(p, &card_netif);
		return;
	case ETHTYPE_ARP:
		etharp_input(p, &card_netif);
		return;
	}
	pbuf_free(p);
}

void card_received(struct list *packets, u32 total, bool checked)
{
	struct pbuf *all = NULL;
	u16 type = 0;
	u8 flags = 0;
	bool good = open_frame(list_first(packets, struct packet, link), &type, &flags) && card_netif.input;

	while (!list_empty(packets)) {
		struct packet *p = list_first(packets, struct packet, link);
		list_remove(&p->link);
		if (!good) {
			kfree(p);
			continue;
		}
		struct pbuf *q = wrap(p);
		if (all)
			pbuf_cat(all, q);
		else
			all = q;
	}
	if (!all)
		return;
	all->flags |= flags;
	u16 check = NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP;
	card_netif.chksum_flags = checked ? card_netif.chksum_flags & ~check : card_netif.chksum_flags | check;
	input(all, type);
}

void card_done(void)
{
	card->kick();
}

void card_link(void)
{
	if (!card_netif.input)
		return;
	if (card->link.up)
		netif_set_link_up(&card_netif);
	else
		netif_set_link_down(&card_netif);
	card->kick();
}

/* --- the interface --- */

static err_t never(struct pbuf *p, struct netif *n) { (void)n; pbuf_free(p); return ERR_OK; }

static err_t begin(struct netif *n)
{
	n->name[0] = 'e';
	n->name[1] = 'n';
	n->hwaddr_len = 6;
	memcpy(n->hwaddr, card->link.mac, 6);
	n->mtu = card->link.mtu;
	n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_IGMP | NETIF_FLAG_MLD6;
	n->output = etharp_output;
	n->output_ip6 = ethip6_output;
	n->linkoutput = send_frame;
	u16 sums = NETIF_CHECKSUM_ENABLE_ALL;
	if (card->checksums)
		sums &= ~(NETIF_CHECKSUM_GEN_TCP | NETIF_CHECKSUM_GEN_UDP);
	NETIF_SET_CHECKSUM_CTRL(n, sums);
	return ERR_OK;
}

bool card_start(void)
{
	tcp_init();
	if (!netif_add(&card_netif, NULL, NULL, NULL, NULL, begin, never) || !timers_start())
		return false;
	netif_set_status_callback(&card_netif, config_changed);
	netif_set_default(&card_netif);
	netif_set_up(&card_netif);
	if (card->link.up)
		netif_set_link_up(&card_netif);
	icmp_start();
	config_begin();
	card->kick();
	return true;
}
