/* /proc/devices, misc, interrupts, modules, cmdline (proc(5)). */
#include "cpu.h"
#include "disks.h"
#include "driver.h"
#include "kernel.h"
#include "module.h"
#include "linux_file.h"
#include "../procfs.h"

#define MISC	10

/* Names of Linux (Documentation/admin-guide/devices.txt), of what may have a node. */
static const struct { u32 rdev; const char *name; bool whole; } characters[] = {
	{ MAKEDEV(1, 0), "mem", true }, { MAKEDEV(4, 0), "tty", true }, { MAKEDEV(5, 0), "/dev/tty" }, { MAKEDEV(5, 1), "/dev/console" },
	{ MAKEDEV(5, 2), "/dev/ptmx" }, { MAKEDEV(MISC, 0), "misc", true }, { MAKEDEV(136, 0), "pts", true },
};

static bool has_node(u32 rdev, bool whole)
{
	const struct devnode *n;

	for (unsigned i = 0; (n = devnode_at(i)); i++)
		if (S_ISCHR(n->mode) && (whole ? DEV_MAJOR(n->rdev) == DEV_MAJOR(rdev) : n->rdev == rdev))
			return true;
	return false;
}

static void show_devices(struct text *t)
{
	char name[8];
	u32 last = 0;
	struct vnode *v;

	text_printf(t, "Character devices:\n");
	for (unsigned i = 0; i < array_len(characters); i++)
		if (has_node(characters[i].rdev, characters[i].whole))
			text_printf(t, "%3u %s\n", DEV_MAJOR(characters[i].rdev), characters[i].name);
	text_printf(t, "\nBlock devices:\n");
	for (u64 i = 0; (v = devfs_disk(i, name)); i++) {
		if (DEV_MAJOR(v->rdev) != last)
			text_printf(t, "%3u virtblk\n", DEV_MAJOR(v->rdev));
		last = DEV_MAJOR(v->rdev);
	}
}

static void show_misc(struct text *t)
{
	const struct devnode *n;

	for (unsigned i = 0; (n = devnode_at(i)); i++)
		if (S_ISCHR(n->mode) && DEV_MAJOR(n->rdev) == MISC)
			text_printf(t, "%3u %s\n", DEV_MINOR(n->rdev), n->name);
}

static void put_counts(struct text *t, unsigned vector)
{
	for (unsigned i = 0; i < cpu_count; i++)
		text_printf(t, " %10u", cpu_at(i)->interrupts[vector - VEC_IRQ_BASE]);
}

static void show_interrupts(struct text *t)
{
	static const struct { u8 vector; const char *name, *what; } others[] = {
		{ VEC_TIMER, "LOC", "Local timer interrupts" }, { VEC_SPURIOUS, "SPU", "Spurious interrupts" },
		{ VEC_IPI, "RES", "Rescheduling interrupts" },
	};

	text_printf(t, "    ");
	for (unsigned i = 0; i < cpu_count; i++)
		text_printf(t, i < 10 ? "       CPU%u" : "      CPU%u", i);
	text_add(t, "\n", 1);
	for (unsigned v = VEC_DEVICE; v < VEC_DEVICE + irq_devices; v++) {
		text_printf(t, "%3u:", v);
		put_counts(t, v);
		text_printf(t, "  LAPIC  %u-edge      device%u\n", v, v - VEC_DEVICE);
	}
	for (unsigned i = 0; i < array_len(others); i++) {
		text_printf(t, "%s:", others[i].name);
		put_counts(t, others[i].vector);
		text_printf(t, "   %s\n", others[i].what);
	}
}

/* The words but for those of the program, which /proc/self has. */
static void show_cmdline(struct text *t)
{
	const char *word = NULL, *space = "";

	while ((word = cmdline_word(word))) {
		if (!strncmp(word, CMD_ARG "=", 7) || !strncmp(word, CMD_ENV "=", 7))
			continue;
		const char *s = word;
		while (*s && *s != ' ')
			s++;
		text_printf(t, *s ? "%s\"%s\"" : "%s%s", space, word);
		space = " ";
	}
	text_add(t, "\n", 1);
}

/* As lsmod(8) reads it. Nobody takes a module away, so each is in use for good. */
static void show_modules(struct text *t)
{
	for (struct module_listed m = { 0 }; module_listed(&m); m.i++)
		text_printf(t, "%s %lu 1 [permanent], Live 0x%016lx\n", m.name, m.bytes, m.address);
}

PROCNODES(machine,
	{ "r-" "devices", show_devices },
	{ "r-" "misc", show_misc },
	{ "r-" "interrupts", show_interrupts },
	{ "r-" "cmdline", show_cmdline },
	{ "r-" "modules", show_modules },
);
