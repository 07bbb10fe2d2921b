/* Waiting on several queues at once: poll, select, epoll. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

void waitq_notify(struct waitq *q, u32 events)
{
	struct poll_entry *e;

	list_each(e, &q->pollers, link)
		e->wake(e, events);
}

static void add(struct poll_table *pt, struct waitq *q)
{
	struct poll_set *s = container_of(pt, struct poll_set, pt);
	struct poll_slot *slot = s->used < array_len(s->own) ? &s->own[s->used++] : kmalloc(sizeof(*slot));

	if (!slot) {
		s->failed = true;
		return;
	}
	*slot = (struct poll_slot){ .e = { .wake = s->wake, .arg = s->arg }, .next = s->slots };
	s->slots = slot;
	list_append(&q->pollers, &slot->e.link);
}

void poll_set_init(struct poll_set *s, void (*wake)(struct poll_entry *e, u32 events), void *arg)
{
	s->pt.add = add;
	s->pt.deadline = FOREVER;
	s->wake = wake;
	s->arg = arg;
	s->slots = NULL;
	s->used = 0;
	s->failed = false;
}

void poll_set_free(struct poll_set *s)
{
	for (struct poll_slot *next, *p = s->slots; p; p = next) {
		next = p->next;
		list_remove(&p->e.link);
		if (p < s->own || p >= s->own + array_len(s->own))
			kfree(p);
	}
	s->slots = NULL;
	s->used = 0;
}

static void poller_wake(struct poll_entry *e, u32 events)
{
	struct poller *p = e->arg;

	p->woken = true;
	wake_all(&p->q);
}

void poller_init(struct poller *p)
{
	poll_set_init(&p->set, poller_wake, p);
	waitq_init(&p->q);
	p->woken = false;
}

static void add_nothing(struct poll_table *pt, struct waitq *q)
{
}

int poller_sleep(struct poller *p, ns_t deadline)
{
	ns_t until = min(deadline, p->set.pt.deadline);
	int err = !deadline ? -ETIMEDOUT : p->woken ? 0 : wait_on(&p->q, until, true);

	/* an event of time alone is no time-out: the files tell */
	if (err == -ETIMEDOUT && until < deadline)
		err = 0;
	p->woken = false;
	p->set.pt.add = add_nothing;
	p->set.pt.deadline = FOREVER;
	return err;
}

int file_poll(struct file *f, struct poll_table *pt)
{
	if (f->flags & O_PATH)
		return POLLNVAL;
	return f->ops->poll ? f->ops->poll(f, pt) : POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
}
