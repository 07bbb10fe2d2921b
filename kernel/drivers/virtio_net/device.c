/* The device: its features, configuration and two queues. */
#include "driver.h"
#include "net.h"

#define LINK_UP		1
#define MTU_LEAST	576	/* RFC 791 */
#define MTU_MOST	65520

u64 net_features;
struct net_card net_card = { .send = net_send, .room = net_room, .kick = net_kick };
static struct virtio_device *device;

static bool link_up(void)
{
	return !(net_features & F_STATUS) || device->config[1] >> 16 & LINK_UP;
}

static void check_link(void)
{
	bool up = link_up();

	if (up == net_card.link.up)
		return;
	net_card.link.up = up;
	card_link();
}

/* Section 5.1.4: address, status, pairs of queues, MTU. */
static void read_config(void)
{
	u32 c[2] = { device->config[0], device->config[1] };

	memcpy(net_card.link.mac, c, sizeof(net_card.link.mac));
	if (!(net_features & F_MAC) || net_card.link.mac[0] & 1) {	/* none, or a group's */
		random_bytes(net_card.link.mac, sizeof(net_card.link.mac));
		net_card.link.mac[0] = (net_card.link.mac[0] & ~1) | 2;
	}
	net_card.link.mtu = 1500;
	if (net_features & F_MTU)
		net_card.link.mtu = min(max(device->config[2] >> 16, (u32)MTU_LEAST), (u32)MTU_MOST);
	net_card.link.up = link_up();
}

/* What came, and what is done. */
static bool look(void)
{
	if (!net_card.link.up)	/* frames may come with the news */
		check_link();
	bool any = receive_collect();
	any |= send_collect();
	card_done();
	return any;
}

/* One that brings nothing is for the configuration. One may be for both; a link that went down with its last frames is
 * seen within a second. */
static void interrupt(struct virtqueue *q)
{
	if (!look())
		check_link();
}

static void nothing(struct virtqueue *q) {}
static void poll(void) { look(); }

static u64 choose(u64 offered)
{
	u64 all = F_CSUM | F_GUEST_CSUM | F_MTU | F_MAC | F_MRG_RXBUF | F_STATUS | F_EVENT_IDX;

	if (offered & F_CSUM)
		all |= F_HOST_TSO4 | F_HOST_TSO6;
	if (offered & F_MRG_RXBUF && offered & F_GUEST_CSUM)	/* no buffer here takes 64 KB at once */
		all |= F_GUEST_TSO4 | F_GUEST_TSO6;
	return all;
}

static int probe(struct virtio_device *d)
{
	if (device)
		return -EBUSY;	/* one is enough */
	int err = virtio_start(d, choose(d->transport->get_features(d)), &net_features);
	if (err)
		return err;
	device = d;
	struct virtqueue *rx = virtqueue_create(d, 0, interrupt), *tx = virtqueue_create(d, 1, nothing);
	if (!rx || !tx || tx->size < 2 * CARD_PIECES || (err = card_attach(&net_card))) {
		device = NULL;
		return err ? err : -ENOMEM;
	}
	read_config();
	net_card.checksums = net_features & F_CSUM;
	net_card.cuts4 = net_features & F_HOST_TSO4;
	net_card.cuts6 = net_features & F_HOST_TSO6;
	net_card.poll = poll;
	net_card.check_link = check_link;
	send_start(tx);
	virtio_driver_ok(d);
	return receive_start(rx) ? 0 : -ENOMEM;
}

DRIVER(virtio_net, VIRTIO_ID_NET, probe);
