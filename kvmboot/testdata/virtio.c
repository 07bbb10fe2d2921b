/* Test guest: a small driver for all three virtio-mmio devices. It prints over the
 * console "blk:" and what sector 1 of the disk begins with, how large the disk is,
 * "id:" and the disk's name, "rng:ok", then echoes the console's input until its end
 * and ends with "eof". Completions of the disk are awaited with hlt and an interrupt.
 * The exit status counts what went wrong. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

struct desc { u64 addr; u32 len; u16 flags, next; };
struct used { u16 flags, idx; struct { u32 id, len; } ring[8]; u16 event; };
struct avail { u16 flags, idx, ring[8], event; };

#define QSIZE 8
#define NEXT 1
#define WRITE 2

struct queue {
	struct desc desc[QSIZE] __attribute__((aligned(16)));
	volatile struct avail avail __attribute__((aligned(4)));
	volatile struct used used __attribute__((aligned(4)));
	volatile u32 *regs;
	u16 seen;
	u32 index;
};

static struct queue blk, rx, tx, rng;
static volatile u8 buf[2048], input[256];
static int bad;
extern volatile u32 irqs;

static void outb(u16 port, u8 v) { __asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port)); }
static void fence(void) { __asm__ volatile("mfence" : : : "memory"); }

static volatile u32 *find(u32 id)
{
	for (u64 i = 0; i < 8; i++) {
		volatile u32 *r = (volatile u32 *)(0xfeb00000UL + 512 * i);
		if (r[0] == 0x74726976 && r[1] == 2 && r[2] == id)
			return r;
	}
	return 0;
}

static void init(volatile u32 *r)
{
	r[0x70 / 4] = 0;
	r[0x70 / 4] = 3;
	r[0x24 / 4] = 1;
	r[0x20 / 4] = 1;	/* VIRTIO_F_VERSION_1 */
	r[0x70 / 4] = 11;
	bad += !(r[0x70 / 4] & 8);
}

static void setup(struct queue *q, volatile u32 *r, u32 index)
{
	q->regs = r;
	q->index = index;
	r[0x30 / 4] = index;
	r[0x38 / 4] = QSIZE;
	r[0x80 / 4] = (u32)(u64)q->desc;
	r[0x90 / 4] = (u32)(u64)&q->avail;
	r[0xa0 / 4] = (u32)(u64)&q->used;
	r[0x44 / 4] = 1;
	bad += r[0x44 / 4] != 1;
}

static void submit(struct queue *q)
{
	q->avail.ring[q->avail.idx % QSIZE] = 0;
	fence();
	q->avail.idx++;
	fence();
	q->regs[0x50 / 4] = q->index;
}

static u32 complete(struct queue *q, int sleep)
{
	while (q->used.idx == q->seen) {
		if (sleep)
			__asm__ volatile("sti; hlt; cli");
		else
			__asm__ volatile("pause");
	}
	q->regs[0x64 / 4] = 1;
	return q->used.ring[q->seen++ % QSIZE].len;
}

static void print(const volatile void *p, u32 n)
{
	tx.desc[0] = (struct desc){ (u64)p, n, 0, 0 };
	submit(&tx);
	complete(&tx, 0);
}

static void puts(const char *s)
{
	u32 n = 0;
	while (s[n])
		n++;
	print(s, n);
}

static int request(u32 type, u64 sector, u32 n)
{
	static volatile struct { u32 type, zero; u64 sector; } head;
	static volatile u8 status;
	head.type = type;
	head.sector = sector;
	status = 0xff;
	blk.desc[0] = (struct desc){ (u64)&head, 16, NEXT, 1 };
	blk.desc[1] = (struct desc){ (u64)buf, n / 2, NEXT | WRITE, 2 };
	blk.desc[2] = (struct desc){ (u64)buf + n / 2, n - n / 2, NEXT | WRITE, 3 };
	blk.desc[3] = (struct desc){ (u64)&status, 1, WRITE, 0 };
	submit(&blk);
	u32 got = complete(&blk, 1);
	if (status == 0)
		bad += got != n + 1;
	return status;
}

void cmain(void)
{
	volatile u32 *b = find(2), *c = find(3), *g = find(4);
	volatile u32 *apic = (volatile u32 *)0xfee00000UL, *io = (volatile u32 *)0xfec00000UL;

	apic[0xf0 / 4] = 0x1ff;
	u32 gsi = 5 + ((u64)b - 0xfeb00000UL) / 512;
	io[0] = 0x10 + 2 * gsi;
	io[4] = 0x30;		/* edge, to APIC 0 */
	io[0] = 0x11 + 2 * gsi;
	io[4] = 0;

	init(b);
	setup(&blk, b, 0);
	b[0x70 / 4] = 15;
	init(c);
	setup(&rx, c, 0);
	setup(&tx, c, 1);
	c[0x70 / 4] = 15;
	init(g);
	setup(&rng, g, 0);
	g[0x70 / 4] = 15;

	bad += request(0, 1, 1024) != 0;
	puts("blk:");
	print(buf, 6);
	static char num[] = " sectors:0\nid:";
	num[9] += b[0x100 / 4];
	puts(num);
	bad += request(8, 0, 20) != 0;
	print(buf, 7);
	bad += request(1, 0, 512) != 1;		/* write: I/O error */
	bad += request(0, 1000, 512) != 1;	/* past the end */
	__asm__ volatile("sti");
	for (u32 i = 0; i < 10000 && irqs == 0; i++)
		__asm__ volatile("pause");
	__asm__ volatile("cli");
	bad += irqs == 0 ? 64 : 0;

	rng.desc[0] = (struct desc){ (u64)buf, 64, WRITE, 0 };
	submit(&rng);
	bad += complete(&rng, 0) != 64;
	puts("\nrng:ok\n");

	for (;;) {
		rx.desc[0] = (struct desc){ (u64)input, sizeof input, WRITE, 0 };
		submit(&rx);
		u32 n = complete(&rx, 0);
		if (n == 0)
			break;
		print(input, n);
	}
	tx.desc[0] = (struct desc){ (u64)"eof\n", 4, 0, 0 };
	submit(&tx);		/* not awaited: the runner must still write it */
	outb(0xe9, 'x');
	outb(0xe9, bad);
	outb(0xf4, 0);
}
