/* /proc/sys/kernel/random (random(4)). */
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

static void put_uuid(struct text *t, u8 *b)
{
	b[6] = (b[6] & 0x0f) | 0x40;	/* RFC 9562: version 4 */
	b[8] = (b[8] & 0x3f) | 0x80;
	for (int i = 0; i < 16; i++)
		text_printf(t, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", b[i]);
	text_add(t, "\n", 1);
}

static void show_uuid(struct text *t)
{
	u8 b[16];

	random_bytes(b, sizeof(b));
	put_uuid(t, b);
}

static void show_boot_id(struct text *t)
{
	static u8 id[16];

	if (!(id[6] & 0x40))
		random_bytes(id, sizeof(id));
	put_uuid(t, id);
}

/* The generator is seeded before the program starts, with 256 bits that it never uses up. */
PROCNODES_IN("/proc/sys/kernel/random/", random,
	{ "r-" "uuid", show_uuid },
	{ "r-" "boot_id", show_boot_id },
	PROC_VALUE("r-" "entropy_avail", "256"),
	PROC_VALUE("r-" "poolsize", "256"),
);
