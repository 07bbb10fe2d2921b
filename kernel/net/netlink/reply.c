/* Messages and their attributes (netlink(7)), each padded to four bytes. */
#include "netlink.h"

static void *add(struct reply *r, u32 n)
{
	u32 all = align_up(n, 4U);

	if (r->len + all > r->room) {
		u32 room = max(r->room * 2, r->len + all + 512);
		u8 *more = krealloc(r->data, room);
		if (!more) {
			r->failed = true;
			return NULL;
		}
		r->data = more;
		r->room = room;
	}
	memset(r->data + r->len, 0, all);
	r->len += all;
	return r->data + r->len - all;
}

u32 reply_begin(struct reply *r, u16 type, const void *head, u32 len)
{
	u32 at = r->len;
	struct nlmsghdr *h = add(r, sizeof(*h) + len);

	if (h) {
		*h = (struct nlmsghdr){ .type = type, .flags = r->flags, .sequence = r->sequence, .port = r->port };
		memcpy(h + 1, head, len);
	}
	return at;
}

void reply_attribute(struct reply *r, u16 type, const void *value, u32 len)
{
	struct { u16 len, type; } *a = add(r, sizeof(*a) + len);

	if (a) {
		a->len = sizeof(*a) + len;
		a->type = type;
		memcpy(a + 1, value, len);
	}
}

void reply_append(struct reply *r, const void *data, u32 len)
{
	void *p = add(r, len);

	if (p)
		memcpy(p, data, len);
}

void reply_end(struct reply *r, u32 at)
{
	if (!r->failed)
		((struct nlmsghdr *)(r->data + at))->len = r->len - at;
}
