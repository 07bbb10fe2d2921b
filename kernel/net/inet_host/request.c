/* What the runner is asked, and waits for its answer. */
#include "host.h"
#include "inet_host.h"

struct request {
	struct list link;
	struct waitq q;
	u32 number, socket;
	int result;		/* -EINPROGRESS: not yet; else an error, or the length of the answer */
	void *answer;
	u32 room;
};

static struct list requests = LIST_INIT(requests);

u32 host_request(void)
{
	static u32 last;

	return ++last ? last : ++last;
}

static int ask(struct inet *i, u16 op, const void *what, u32 len, void *answer, u32 room, ns_t deadline)
{
	struct request r = { .number = host_request(), .socket = i->number, .result = -EINPROGRESS, .answer = answer, .room = room };

	waitq_init(&r.q);
	list_init(&r.link);
	list_append(&requests, &r.link);
	if (!host_tell(i, op, 0, r.number, what, len))
		r.result = -ENOMEM;
	inet_host_waits(1);
	while (r.result == -EINPROGRESS && !wait_on(&r.q, deadline, false)) {
	}
	inet_host_waits(-1);
	list_remove(&r.link);
	return r.result;
}

int host_ask(struct inet *i, u16 op, const void *what, u32 len, void *answer, u32 room)
{
	return ask(i, op, what, len, answer, room, FOREVER);
}

void host_linger(struct inet *i, ns_t deadline)
{
	ask(i, HS_CLOSE, NULL, 0, NULL, 0, deadline);
}

void host_answer(const struct hs_header *h, const u8 *data, u32 len)
{
	struct request *r;

	list_each(r, &requests, link)
		if (r->number == h->request && r->socket == h->socket && r->result == -EINPROGRESS) {
			u32 n = min(len, r->room);
			memcpy(r->answer, data, n);
			r->result = h->error > 0 && h->error < 4096 ? -h->error : h->error ? -EIO : (int)n;
			wake_all(&r->q);
			return;
		}
}
