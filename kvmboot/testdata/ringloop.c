/* A ring that feeds itself: the disk's answers are the next requests. Of 256 chains 255 do nothing;
 * the last reads a sector over the index of the available ring, which makes 256 more available, and over its own
 * header, which names the next sector. The sectors of the disk are made for this. One notification is then
 * never through. */
#include "hostile.h"

#define SIZE 256
#define BLOCK 0x400000UL	/* header, index: what the disk writes */
#define AVAIL (BLOCK + 508)
#define DESC 0x410000UL
#define USED 0x420000UL
#define HEADER 0x430000UL
#define STATUS 0x430020UL

void apmain(void) {}

void cmain(u64 info)
{
	(void)info;
	volatile u32 *r = find(2);
	struct desc *d = (struct desc *)DESC;
	u16 *avail = (u16 *)AVAIL;
	u32 *idle = (u32 *)HEADER, *last = (u32 *)BLOCK;

	idle[0] = 99;			/* no such type */
	d[0] = (struct desc){ HEADER, 16, NEXT, 1 };
	d[1] = (struct desc){ STATUS, 1, WRITE, 0 };
	last[0] = 0;			/* read sector 0 */
	d[3] = (struct desc){ BLOCK, 16, NEXT, 4 };
	d[4] = (struct desc){ BLOCK, 512, NEXT | WRITE, 5 };
	d[5] = (struct desc){ STATUS, 1, WRITE, 0 };
	avail[2 + 255] = 3;
	avail[1] = 256;

	init(r, 0);
	queue(r, 0, SIZE, DESC, AVAIL, USED);
	r[0x70 / 4] = 15;
	out8(0x3f8, '.');
	r[0x50 / 4] = 0;
	finish(0);
}
