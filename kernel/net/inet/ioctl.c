/* ioctl(2) for interfaces (netdevice(7)). */
#include "af_inet.h"
#include "interface.h"

const char interface_ioctl_file[1];

#define SIOCGIFNAME	0x8910
#define SIOCGIFCONF	0x8912
#define SIOCGIFFLAGS	0x8913
#define SIOCGIFADDR	0x8915
#define SIOCGIFDSTADDR	0x8917
#define SIOCGIFBRDADDR	0x8919
#define SIOCGIFNETMASK	0x891b
#define SIOCGIFMETRIC	0x891d
#define SIOCGIFMTU	0x8921
#define SIOCGIFHWADDR	0x8927
#define SIOCGIFINDEX	0x8933
#define SIOCGIFTXQLEN	0x8942

struct ifreq {
	char name[16];
	union {
		struct sockaddr_in address;
		struct { u16 type; u8 mac[6]; } hardware;
		s32 number;
		u16 flags;
		u8 room[24];
	};
};
_Static_assert(sizeof(struct ifreq) == 40, "struct ifreq of x86-64 Linux");

/* IPv4's address of interface INDEX. */
static bool address_of(u32 index, struct interface_address *a)
{
	for (u32 i = 0; interface_address_get(i, a); i++)
		if (a->index == index && a->family == AF_INET)
			return true;
	return false;
}

static long list_addresses(unsigned long arg)
{
	struct { s32 len, pad; struct ifreq *list; } *c = (void *)arg;
	struct interface f;
	struct interface_address a;
	s32 n = 0;

	CHECK_WRITE(c, sizeof(*c));
	struct ifreq *list = c->list;
	s32 room = c->len;
	for (u32 i = 0; interface_get(i, &f); i++) {
		if (!address_of(f.index, &a))
			continue;
		if (list && room - n < (s32)sizeof(*list))
			break;
		struct ifreq r = { .address = { .family = AF_INET } };
		memcpy(r.name, f.name, strlen(f.name));
		memcpy(r.address.ip, a.ip, 4);
		if (list) {
			CHECK_WRITE(list + n / sizeof(r), sizeof(r));
			list[n / sizeof(r)] = r;
		}
		n += sizeof(r);
	}
	c->len = n;
	return 0;
}

static void fill_address(struct ifreq *r, unsigned long cmd, const struct interface_address *a)
{
	r->address = (struct sockaddr_in){ .family = AF_INET };
	for (u32 k = 0; k < 4; k++) {
		u32 bits = min((u32)max(a->prefix - 8 * (int)k, 0), 8U), mask = 0xff00 >> bits & 0xff;
		r->address.ip[k] = cmd == SIOCGIFNETMASK ? mask : cmd == SIOCGIFBRDADDR ? a->ip[k] | (u8)~mask : a->ip[k];
	}
}

static long fill(struct ifreq *r, unsigned long cmd, const struct interface *f)
{
	struct interface_address a;

	switch (cmd) {
	case SIOCGIFFLAGS:
		r->flags = f->flags;
		return 0;
	case SIOCGIFMTU:
		r->number = f->mtu;
		return 0;
	case SIOCGIFINDEX:
		r->number = f->index;
		return 0;
	case SIOCGIFMETRIC:
		r->number = 0;
		return 0;
	case SIOCGIFTXQLEN:
		r->number = 1000;
		return 0;
	case SIOCGIFHWADDR:
		memset(r->room, 0, 16);
		r->hardware.type = f->type;
		memcpy(r->hardware.mac, f->mac, 6);
		return 0;
	}
	if (!address_of(f->index, &a))
		return -EADDRNOTAVAIL;
	fill_address(r, cmd, &a);
	if (cmd == SIOCGIFBRDADDR && f->flags & IFF_LOOPBACK)
		memset(r->address.ip, 0, 4);
	return 0;
}

static bool known(unsigned long cmd)
{
	static const u16 all[] = { SIOCGIFNAME, SIOCGIFFLAGS, SIOCGIFADDR, SIOCGIFDSTADDR, SIOCGIFBRDADDR, SIOCGIFNETMASK, SIOCGIFMETRIC,
		SIOCGIFMTU, SIOCGIFHWADDR, SIOCGIFINDEX, SIOCGIFTXQLEN };

	for (u32 k = 0; k < array_len(all); k++)
		if (cmd == all[k])
			return true;
	return false;
}

long interface_ioctl(unsigned long cmd, unsigned long arg)
{
	struct ifreq *r = (struct ifreq *)arg;
	struct interface f;

	if (cmd == SIOCGIFCONF)
		return list_addresses(arg);
	if (!known(cmd))
		return -ENOTTY;
	CHECK_WRITE(r, sizeof(*r));
	struct ifreq copy = *r;
	copy.name[sizeof(copy.name) - 1] = 0;
	for (u32 i = 0; interface_get(i, &f); i++) {
		if (cmd == SIOCGIFNAME ? (u32)copy.number != f.index : strcmp(copy.name, f.name))
			continue;
		long err = 0;
		if (cmd == SIOCGIFNAME)
			memcpy(copy.name, f.name, strlen(f.name) + 1);
		else
			err = fill(&copy, cmd, &f);
		if (!err)
			*r = copy;
		return err;
	}
	return -ENODEV;
}
IMPLEMENT(interface_ioctl);
