/* A queue of bytes, in pieces. */
#include "tty.h"

struct piece {
	struct piece *next;
	u16 from, to;
	u8 bytes[2048 - 16];
};
_Static_assert(sizeof(struct piece) <= 2048, "a piece is one of kmalloc()'s sizes");

static bool grow(struct queue *q)
{
	struct piece *p = kmalloc(sizeof(*p));

	if (!p)
		return false;
	p->next = NULL;
	p->from = p->to = 0;
	if (q->last)
		q->last->next = p;
	else
		q->first = p;
	q->last = p;
	return true;
}

size_t queue_add(struct queue *q, const void *s, size_t n)
{
	size_t done = 0;

	while (done < n) {
		if ((!q->last || q->last->to == sizeof(q->last->bytes)) && !grow(q))
			break;
		struct piece *p = q->last;
		size_t k = min(n - done, sizeof(p->bytes) - p->to);
		memcpy(p->bytes + p->to, (const u8 *)s + done, k);
		p->to += k;
		q->count += k;
		done += k;
	}
	return done;
}

static void drop_first(struct queue *q)
{
	struct piece *p = q->first;

	q->first = p->next;
	if (!q->first)
		q->last = NULL;
	kfree(p);
}

size_t queue_take(struct queue *q, void *to, size_t n)
{
	size_t done = 0;

	while (done < n && q->count) {
		struct piece *p = q->first;
		size_t k = min(n - done, (size_t)(p->to - p->from));
		memcpy((u8 *)to + done, p->bytes + p->from, k);
		p->from += k;
		q->count -= k;
		done += k;
		if (p->from == p->to)
			drop_first(q);
	}
	return done;
}

void queue_cut(struct queue *q, u32 keep)
{
	struct queue whole = *q;
	u8 buf[64];

	if (keep >= q->count)
		return;
	*q = (struct queue){ 0 };
	while (whole.count) {
		size_t n = queue_take(&whole, buf, sizeof(buf));
		queue_add(q, buf, min(n, (size_t)(keep - q->count)));
	}
}
