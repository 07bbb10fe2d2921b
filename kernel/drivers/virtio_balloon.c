/* Virtio memory balloon (virtio 1.2, section 5.5). The device says how many
 * pages it wants; a thread takes them from the page allocator and names them to
 * the device, or takes them back. When memory runs out, pages of the balloon
 * are used at once and the device is told so (VIRTIO_BALLOON_F_DEFLATE_ON_OOM).
 * Free blocks that stay free are reported, for the host to take without ado. */
#include "balloon.h"
#include "driver.h"
#include "kernel.h"
#include "virtio.h"

#define F_STATS		(1u << 1)
#define F_DEFLATE_ON_OOM (1u << 2)
#define F_FREE_PAGE_HINT (1u << 3)
#define F_REPORTING	(1u << 5)

/* Words of the configuration space (section 5.5.4). */
#define CONF_WANTED	0
#define CONF_HELD	1

#define BATCH		1024		/* page numbers in a page */
#define OOM_PAGES	256		/* least that is taken back at once */
#define OOM_PATIENCE	1000000000	/* ns: a device that does not answer by then never will */
#define AGAIN_NS	500000000	/* until memory may have become free */
#define REPORT_NS	2000000000
#define LOOK_NS		100000000	/* without interrupts */
#define LOOK_SOON_NS	1000000		/* the same, for an answer */
#define REPORT_BLOCKS	16

/* Statistics (section 5.5.6.3). */
#define STAT_FREE	4
#define STAT_TOTAL	5
#define STAT_AVAILABLE	6
struct stat_entry { u16 tag; u64 value; } __attribute__((packed));

/* Page numbers on their way to the device. */
struct list_of_pages {
	u32 *pages;
	u32 n;
	bool sent;
};

static struct virtio_device *device;
static struct virtqueue *inflate, *deflate, *stats, *reporting;
static struct waitq news = WAITQ_INIT(news);
static struct list_of_pages list, oom_list;
static u32 top;			/* of the pages held, chained by page.next; 0: none */
static struct stat_entry *stat;	/* the buffer for statistics */
static bool stats_wanted;
static struct virtio_buffer reported[REPORT_BLOCKS];
static unsigned report_count;	/* blocks in REPORTED, which the allocator does not have */
static bool report_sent;
static u64 features;

static void *page_address(u32 n)
{
	return phys_to_virt((phys_t)n << PAGE_SHIFT);
}

static void collect(struct virtqueue *q)
{
	struct list_of_pages *l;
	u32 len;

	while ((l = virtqueue_take(q, &len)))
		l->sent = false;
	wake_all(&news);	/* this may be a change of the configuration, too */
}

static void collect_stats(struct virtqueue *q)
{
	u32 len;

	if (virtqueue_take(q, &len))
		stats_wanted = true;
	wake_all(&news);
}

/* Until there is news, at most PAUSE. A device without interrupts is looked at. */
static void wait_for_news(ns_t pause, ns_t look)
{
	if (device->polled)
		pause = min(pause, look);
	wait_on(&news, pause == FOREVER ? FOREVER : now_monotonic() + pause, false);
	if (device->polled)
		virtio_interrupt(device);
}

static bool send(struct virtqueue *q, struct list_of_pages *l)
{
	struct virtio_buffer v = { l->pages, l->n * sizeof(u32), false };

	if (virtqueue_add(q, &v, 1, l))
		return false;
	l->sent = true;
	virtqueue_kick(q);
	return true;
}

/* Names the pages of the list to the device and waits until it has seen them. */
static void tell(struct virtqueue *q)
{
	while (!send(q, &list))
		wait_for_news(FOREVER, LOOK_SOON_NS);
	while (list.sent)
		wait_for_news(FOREVER, LOOK_SOON_NS);
}

static void hold(u32 n)
{
	page_of(page_address(n))->next = top;
	top = n;
	mem_lent_pages++;
}

static u32 release(void)
{
	u32 n = top;

	top = page_of(page_address(n))->next;
	mem_lent_pages--;
	return n;
}

/* Leaves some for the program; file pages in the cache are no reason to stop. */
static bool may_take(u32 n)
{
	u64 reserve = max(mem_total_pages / 32, 64UL) + n;

	if (mem_free_pages < reserve)
		pagecache_reclaim(reserve - mem_free_pages);
	return mem_free_pages >= reserve;
}

/* Each does one batch. False: there is nothing to do, or nothing to be had. */
static bool grow(u32 wanted)
{
	u32 n = min(wanted - (u32)mem_lent_pages, (u32)BATCH);

	while (n && !may_take(n))
		n /= 2;
	for (list.n = 0; list.n < n; list.n++) {
		void *p = pages_alloc(0, false);
		if (!p)
			break;
		list.pages[list.n] = virt_to_phys(p) >> PAGE_SHIFT;
	}
	if (!list.n)
		return false;
	tell(inflate);
	for (u32 i = 0; i < list.n; i++)
		hold(list.pages[i]);
	return true;
}

static bool shrink(u32 wanted)
{
	for (list.n = 0; list.n < BATCH && mem_lent_pages > wanted; list.n++)
		list.pages[list.n] = release();
	tell(deflate);
	for (u32 i = 0; i < list.n; i++)
		page_put(page_address(list.pages[i]));
	return true;
}

static void collect_report(struct virtqueue *q)
{
	u32 len;

	if (virtqueue_take(q, &len))
		report_sent = false;
	wake_all(&news);
}

/* Looks at Q until *SENT is false, or it has taken too long. */
static bool await(struct virtqueue *q, const bool *sent)
{
	ns_t limit = now_monotonic() + OOM_PATIENCE;

	while (*sent && now_monotonic() < limit) {
		__builtin_ia32_pause();
		q->done(q);
	}
	return !*sent;
}

static u64 end_report(void)
{
	u64 n = report_count;

	for (; report_count; report_count--)
		free_block_give(reported[report_count - 1].addr);
	return n * (HUGE_SIZE / PAGE_SIZE);
}

/* The caller cannot sleep. The pages may be used before the device has heard of it, since
 * VIRTIO_BALLOON_F_MUST_TELL_HOST was not negotiated; blocks that are being reported may not. */
u64 balloon_take_back(u64 pages)
{
	if (report_count)
		return await(reporting, &report_sent) ? end_report() : 0;
	if (!mem_lent_pages || !(features & F_DEFLATE_ON_OOM) || !await(deflate, &oom_list.sent))
		return 0;
	pages = min(max(pages, (u64)OOM_PAGES), (u64)BATCH);
	for (oom_list.n = 0; oom_list.n < pages && mem_lent_pages; oom_list.n++) {
		oom_list.pages[oom_list.n] = release();
		page_put(page_address(oom_list.pages[oom_list.n]));
	}
	send(deflate, &oom_list);
	device->config[CONF_HELD] = mem_lent_pages;
	return oom_list.n;
}
IMPLEMENT(balloon_take_back);

static void send_stats(void)
{
	stat[0] = (struct stat_entry){ STAT_FREE, mem_free_pages * PAGE_SIZE };
	stat[1] = (struct stat_entry){ STAT_TOTAL, mem_total_pages * PAGE_SIZE };
	stat[2] = (struct stat_entry){ STAT_AVAILABLE, mem_free_pages * PAGE_SIZE };
	struct virtio_buffer v = { stat, 3 * sizeof(*stat), false };
	stats_wanted = false;
	if (!virtqueue_add(stats, &v, 1, stat))
		virtqueue_kick(stats);
}

/* Names free blocks that were not named since they became free, at most a quarter of what is free. True: there may
 * be more. */
static bool report(void)
{
	u32 most = min((u32)REPORT_BLOCKS, reporting->size), n = 0;

	most = min((u64)most, mem_free_pages / (4 * HUGE_SIZE / PAGE_SIZE));
	for (; n < most && (reported[n].addr = free_block_take()); n++) {
		reported[n].len = HUGE_SIZE;
		reported[n].device_writes = true;
	}
	report_count = n;
	if (n && !virtqueue_add(reporting, reported, n, reported)) {
		report_sent = true;
		virtqueue_kick(reporting);
	}
	while (report_sent)
		wait_for_news(FOREVER, LOOK_SOON_NS);
	end_report();
	return n && n == most;
}

static void balloon(void *unused)
{
	klock();
	for (;;) {
		u32 wanted = device->config[CONF_WANTED];
		bool did = wanted > mem_lent_pages ? grow(wanted) : wanted < mem_lent_pages ? shrink(wanted) : false;
		if (did) {
			device->config[CONF_HELD] = mem_lent_pages;
			kunlock();	/* lets interrupts in */
			klock();
			continue;
		}
		if (stats_wanted)
			send_stats();
		while (reporting && report())
			;
		wait_for_news(wanted > mem_lent_pages ? AGAIN_NS : reporting ? REPORT_NS : FOREVER, LOOK_NS);
	}
}

static int abandon(void)
{
	kfree(list.pages);
	kfree(oom_list.pages);
	kfree(stat);
	stat = NULL;
	list.pages = oom_list.pages = NULL;
	device = NULL;
	return -ENOMEM;
}

static int probe(struct virtio_device *d)
{
	if (device)
		return -EBUSY;
	int err = virtio_start(d, F_STATS | F_DEFLATE_ON_OOM | F_REPORTING, &features);
	if (err)
		return err;
	/* Queues of features that the device does not offer have no number (as Linux has it). */
	unsigned next = 2;
	inflate = virtqueue_create(d, 0, collect);
	deflate = virtqueue_create(d, 1, collect);
	list.pages = page_alloc();
	oom_list.pages = page_alloc();
	if (!inflate || !deflate || !list.pages || !oom_list.pages)
		return abandon();
	if (features & F_STATS) {
		stats = virtqueue_create(d, next++, collect_stats);
		stat = kmalloc(3 * sizeof(*stat));
	}
	if (d->transport->get_features(d) & F_FREE_PAGE_HINT)
		next++;		/* not used */
	if (features & F_REPORTING)
		reporting = virtqueue_create(d, next++, collect_report);
	stats_wanted = stats && stat;
	device = d;
	struct thread *t = thread_create_endless(balloon, NULL, "balloon");
	if (!t)
		return abandon();
	thread_hide(t);
	virtio_driver_ok(d);
	return 0;
}

DRIVER(virtio_balloon, VIRTIO_ID_BALLOON, probe);
