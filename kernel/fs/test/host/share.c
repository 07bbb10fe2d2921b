/* A 9P device for kernel/fs/virtio_9p: requests go to the server behind a socket, which answers with the
 * length that the device says it wrote, the number of bytes that follow, and the bytes. */
#include "../../virtio_9p/p9.h"
#include "host.h"

#define SOCKET	3	/* as the test hands it over */
#define KEPT	200	/* as the kernel's side has it: those below are the tests' */

struct used { void *cookie; u32 len; };
static struct used used[128];
static u32 used_count;
static u8 buffer[1 << 21];

bool sched_others_ready(void) { return false; }

int virtio_start(struct virtio_device *d, u64 wanted, u64 *got)
{
	*got = wanted;
	return 0;
}

void virtio_driver_ok(struct virtio_device *d) {}
void virtqueue_interrupts(struct virtqueue *q, bool on) {}
void virtqueue_kick(struct virtqueue *q) {}

struct virtqueue *virtqueue_create(struct virtio_device *d, unsigned index, void (*done)(struct virtqueue *q))
{
	struct virtqueue *q = calloc(1, sizeof(*q));

	q->device = d;
	q->size = 128;
	return q;
}

static void transfer(long nr, void *p, size_t n)
{
	while (n) {
		long r = syscall(nr, KEPT, p, n);
		if (r <= 0)
			exit(4);	/* the test has ended */
		p = (char *)p + r;
		n -= r;
	}
}

int virtqueue_add(struct virtqueue *q, const struct virtio_buffer *b, unsigned n, void *cookie)
{
	u32 out = 4, room = 0, at = 0, reply[2];

	for (unsigned i = 0; i < n; i++) {
		if (b[i].device_writes) {
			room += b[i].len;
		} else {
			memcpy(buffer + out, b[i].addr, b[i].len);
			out += b[i].len;
		}
	}
	memcpy(buffer, &room, 4);
	transfer(1, buffer, out);
	transfer(0, reply, sizeof(reply));
	transfer(0, buffer, reply[1]);
	for (unsigned i = 0; i < n; i++)
		if (b[i].device_writes) {
			u32 part = min(b[i].len, reply[1] - at);
			memcpy(b[i].addr, buffer + at, part);
			at += part;
		}
	used[used_count++] = (struct used){ cookie, reply[0] };
	return 0;
}

void *virtqueue_take(struct virtqueue *q, u32 *len)
{
	if (!used_count)
		return NULL;
	struct used first = used[0];
	memmove(used, used + 1, --used_count * sizeof(*used));
	*len = first.len;
	return first.cookie;
}

static void probe(void)
{
	static struct { u16 len; char tag[6]; } config = { 6, "share0" };
	static struct virtio_device device = { .config = (volatile u32 *)&config };

	EXPECT(syscall(33, SOCKET, KEPT), KEPT);
	syscall(3, SOCKET);
	klock();
	EXPECT(p9_probe(&device), 0);
	kunlock();
}

/* Nothing of it is in use any more: the server must know of no fid. */
static void unmount(void)
{
	struct channel *c = p9_channel_find("share0");
	u32 n = 0;

	EXPECT(SYS(166, "/tmp/share", 0), 0);
	klock();
	EXPECT(p9_version(c, 8192), 0);	/* only to collect what was answered */
	kunlock();
	for (struct fid *f = c->free_fids; f; f = f->next)
		n++;
	EXPECT(n, c->fid_count);
}

int test_share(unsigned long seed, unsigned long rounds, bool lies)
{
	sharing = true;
	lying = lies;
	probe();
	EXPECT(SYS(83, "/tmp/share", 0755), 0);
	long err = SYS(165, "share0", "/tmp/share", "9p", 0, "trans=virtio,msize=70000");
	if (lies && err)
		return 0;
	EXPECT(err, 0);
	test_differ("/tmp/share", seed, rounds);
	if (!lies)
		unmount();
	return 0;
}
