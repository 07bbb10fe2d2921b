/* mq_timedsend(2), mq_timedreceive(2) */
#include "clock.h"
#include "mqueue.h"
#include "sigtimer.h"

/* An absolute time on CLOCK_REALTIME as a deadline. */
static int deadline_of(const struct timespec *at, ns_t *deadline)
{
	*deadline = FOREVER;
	if (!at)
		return 0;
	CHECK_READ(at, sizeof(*at));
	if (!timespec_ok(at))
		return -EINVAL;
	*deadline = wall_deadline(timespec_ns(at));
	return 0;
}

static void insert(struct mqueue *q, struct mq_message *m)
{
	struct list *before = q->messages.prev;

	while (before != &q->messages && container_of(before, struct mq_message, link)->priority < m->priority)
		before = before->prev;
	list_insert(before, &m->link);
	q->bytes += m->size;
	q->count++;
	wake_one(&q->receivers);
	if (q->count == 1 && !q->receiving)
		mqueue_arrived(q);
}

static struct mq_message *take(struct mqueue *q)
{
	struct mq_message *m = list_first(&q->messages, struct mq_message, link);

	list_remove(&m->link);
	q->bytes -= m->size;
	q->count--;
	wake_one(&q->senders);
	return m;
}

static long send(struct file *f, const void *text, size_t size, u32 priority, ns_t deadline)
{
	struct mqueue *q = mqueue_of(f);

	if (!q || (f->flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	if (size > (u64)q->size)
		return -EMSGSIZE;
	CHECK_READ(text, size);
	struct mq_message *m = kmalloc(sizeof(*m) + size);
	if (!m)
		return -ENOMEM;
	m->priority = priority;
	m->size = size;
	memcpy(m->text, text, size);
	int err = 0;
	while (!err && q->count >= q->max)
		err = file_wait(f, &q->senders, deadline);
	if (err)
		kfree(m);
	else
		insert(q, m);
	return err;
}

long sys_mq_timedsend(int fd, const void *text, size_t size, u32 priority, const struct timespec *at)
{
	ns_t deadline;

	KERNEL_LOCK();
	int err = priority >= MQ_PRIORITIES ? -EINVAL : deadline_of(at, &deadline);
	if (err)
		return err;
	struct file *f = fd_get(fd);
	if (!f)
		return -EBADF;
	long r = send(f, text, size, priority, deadline);
	file_put(f);
	return r;
}
SYSCALL(242, mq_timedsend, FULL);

/* As on Linux, a message for which there is no place in memory is lost. */
static long store(const struct mq_message *m, void *text, u32 *priority)
{
	if (priority) {
		CHECK_WRITE(priority, sizeof(*priority));
		*priority = m->priority;
	}
	CHECK_WRITE(text, m->size);
	memcpy(text, m->text, m->size);
	return m->size;
}

static long receive(struct file *f, void *text, size_t size, u32 *priority, ns_t deadline)
{
	struct mqueue *q = mqueue_of(f);
	int err = 0;

	if (!q || (f->flags & O_ACCMODE) == O_WRONLY)
		return -EBADF;
	if (size < (u64)q->size)
		return -EMSGSIZE;
	while (!q->count && !err) {
		q->receiving++;
		err = file_wait(f, &q->receivers, deadline);
		q->receiving--;
	}
	if (err)
		return err;
	struct mq_message *m = take(q);
	long r = store(m, text, priority);
	kfree(m);
	return r;
}

long sys_mq_timedreceive(int fd, void *text, size_t size, u32 *priority, const struct timespec *at)
{
	ns_t deadline;

	KERNEL_LOCK();
	int err = deadline_of(at, &deadline);
	if (err)
		return err;
	struct file *f = fd_get(fd);
	if (!f)
		return -EBADF;
	long r = receive(f, text, size, priority, deadline);
	file_put(f);
	return r;
}
SYSCALL(243, mq_timedreceive, FULL);
