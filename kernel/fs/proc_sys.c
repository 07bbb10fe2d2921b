/* /proc/sys: what programs ask the kernel's settings for (proc(5)). */
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

#define CONSTANT(sym, path, value)						\
	static void show_##sym(struct text *t) { text_printf(t, value "\n"); }	\
	PROCNODE(sys_##sym, "/proc/sys/" path, S_IFREG | 0444, false, show_##sym)

CONSTANT(pid_max, "kernel/pid_max", "4194304");
CONSTANT(threads_max, "kernel/threads-max", "4194304");
CONSTANT(ngroups_max, "kernel/ngroups_max", "65536");
CONSTANT(cap_last_cap, "kernel/cap_last_cap", "40");
CONSTANT(randomize, "kernel/randomize_va_space", "0");
CONSTANT(entropy_avail, "kernel/random/entropy_avail", "256");
CONSTANT(overcommit_memory, "vm/overcommit_memory", "1");
CONSTANT(max_map_count, "vm/max_map_count", "65530");
CONSTANT(file_max, "fs/file-max", "9223372036854775807");
CONSTANT(nr_open, "fs/nr_open", "1048576");
CONSTANT(pipe_max_size, "fs/pipe-max-size", "1048576");
CONSTANT(somaxconn, "net/core/somaxconn", "4096");

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
PROCNODE(sys_uuid, "/proc/sys/kernel/random/uuid", S_IFREG | 0444, false, show_uuid);

static void show_boot_id(struct text *t)
{
	static u8 id[16];

	if (!(id[6] & 0x40))
		random_bytes(id, sizeof(id));
	put_uuid(t, id);
}
PROCNODE(sys_boot_id, "/proc/sys/kernel/random/boot_id", S_IFREG | 0444, false, show_boot_id);
