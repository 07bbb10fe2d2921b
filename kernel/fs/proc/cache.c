#include "cache.h"
#include "cpu.h"
#include "kernel.h"

struct leaf { u32 a, b, c, d; };

static struct leaf leaf(u32 n, u32 sub)
{
	struct leaf r;

	__asm__ volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(n), "c"(sub));
	return r;
}

/* The leaf whose layout both makers have, or 0. */
static u32 leaf_number(void)
{
	const u32 topology = 1 << 22;	/* AMD: TopologyExtensions */

	if (leaf(0, 0).a >= 4 && leaf(4, 0).a & 31)
		return 4;
	if (leaf(0x80000000, 0).a >= 0x8000001d && leaf(0x80000001, 0).c & topology)
		return 0x8000001d;
	return 0;
}

bool cache_get(unsigned i, struct cache *c)
{
	u32 n = leaf_number();
	struct leaf l = n ? leaf(n, i) : (struct leaf){ 0 };

	if (!(l.a & 31) || i > 15)
		return false;
	*c = (struct cache){ .type = l.a & 31, .level = l.a >> 5 & 7, .line = (l.b & 0xfff) + 1, .partitions = (l.b >> 12 & 0x3ff) + 1,
		.ways = (l.b >> 22) + 1, .sets = l.c + 1 };
	for (u32 sharing = l.a >> 14 & 0xfff; sharing; sharing >>= 1)
		c->shift++;
	c->size = (u64)c->line * c->partitions * c->ways * c->sets;
	return true;
}

unsigned cache_count(void)
{
	struct cache c;
	unsigned n = 0;

	while (cache_get(n, &c))
		n++;
	return n;
}
