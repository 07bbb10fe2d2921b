/* For hostile test guests: what the machine has, and numbers that the seed on the command
 * line makes. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

struct desc { u64 addr; u32 len; u16 flags, next; };
#define NEXT 1
#define WRITE 2
#define INDIRECT 4

enum { REG_LIST = 0xf0, REG_END = 0xf4, DEVICES = 20 };

static void out8(u16 port, u8 v) { __asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port)); }
static void out16(u16 port, u16 v) { __asm__ volatile("outw %0, %1" : : "a"(v), "Nd"(port)); }
static void out32(u16 port, u32 v) { __asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port)); }
static u32 in32(u16 port) { u32 v; __asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port)); return v; }
static u8 in8(u16 port) { u8 v; __asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port)); return v; }
static void fence(void) { __asm__ volatile("mfence" : : : "memory"); }

static volatile u32 *device(u32 i) { return (volatile u32 *)(0xfeb00000UL + 512 * (u64)i); }

static void finish(u8 code)
{
	out8(0xe9, 'x');
	out8(0xe9, code);
	out8(0xf4, 0);
	for (;;)
		__asm__ volatile("pause");
}

/* number is that behind a word of the command line, 0 if it is not there. */
static u64 number(u64 start_info, const char *word)
{
	const char *s = (const char *)*(u64 *)(start_info + 24);
	for (; *s; s++) {
		u64 n = 0, i = 0;
		while (word[i] && s[i] == word[i])
			i++;
		if (word[i] || s[i] != '=')
			continue;
		for (i++; s[i] >= '0' && s[i] <= '9'; i++)
			n = 10 * n + s[i] - '0';
		return n;
	}
	return 0;
}

static volatile u32 *find(u32 id)
{
	for (u32 i = 0; i < DEVICES; i++)
		if (device(i)[0] == 0x74726976 && device(i)[2] == id)
			return device(i);
	finish(99);
	return 0;
}

static void init(volatile u32 *r, u64 features)
{
	r[0x70 / 4] = 0;
	r[0x70 / 4] = 3;
	r[0x24 / 4] = 0;
	r[0x20 / 4] = features;
	r[0x24 / 4] = 1;
	r[0x20 / 4] = features >> 32 | 1; /* VIRTIO_F_VERSION_1 */
	r[0x70 / 4] = 11;
}

static void queue(volatile u32 *r, u32 index, u32 size, u64 desc, u64 avail, u64 used)
{
	r[0x30 / 4] = index;
	r[0x44 / 4] = 0;
	r[0x38 / 4] = size;
	r[0x80 / 4] = desc;
	r[0x84 / 4] = desc >> 32;
	r[0x90 / 4] = avail;
	r[0x94 / 4] = avail >> 32;
	r[0xa0 / 4] = used;
	r[0xa4 / 4] = used >> 32;
	r[0x44 / 4] = 1;
}

/* xorshift64*: each processor has a state of its own. */
static u64 rnd(u64 *s)
{
	*s ^= *s >> 12;
	*s ^= *s << 25;
	*s ^= *s >> 27;
	return *s * 0x2545f4914f6cdd1dUL >> 16;
}

static u64 below(u64 *s, u64 n) { return rnd(s) % n; }

static u32 value(u64 *s)
{
	static const u32 odd[] = { 0, 1, 2, 3, 4, 7, 8, 11, 15, 64, 128, 255, 256, 257, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff };
	return below(s, 4) ? odd[below(s, sizeof odd / sizeof odd[0])] : rnd(s);
}
