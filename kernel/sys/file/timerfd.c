/* timerfd_create(2). No timer runs: readiness follows from the clock, and
 * whoever waits for it sleeps until then. */
#include "file.h"

#define TFD_TIMER_ABSTIME	1
#define TFD_TIMER_CANCEL_ON_SET	2
#define CLOCK_BOOTTIME		7
#define SECOND			1000000000UL

struct timerfd {
	bool realtime;		/* what CLOCK is */
	bool by_wall;		/* NEXT is CLOCK_REALTIME's, not the monotonic clock's: relative times stay when it is set */
	ns_t next;		/* 0: disarmed */
	ns_t interval;
	u64 ticks;		/* expirations not read yet */
	bool cancels;		/* TFD_TIMER_CANCEL_ON_SET */
	bool canceled;		/* the clock was set, and nobody was told yet */
	int clock;		/* it was made with */
	u32 flags;		/* of timerfd_settime() */
	struct waitq q;
	struct list link;
};

static struct list realtime = LIST_INIT(realtime);

/* Who waits looks at the clock again. */
void timerfd_clock_set(void)
{
	struct timerfd *t;

	list_each(t, &realtime, link) {
		t->canceled = t->cancels;
		wake_all(&t->q);
	}
}

static bool was_canceled(struct timerfd *t)
{
	bool was = t->canceled;

	t->canceled = false;
	return was;
}

static ns_t now_of(struct timerfd *t)
{
	return t->by_wall ? now_realtime() : now_monotonic();
}

/* Counts what expired; when it expires next on the monotonic clock, or FOREVER. */
static ns_t update(struct timerfd *t)
{
	ns_t now = now_of(t);

	if (t->next && now >= t->next) {
		u64 n = t->interval ? (now - t->next) / t->interval + 1 : 1;
		t->ticks += n;
		t->next = t->interval ? t->next + n * t->interval : 0;
	}
	return t->next ? now_monotonic() + (t->next - now) : FOREVER;
}

static long timerfd_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct timerfd *t = f->data;
	ns_t deadline;

	if (n < 8)
		return -EINVAL;
	while (deadline = update(t), !t->ticks && !t->canceled) {
		int err = file_wait(f, &t->q, deadline);
		if (err && err != -ETIMEDOUT)
			return err;
	}
	u64 got = t->ticks;
	t->ticks = 0;
	if (was_canceled(t))
		return -ECANCELED;
	wake_all(&t->q);	/* epolls look at the next expiration */
	*(u64 *)buf = got;
	return 8;
}

static int timerfd_poll(struct file *f, struct poll_table *pt)
{
	struct timerfd *t = f->data;
	ns_t deadline = update(t);

	poll_wait(&t->q, pt);
	bool ready = t->ticks || t->canceled;
	if (pt && !ready)
		pt->deadline = min(pt->deadline, deadline);
	return ready ? POLLIN : 0;
}

static void timerfd_release(struct file *f)
{
	struct timerfd *t = f->data;

	list_remove(&t->link);
	kfree(t);
}

static const struct file_ops timerfd_ops = {
	.read = timerfd_read, .poll = timerfd_poll, .release = timerfd_release, .seek = seek_nowhere,
};

long sys_timerfd_create(int clock, int flags)
{
	KERNEL_LOCK();
	if (flags & ~(O_CLOEXEC | O_NONBLOCK) ||
	    (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME))
		return -EINVAL;
	struct timerfd *t = kzalloc(sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->clock = clock;
	t->realtime = clock == CLOCK_REALTIME;
	waitq_init(&t->q);
	list_init(&t->link);
	if (t->realtime)
		list_append(&realtime, &t->link);
	return anon_install(&timerfd_ops, "anon_inode:[timerfd]", O_RDWR | flags, t);
}
SYSCALL(283, timerfd_create, PARTIAL("no alarm clocks"));

static struct timespec timespec_of(ns_t ns)
{
	return (struct timespec){ ns / SECOND, ns % SECOND };
}

static void get(struct timerfd *t, struct itimerspec *out)
{
	update(t);
	out->it_interval = timespec_of(t->interval);
	out->it_value = timespec_of(t->next ? t->next - now_of(t) : 0);
}

void timerfd_info(struct text *text, struct file *f)
{
	struct timerfd *t = f->data;
	struct itimerspec v;

	if (f->ops != &timerfd_ops)
		return;
	get(t, &v);
	text_printf(text, "clockid: %d\nticks: %lu\nsettime flags: 0%o\nit_value: (%lu, %lu)\nit_interval: (%lu, %lu)\n", t->clock, t->ticks, t->flags,
		v.it_value.tv_sec, v.it_value.tv_nsec, v.it_interval.tv_sec, v.it_interval.tv_nsec);
}

static bool bad(struct timespec t)
{
	return t.tv_sec < 0 || (u64)t.tv_nsec >= SECOND;
}

static ns_t ns_of(struct timespec t)
{
	return min((u64)t.tv_sec, 9000000000UL) * SECOND + t.tv_nsec;
}

long sys_timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
	KERNEL_LOCK();
	CHECK_READ(new, sizeof(*new));
	struct itimerspec n = *new;
	if (flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET) || bad(n.it_value) || bad(n.it_interval))
		return -EINVAL;
	FD_FILE(f, fd);
	if (f->ops != &timerfd_ops)
		return -EINVAL;
	struct timerfd *t = f->data;
	if (old) {
		CHECK_WRITE(old, sizeof(*old));
		get(t, old);
	}
	ns_t value = ns_of(n.it_value);
	t->ticks = 0;
	t->interval = ns_of(n.it_interval);
	t->flags = flags;
	t->by_wall = t->realtime && flags & TFD_TIMER_ABSTIME;
	t->next = !value ? 0 : flags & TFD_TIMER_ABSTIME ? value : now_of(t) + value;
	t->cancels = t->realtime && !(~flags & (TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET));
	wake_all(&t->q);
	return value && was_canceled(t) ? -ECANCELED : 0;
}
SYSCALL(286, timerfd_settime, FULL);

long sys_timerfd_gettime(int fd, struct itimerspec *out)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	if (f->ops != &timerfd_ops)
		return -EINVAL;
	CHECK_WRITE(out, sizeof(*out));
	get(f->data, out);
	return 0;
}
SYSCALL(287, timerfd_gettime, FULL);
