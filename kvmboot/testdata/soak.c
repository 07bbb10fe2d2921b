/* A guest that talks to the devices of one kind, "talk=ID", as a driver does, and breaks a rule now and then. So sessions get
 * deep, and what a device keeps of them is reached. "seed=N" makes it all, "steps=N" is how much it says; with "both=1" a second
 * processor changes memory meanwhile. Ends with status 0. */
#include "hostile.h"

#define ARENA 0x400000UL
#define ARENA_SIZE 0x20000UL
#define AP_PAGE 0x8000UL

#define SIZE 64 /* of queues */
#define CHAINS (SIZE / 3)
#define QUEUES 8
#define RING(q) (ARENA + (q) * 0x1000UL)
#define AVAIL 0x400
#define USED 0x800
#define BUFFERS (ARENA + QUEUES * 0x1000UL)
#define BUFFER 1024
#define ROOM ((ARENA_SIZE - QUEUES * 0x1000UL) / BUFFER)

enum { NET = 1, BLOCK = 2, CONSOLE = 3, ENTROPY = 4, BALLOON = 5, SHARE = 9, VSOCK = 19, SOCKETS = 0x756b };

static volatile u64 seed, steps, both, kind, port; /* PORT: one of the host's loopback that echoes */
static volatile u32 started, finished, done_with;
extern char ap_begin[], ap_end[];

static u64 odd_place(u64 *s)
{
	static const u64 odd[] = {
		0xfee00000, 0xfec00000, 0xfeb00000, 0xbffff000, 0xc0000000, 0xffffffff, 0x100000000, 0xffffffffffffffff, 0xfffffffffffff000,
		0x8000000000000000, 0x1000000 - 16, 0x1000000 - 1, 0x1000000,
	};
	return below(s, 3) ? ARENA + below(s, ARENA_SIZE) : odd[below(s, sizeof odd / sizeof odd[0])];
}

static u8 *put(u8 *p, u64 v, u32 bytes)
{
	for (; bytes--; v >>= 8)
		*p++ = v;
	return p;
}

/* How seldom a rule is broken, by session. */
static u32 calm;
static int odd(u64 *s) { return below(s, calm) == 0; }

static u8 *text(u64 *s, u8 *p)
{
	static const char *const names[] = { "a", "b", "c", "file", "folder", "link", "..", ".", "", "a/b", "/etc", "user.x" };
	const char *t = names[below(s, below(s, 8) ? 6 : sizeof names / sizeof names[0])];
	u32 n = 0;
	while (t[n])
		n++;
	p = put(p, odd(s) ? value(s) : n, 2);
	for (u32 i = 0; i < n; i++)
		*p++ = t[i];
	return p;
}

/* 9P: a type and what its message holds: f a fid, s a name, w names, d data, a digit a number of so many bytes. */
static const struct { u8 type; const char *holds; } calls[] = {
	{ 8, "f" }, { 12, "f4" }, { 14, "fs444" }, { 16, "fss4" }, { 18, "fs4444" }, { 20, "ffs" }, { 22, "f" }, { 24, "f8" }, { 26, "f444488888" },
	{ 30, "ffs" }, { 32, "fs84" }, { 40, "f84" }, { 50, "f4" }, { 52, "f14884s" }, { 54, "f1884s" }, { 70, "ffs" }, { 72, "fs44" }, { 74, "fsfs" },
	{ 76, "fs4" }, { 108, "2" }, { 110, "ffw" }, { 110, "ffw" }, { 110, "ffw" }, { 110, "ffw" }, { 12, "f4" }, { 116, "f84" }, { 118, "f8d" }, { 120, "f" }, { 122, "f" },
	{ 100, "4v" }, { 104, "fNss4" }, { 104, "fNss4" },
};

static u8 *field(u64 *s, u8 *p, char c)
{
	switch (c) {
	case 'f': return put(p, odd(s) ? value(s) : below(s, 6), 4);
	case 'N': return put(p, 0xffffffff, 4);
	case 's': return text(s, p);
	case 'v': return put(put(p, 8, 2), 0x4c2e303030325039UL, 8); /* "9P2000.L" */
	case 'w': {
		u32 n = odd(s) ? value(s) & 31 : below(s, 4);
		p = put(p, n, 2);
		while (n--)
			p = text(s, p);
		return p;
	}
	case 'd': {
		u32 n = below(s, 400);
		p = put(p, odd(s) ? value(s) : n, 4);
		while (n--)
			*p++ = n;
		return p;
	}
	case '4': { /* flags, counts, modes */
		static const u32 often[] = { 0, 1, 2, 0x42, 0101, 0755, 0644, 4096, 512, 0x8000, 0x40, 0200, 0x1ff };
		return put(p, below(s, 8) ? often[below(s, sizeof often / sizeof often[0])] : value(s), 4);
	}
	}
	return put(p, below(s, 8) ? below(s, 9000) : rnd(s), c - '0');
}

static u32 share_message(u64 *s, u8 *p)
{
	u32 i = below(s, sizeof calls / sizeof calls[0] - (below(s, 6) ? 3 : 0));
	u8 *end = put(put(p + 4, calls[i].type, 1), below(s, 3), 2);
	for (const char *c = calls[i].holds; *c && end < p + 600; c++)
		end = field(s, end, *c);
	put(p, odd(s) ? value(s) : end - p, 4);
	return end - p;
}

static u32 frame(u64 *s, u8 *p)
{
	u32 n = 12 + 14 + below(s, 900), size = below(s, 3) ? 0 : 1460;
	put(p, below(s, 4), 1);
	put(p + 1, size ? below(s, 6) : 0, 1);
	put(p + 2, below(s, 8) ? 54 : value(s), 2);
	put(p + 4, size, 2);
	put(p + 6, below(s, 8) ? 34 : value(s), 2);
	put(p + 8, below(s, 8) ? 16 : value(s), 2);
	put(p + 10, below(s, 8) ? 0 : value(s), 2);
	for (u32 i = 12; i < n; i += 4)
		put(p + i, rnd(s), 4);
	put(p + 24, 8, 2);
	put(p + 26, 0x45, 1);
	return n;
}

static u32 vsock_packet(u64 *s, u8 *p)
{
	static const u8 ops[] = { 1, 1, 2, 3, 4, 5, 5, 5, 5, 5, 6, 7 };
	u32 op = odd(s) ? rnd(s) : ops[below(s, sizeof ops)], n = op == 5 ? below(s, 900) : 0;
	put(p, odd(s) ? rnd(s) : 3, 8);
	put(p + 8, odd(s) ? rnd(s) : 2, 8);
	put(p + 16, below(s, 6), 4);
	put(p + 20, odd(s) ? value(s) : 1024 + below(s, 2), 4);
	put(p + 24, odd(s) ? value(s) : n, 4);
	put(p + 28, odd(s) ? rnd(s) : 1, 2);
	put(p + 30, op, 2);
	put(p + 32, below(s, 4), 4);
	put(p + 36, odd(s) ? value(s) : 65536, 4);
	put(p + 40, odd(s) ? value(s) : 0, 4);
	return 44 + n;
}

/* Sockets are opened, bound, connected, used and closed; numbers are used again, which no driver may. */
static u32 socket_packet(u64 *s, u8 *p)
{
	static const u8 to[] = { 10, 0, 2, 2, 10, 0, 2, 3, 127, 0, 0, 1, 0, 0, 0, 0 };
	static u32 opened;
	u32 op = odd(s) ? rnd(s) & 31 : 1 + below(s, 12), n = 0;
	if (op == 1)
		opened++;
	for (u32 i = 0; i < 64; i++)
		p[32 + i] = 0;
	switch (op) {
	case 1:
		put(p + 32, below(s, 3) ? 2 : 10, 2);
		put(p + 34, 1 + below(s, 2), 2);
		n = 8;
		break;
	case 2:
	case 3:
		put(p + 32, below(s, 8) ? (u32[]){ 1, 6, 0, 41, 17 }[below(s, 5)] : value(s), 4);
		put(p + 36, below(s, 8) ? below(s, 32) : value(s), 4);
		put(p + 40, below(s, 8) ? 4 : value(s), 4);
		n = 12 + (op == 2 ? 4 : 0);
		break;
	case 4:
	case 6:
	case 9:
		put(p + 32, below(s, 4) ? 2 : 10, 2);
		put(p + 34, below(s, 2) ? (port & 0xff) << 8 | port >> 8 : (80 + below(s, 3)) << 8, 2);
		for (u32 i = 0, k = 4 * below(s, 4); i < 4; i++)
			p[40 + i] = to[k + i];
		n = 24 + (op == 9 ? below(s, 500) : 0);
		break;
	case 5:
		put(p + 32, below(s, 3) ? below(s, 9) : value(s), 4);
		n = 4;
		break;
	case 8:
		n = below(s, 800);
	}
	put(p, below(s, 3) ? opened - below(s, 4) : odd(s) ? 0x80000000u + below(s, 8) : below(s, opened + 2), 4);
	put(p + 4, odd(s) ? value(s) : n, 4);
	put(p + 8, op, 2);
	put(p + 10, below(s, 4), 2);
	put(p + 12, below(s, 2) ? 1 + below(s, 100) : 0, 4);
	put(p + 16, 0, 4);
	put(p + 20, odd(s) ? value(s) : 65536, 4);
	put(p + 24, odd(s) ? value(s) : 0, 4);
	put(p + 28, 0, 4);
	return 32 + n;
}

/* Numbers of pages that the guest has no use for, and others that it has not at all. */
static u32 page_list(u64 *s, u8 *p)
{
	u32 n = 4 * (1 + below(s, 100));
	for (u32 i = 0; i < n; i += 4)
		put(p + i, below(s, 10) ? 0xc00 + below(s, 0x400) : 0x1000 + value(s) % 0xf0000000, 4);
	return n;
}

static u32 message(u64 *s, u8 *p)
{
	switch (kind) {
	case SHARE: return share_message(s, p);
	case NET: return frame(s, p);
	case VSOCK: return vsock_packet(s, p);
	case SOCKETS: return socket_packet(s, p);
	case BALLOON: return page_list(s, p);
	}
	u32 n = below(s, 900);
	for (u32 i = 0; i < n; i++)
		p[i] = rnd(s);
	return n;
}

/* A disk's: what it is to do, data or ranges, and a byte for how that went. */
static u32 block_chain(u64 *s, struct desc *d, u64 at)
{
	static const u32 types[] = { 0, 0, 0, 1, 1, 1, 4, 8, 11, 13 };
	u8 *p = (u8 *)at;
	u32 type = odd(s) ? value(s) : types[below(s, 10)], n = 512;
	put(p, type, 4);
	put(p + 4, 0, 4);
	put(p + 8, odd(s) ? rnd(s) << below(s, 48) : below(s, 160), 8);
	if (type == 11 || type == 13) {
		n = 16 * (1 + below(s, 3));
		for (u32 i = 0; i < n; i += 16) {
			put(p + 32 + i, below(s, 160), 8);
			put(p + 40 + i, odd(s) ? value(s) : below(s, 40), 4);
			put(p + 44 + i, below(s, 3), 4);
		}
	}
	d[0] = (struct desc){ at, 16, NEXT, 0 };
	d[1] = (struct desc){ at + 32, n, NEXT | (type == 0 || type == 8 ? WRITE : 0), 0 };
	d[2] = (struct desc){ at + 1000, 1, WRITE, 0 };
	return 3;
}

/* Whether what is in queue Q goes to the guest, the answers apart. */
static int hears(u32 q)
{
	switch (kind) {
	case ENTROPY: return 1;
	case NET: case CONSOLE: case SOCKETS: return q == 0;
	case VSOCK: return q != 1;
	case BALLOON: return q == 3;
	}
	return 0;
}

/* Up to three descriptors for what queue Q takes. */
static u32 chain(u64 *s, u32 q, struct desc *d, u64 at)
{
	if (kind == BLOCK)
		return block_chain(s, d, at);
	if (hears(q)) {
		d[0] = (struct desc){ at, odd(s) ? value(s) & 0xffff : BUFFER, WRITE, 0 };
		return 1;
	}
	u32 n = message(s, (u8 *)at), cut = below(s, 4) || n < 2 ? n : 1 + below(s, n - 1), parts = 1;
	d[0] = (struct desc){ at, cut, 0, 0 };
	if (cut < n)
		d[parts++] = (struct desc){ at + cut, n - cut, 0, 0 };
	if (kind == SHARE)
		d[parts++] = (struct desc){ BUFFERS + below(s, ROOM - 4) * BUFFER, 4096, WRITE, 0 };
	return parts;
}

static void spoil(u64 *s, struct desc *d)
{
	switch (below(s, 4)) {
	case 0: d->addr = odd_place(s); break;
	case 1: d->len = value(s); break;
	case 2: d->flags ^= 1 << below(s, 16); break;
	case 3: d->next = rnd(s); break;
	}
}

static void say(u64 *s, volatile u32 *r, u32 q, u16 *next)
{
	struct desc *ring = (struct desc *)RING(q);
	volatile u16 *avail = (volatile u16 *)(RING(q) + AVAIL), *used = (volatile u16 *)(RING(q) + USED);
	for (u32 batch = 1 + below(s, 6); batch; batch--) {
		for (u32 i = 0; (u16)(*next - used[1]) >= CHAINS && i < 2000; i++) {
			if (hears(q))
				return;
			__asm__ volatile("pause");
		}
		if ((u16)(*next - used[1]) >= CHAINS)
			break;
		u32 slot = *next % CHAINS, first = 3 * slot;
		u32 n = chain(s, q, ring + first, BUFFERS + (q * CHAINS + slot) % (ROOM - 1) * BUFFER);
		for (u32 i = 0; i < n; i++) {
			ring[first + i].next = first + i + 1;
			ring[first + i].flags |= i + 1 < n ? NEXT : 0;
			if (odd(s))
				spoil(s, ring + first + i);
		}
		avail[2 + *next % SIZE] = odd(s) ? rnd(s) : first;
		fence();
		avail[1] = ++*next;
	}
	r[0x50 / 4] = q;
}

static void break_rule(u64 *s, volatile u32 *r, u32 q)
{
	u32 off = below(s, 2) ? 0x100 + below(s, 64) : 4 * below(s, 0x3c);
	switch (below(s, 5)) {
	case 0: *(volatile u16 *)(RING(q) + AVAIL + 2) += value(s); break;
	case 1: r[0x50 / 4] = value(s); break;
	case 2: *(volatile u32 *)((volatile u8 *)r + (off & ~3u)) = value(s); break;
	case 3: *(volatile u8 *)((volatile u8 *)r + off); break;
	case 4: *(volatile u16 *)(RING(q) + AVAIL) = rnd(s); break;
	}
}

static void session(u64 *s, volatile u32 *r)
{
	u16 next[QUEUES] = { 0 };
	u32 queues = 0;
	calm = (u32[]){ 40, 400, 4000, 40000 }[below(s, 4)];
	r[0x14 / 4] = 0;
	init(r, r[0x10 / 4] & (below(s, 4) ? ~0u : rnd(s)));
	for (u64 i = ARENA; i < ARENA + QUEUES * 0x1000UL; i += 8)
		*(volatile u64 *)i = 0;
	for (u32 q = 0; q < QUEUES; q++) {
		r[0x30 / 4] = q;
		if (r[0x34 / 4] < SIZE)
			break;
		queue(r, q, SIZE, RING(q), RING(q) + AVAIL, RING(q) + USED);
		queues++;
	}
	r[0x70 / 4] = 15;
	if (kind == SHARE) { /* a session begins with these */
		static const char version[] = "\x15\0\0\0\x64\xff\xff\0\0\x10\0\x08\0""9P2000.L", attach[] = "\x17\0\0\0\x68\x01\0\0\0\0\0\xff\xff\xff\xff\0\0\0\0\0\0\0\0";
		for (u32 i = 0; i < 2; i++) {
			struct desc *d = (struct desc *)RING(0) + 3 * i;
			u64 at = BUFFERS + i * BUFFER;
			for (u32 k = 0; k < 23; k++)
				((char *)at)[k] = (i ? attach : version)[k < 21 + 2 * i ? k : 0];
			d[0] = (struct desc){ at, 21 + 2 * i, NEXT, 3 * i + 1 };
			d[1] = (struct desc){ BUFFERS + 8 * BUFFER, 4096, WRITE, 0 };
			((volatile u16 *)(RING(0) + AVAIL))[2 + i] = 3 * i;
			((volatile u16 *)(RING(0) + AVAIL))[1] = ++next[0];
			r[0x50 / 4] = 0;
			for (u32 k = 0; k < 1000 && ((volatile u16 *)(RING(0) + USED))[1] != i + 1 && !(r[0x70 / 4] & 0x40); k++)
				__asm__ volatile("pause");
		}
	}
	for (u64 left = 50 + below(s, 800); left && done_with < steps && queues; left--, done_with++) {
		u32 q = below(s, queues);
		say(s, r, q, &next[q]);
		if (odd(s))
			break_rule(s, r, q);
		if (below(s, 16) == 0 && r[0x70 / 4] & 0x40)
			break;
	}
	done_with++;
}

void apmain(void)
{
	u64 s = seed * 77 + 1;
	started = 1;
	while (!finished) {
		u64 at = below(&s, 50) ? BUFFERS + below(&s, ARENA_SIZE - QUEUES * 0x1000UL) : ARENA + below(&s, QUEUES * 0x1000UL);
		*(volatile u32 *)(at & ~3UL) = value(&s);
		for (u32 i = below(&s, 200); i; i--)
			__asm__ volatile("pause");
	}
	finished = 2;
	for (;;)
		__asm__ volatile("pause");
}

static void second_processor(void)
{
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

void cmain(u64 info)
{
	u64 s = (seed = number(info, "seed") + 1);
	volatile u32 *have[DEVICES];
	u32 n = 0;
	steps = number(info, "steps");
	both = number(info, "both");
	kind = number(info, "talk");
	port = number(info, "port");
	for (u32 i = 0; i < DEVICES; i++)
		if (device(i)[0] == 0x74726976 && device(i)[2] == kind)
			have[n++] = device(i);
	if (!n)
		finish(99);
	if (both)
		second_processor();
	while (done_with < steps)
		session(&s, have[below(&s, n)]);
	finished = both;
	while (both && finished != 2)
		__asm__ volatile("pause");
	finish(0);
}
