/* A guest that does to its devices whatever comes to its mind, made from "seed=N" on the command line,
 * "steps=N" times on each of its processors, and then ends with status 0. Memory below ARENA is its own; queues,
 * buffers and what is in them lie in the arena, on top of each other more often than not. */
#include "hostile.h"

#define ARENA 0x400000UL
#define ARENA_SIZE 0x20000UL
#define AP_PAGE 0x8000UL

static volatile u64 seed, steps, both, port; /* PORT: one of the host's loopback that echoes */
static volatile u32 started, finished;
extern char ap_begin[], ap_end[];

/* place is where a queue or a buffer lies: mostly in the arena, else where nothing or something special is. */
static u64 place(u64 *s)
{
	static const u64 odd[] = {
		0, 0xfee00000, 0xfec00000, 0xfeb00000, 0xfeb00100, 0xbffff000, 0xc0000000, 0xfffff000, 0xffffffff,
		0x100000000, 0x100001000, 0xffffffffffffffff, 0xfffffffffffff000, 0x8000000000000000, 0x1000000 - 16, 0x1000000 - 1, 0x1000000,
	};
	if (below(s, 12) == 0)
		return odd[1 + below(s, sizeof odd / sizeof odd[0] - 1)];
	return ARENA + (below(s, 4) ? below(s, 64) * 1024 : below(s, ARENA_SIZE));
}

static u32 length(u64 *s)
{
	static const u32 odd[] = {
		0, 1, 2, 3, 4, 8, 11, 16, 20, 43, 44, 45, 511, 512, 513, 4096, 0x10000, 0x100000, 0x8000000, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffff000,
	};
	return below(s, 3) ? below(s, 600) : odd[below(s, sizeof odd / sizeof odd[0])];
}

/* message writes what a device might take for one of its requests. */
static u32 message(u64 *s, u8 *p)
{
	u32 n = 0;
	switch (below(s, 6)) {
	case 4: /* a frame: header, two addresses, IPv4 */
		p[0] = below(s, 4);
		p[1] = below(s, 2) ? 0 : below(s, 6);
		*(u16 *)(p + 2) = below(s, 3) ? 54 : value(s);
		*(u16 *)(p + 4) = below(s, 3) ? 1460 : value(s);
		*(u16 *)(p + 6) = below(s, 3) ? 34 : value(s);
		*(u16 *)(p + 8) = below(s, 3) ? 16 : value(s);
		*(u16 *)(p + 10) = value(s);
		for (n = 12; n < 60; n += 4)
			*(u32 *)(p + n) = rnd(s);
		*(u16 *)(p + 24) = 8;
		return below(s, 8) ? 26 + below(s, 1500) : length(s);
	case 0: { /* block: type, sector, or ranges */
		static const u8 types[] = { 0, 1, 4, 8, 11, 13, 99 };
		*(u32 *)p = types[below(s, sizeof types)];
		*(u64 *)(p + 8) = below(s, 3) ? below(s, 40) : rnd(s) << below(s, 48);
		for (n = 16; n < 16 + 16 * below(s, 4); n += 16) {
			*(u64 *)(p + n) = below(s, 40);
			*(u32 *)(p + n + 8) = value(s);
			*(u32 *)(p + n + 12) = below(s, 3);
		}
		return n;
	}
	case 1: { /* sockets */
		*(u64 *)p = below(s, 8) ? 3 : rnd(s);
		*(u64 *)(p + 8) = below(s, 8) ? 2 : rnd(s);
		*(u32 *)(p + 16) = below(s, 4);
		*(u32 *)(p + 20) = below(s, 3) ? 1024 + below(s, 3) : (1 << 30) + below(s, 4);
		*(u32 *)(p + 24) = below(s, 3) ? below(s, 512) : value(s);
		*(u16 *)(p + 28) = below(s, 16) ? 1 : rnd(s);
		*(u16 *)(p + 30) = below(s, 9);
		*(u32 *)(p + 32) = below(s, 4);
		*(u32 *)(p + 36) = below(s, 2) ? 65536 : value(s);
		*(u32 *)(p + 40) = below(s, 2) ? 0 : value(s);
		return 44 + below(s, 512);
	}
	case 3: { /* host sockets: header, then what follows some op; 10.0.2.2 is the host */
		static const u8 to[] = { 10, 0, 2, 2, 10, 0, 2, 3, 127, 0, 0, 1, 0, 0, 0, 0 };
		u32 op = below(s, 19), k = 4 * below(s, 4);
		*(u32 *)p = below(s, 8) ? below(s, 6) : 0x80000000u + below(s, 4);
		*(u32 *)(p + 4) = below(s, 3) ? 24 + below(s, 2) * below(s, 500) : value(s);
		*(u32 *)(p + 8) = op | below(s, 4) << 16;
		*(u32 *)(p + 12) = below(s, 2) ? below(s, 9) : 0;
		*(u32 *)(p + 16) = 0;
		*(u32 *)(p + 20) = below(s, 2) ? 65536 : value(s);
		*(u32 *)(p + 24) = below(s, 2) ? 0 : value(s);
		for (n = 32; n < 56; n += 4)
			*(u32 *)(p + n) = 0;
		*(u16 *)(p + 32) = below(s, 3) ? 2 : 10;
		*(u16 *)(p + 34) = op == 1 ? 1 + below(s, 2) : below(s, 2) ? port >> 8 | port << 8 : (80 + below(s, 3)) << 8;
		for (u32 i = 0; i < 4 && op != 1; i++)
			p[40 + i] = to[k + i];
		if (below(s, 8) == 0)
			*(u32 *)(p + 32 + 4 * below(s, 6)) = value(s);
		return 32 + 24 + below(s, 512);
	}
	case 2: { /* 9P: a message of numbers and names */
		static const u8 types[] = { 8, 12, 14, 16, 18, 20, 22, 24, 26, 30, 32, 40, 50, 52, 54, 70, 72, 74, 76, 100, 100, 102, 104, 104, 104, 108, 110, 110, 110, 110, 116, 118, 120, 122, 6, 255 };
		static const char *const names[] = { "9P2000.L", "a", "b", "..", ".", "", "a/b", "/etc", "link", "file", "folder", "\0a" };
		p[4] = types[below(s, sizeof types)];
		*(u16 *)(p + 5) = rnd(s);
		for (n = 7; n < 7 + below(s, 60);) {
			if (below(s, 3)) {
				*(u32 *)(p + n) = below(s, 4) ? below(s, 6) : value(s);
				n += 4;
				continue;
			}
			const char *t = names[below(s, sizeof names / sizeof names[0])];
			u32 k = t[0] == 0 && t[1] ? 2 : 0;
			while (t[k])
				k++;
			*(u16 *)(p + n) = below(s, 20) ? k : value(s);
			n += 2;
			for (u32 i = 0; i < k; i++)
				p[n++] = t[i];
		}
		if (below(s, 4) == 0) { /* a whole one that begins a session */
			static const char version[] = "\x15\0\0\0\x64\xff\xff\0\0\x10\0\x08\0""9P2000.L";
			static const char attach[] = "\x17\0\0\0\x68\x01\0\0\0\0\0\xff\xff\xff\xff\0\0\0\0\0\0\0\0";
			const char *m = below(s, 2) ? version : attach;
			n = m == version ? 21 : 23;
			for (u32 i = 0; i < n; i++)
				p[i] = m[i];
			return n;
		}
		*(u32 *)p = below(s, 20) ? n : value(s);
		return n;
	}
	}
	for (n = 0; n < 64; n += 4)
		*(u32 *)(p + n) = value(s);
	return n;
}

/* chains fills descriptors from d on. */
static void chains(u64 *s, struct desc *d, u32 size)
{
	u32 i = 0, n = below(s, 3) ? 6 : 1 + below(s, size);
	while (i < n) {
		u64 at = ARENA + below(s, 100) * 1024;
		u32 len = message(s, (u8 *)at), parts = below(s, 4);
		if (below(s, 8) == 0)
			at = place(s), len = length(s);
		d[i] = (struct desc){ at, len, (parts ? NEXT : 0) | (below(s, 8) ? 0 : below(s, 8)), below(s, 16) ? i + 1 : below(s, 300) };
		i++;
		for (; parts && i < n; parts--, i++)
			d[i] = (struct desc){ place(s), below(s, 4) ? 4096 : length(s), (parts > 1 ? NEXT : 0) | (below(s, 8) ? WRITE : below(s, 8)), below(s, 16) ? i + 1 : below(s, 300) };
	}
}

static void rings(u64 *s, volatile u32 *r, int kick)
{
	u32 size = 1u << below(s, 9);
	if (below(s, 16) == 0)
		size = value(s);
	u64 desc = ARENA + 16 * below(s, ARENA_SIZE / 32), avail = ARENA + 2 * below(s, ARENA_SIZE / 8), used = ARENA + 4 * below(s, ARENA_SIZE / 16);
	if (below(s, 20) == 0)
		desc = place(s);
	if (below(s, 20) == 0)
		avail = place(s);
	if (below(s, 20) == 0)
		used = place(s);
	u32 index = below(s, 16) ? below(s, 4) : value(s);
	if (avail >= ARENA && avail < ARENA + ARENA_SIZE) {
		u16 *a = (u16 *)avail;
		a[0] = below(s, 2);
		a[1] = below(s, 8) ? below(s, size < 9 ? size + 1 : 9) : value(s);
		for (u32 i = 0; i < 16; i++)
			a[2 + i] = below(s, 8) ? below(s, 6) : value(s);
	}
	if (desc >= ARENA && desc < ARENA + ARENA_SIZE)
		chains(s, (struct desc *)desc, 32);
	if (below(s, 10)) {
		u64 features = below(s, 4) ? ~0UL : rnd(s);
		if (below(s, 8)) { /* those that the device has, as it is refused otherwise */
			r[0x14 / 4] = 0;
			features &= r[0x10 / 4];
		}
		init(r, features);
	}
	queue(r, index, size, desc, avail, used);
	if (below(s, 6))
		r[0x70 / 4] = 15;
	if (kick)
		r[0x50 / 4] = below(s, 16) ? index : value(s);
	if (below(s, 4) == 0) { /* once more, and the ring jumps */
		if (avail >= ARENA && avail < ARENA + ARENA_SIZE)
			((volatile u16 *)avail)[1] += below(s, 4) ? 1 + below(s, 4) : value(s);
		r[0x50 / 4] = index;
	}
}

static void ports(u64 *s)
{
	static const u16 list[] = { 0x3f8, 0x3f9, 0x3fa, 0x3fb, 0x3fc, 0x3fd, 0x3fe, 0x3ff, 0xea, 0xe8, 0x20, 0x21, 0x40, 0x60, 0x64, 0x70, 0x80, 0xcf8, 0xcfc, 0xcf9, 0x505, 0x600, 0xfff8 };
	u16 port = below(s, 8) ? list[below(s, sizeof list / sizeof list[0])] : rnd(s);
	if (port > 0xfff8 || port == 0xf4 || port == 0xe9) /* these end it */
		return;
	switch (below(s, 5)) {
	case 0: out8(port, rnd(s)); break;
	case 1: out16(port, rnd(s)); break;
	case 2: out32(port, rnd(s)); break;
	case 3: in32(port); break;
	case 4: in8(port); break;
	}
}

/* list writes to the runner's own register, with entries of all kinds, other lists among them. */
static void list(u64 *s, volatile u32 *r)
{
	volatile u32 *l = (volatile u32 *)(ARENA + 64 * below(s, 512));
	for (u32 i = 0; i < 64; i++) {
		u32 off = below(s, 4) ? 4 * below(s, 65) : below(s, 512);
		l[2 * i] = below(s, 8) ? (u32)(u64)device(below(s, DEVICES)) + (off == REG_END ? 0 : off) : rnd(s);
		l[2 * i + 1] = value(s);
	}
	r[REG_LIST / 4] = below(s, 8) ? (u32)(u64)l | below(s, 64) : value(s);
}

static void registers(u64 *s, volatile u32 *r)
{
	u32 off = below(s, 4) ? 4 * below(s, 65) : below(s, 504);
	volatile u8 *p = (volatile u8 *)r + off;
	if (off >= REG_END - 7 && off < REG_END + 8)
		return;
	switch (below(s, 8)) {
	case 0: *(volatile u32 *)p = value(s); break;
	case 1: *(volatile u64 *)p = rnd(s); break;
	case 2: *(volatile u16 *)p = rnd(s); break;
	case 3: *p = rnd(s); break;
	case 4: *(volatile u32 *)p; break;
	case 5: *(volatile u64 *)p; break;
	case 6: *(volatile u16 *)p; break;
	case 7: *p; break;
	}
}

static void pins(u64 *s)
{
	volatile u32 *io = (volatile u32 *)0xfec00000UL;
	io[0] = below(s, 70);
	io[below(s, 8) ? 4 : below(s, 8)] = rnd(s) & ~0x700u; /* fixed delivery: others end it */
}

static void fuzz(u64 s)
{
	for (u64 i = 0; i < steps; i++) {
		volatile u32 *r = device(below(&s, DEVICES));
		switch (below(&s, 12)) {
		case 0: registers(&s, r); break;
		case 1: list(&s, r); break;
		case 2: ports(&s); break;
		case 3: pins(&s); break;
		case 4: r[0x70 / 4] = below(&s, 3) ? 0 : value(&s); break;
		case 5: rings(&s, r, 0); break;
		case 6: r[0x50 / 4] = below(&s, 5); break;
		default: rings(&s, r, 1);
		}
	}
}

void apmain(void)
{
	started = 1;
	fuzz(seed * 77 + 1);
	finished = 1;
	for (;;)
		__asm__ volatile("pause");
}

void cmain(u64 info)
{
	seed = number(info, "seed") + 1;
	steps = number(info, "steps");
	both = number(info, "both");
	port = number(info, "port");
	if (both) {
		volatile u32 *apic = (volatile u32 *)0xfee00000UL;
		for (char *p = ap_begin, *to = (char *)AP_PAGE; p < ap_end; p++, to++)
			*to = *p;
		apic[0xf0 / 4] = 0x1ff;
		apic[0x310 / 4] = 0x01000000;
		apic[0x300 / 4] = 0x4500; /* INIT */
		for (u32 i = 0; i < 10000; i++)
			__asm__ volatile("pause");
		apic[0x310 / 4] = 0x01000000;
		apic[0x300 / 4] = 0x4608; /* SIPI: AP_PAGE */
		while (!started)
			__asm__ volatile("pause");
	}
	fuzz(seed);
	while (both && !finished)
		__asm__ volatile("pause");
	finish(0);
}
