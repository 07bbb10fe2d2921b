/* Mounts of the kernel command line: uk.mount="SOURCE TARGET TYPE OPTIONS", as a line of
 * fstab(5): options are optional, and \040 is a space in a field. */
#include "driver.h"
#include "file_system.h"
#include "module.h"

#define FIELDS 4
#define STATUS 126

MODULE_ALIAS("late:" CMD_MOUNT);

/* Unescapes a field in place; returns its end. */
static char *field_end(char *s)
{
	char *out = s;

	for (; *s && *s != ' '; s++) {
		if (!strncmp(s, "\\040", 4)) {
			*out++ = ' ';
			s += 3;
		} else {
			*out++ = *s;
		}
	}
	char *rest = *s ? s + 1 : s;
	*out = 0;
	return rest;
}

/* One word of OPTIONS: a flag, or kept for the file system, at *OUT. */
static void option(const char *s, size_t n, unsigned long *flags, char **out, const char *options)
{
	static const char *const hints[] = { "rw", "defaults", "nosuid", "nodev", "noatime", "relatime", NULL };

	if (n == 2 && !memcmp(s, "ro", 2)) {
		*flags |= MS_RDONLY;
		return;
	}
	for (const char *const *h = hints; *h; h++)
		if (strlen(*h) == n && !memcmp(s, *h, n))
			return;
	if (*out > options)
		*(*out)++ = ',';
	memmove(*out, s, n);
	*out += n;
}

/* Takes from OPTIONS what is for every file system. */
static unsigned long options_take(char *options)
{
	unsigned long flags = 0;
	char *out = options;

	for (char *s = options; *s; ) {
		size_t n = 0;
		while (s[n] && s[n] != ',')
			n++;
		char *next = s[n] ? s + n + 1 : s + n;
		if (n)
			option(s, n, &flags, &out, options);
		s = next;
	}
	*out = 0;
	return flags;
}

static const char *reason(int err)
{
	switch (err) {
	case -ENODEV: return "no such file system in the image; add it with --drivers";
	case -ENOENT: return "no such disk or folder";
	case -ENOTDIR: return "not a folder";
	case -ENOTBLK: return "not a disk";
	case -ENXIO: return "no such device";
	case -EINVAL: return "wrong options, or not a file system of that type";
	case -ENOMEM: return "out of memory; give the machine more";
	case -EBUSY: return "something is mounted there";
	}
	return "failed";
}

/* Makes the folders that TARGET is in, where they are missing and can be made: /tmp and its like are empty at the
 * start. What fails, the mount itself reports. */
static void parents_make(char *target)
{
	for (char *s = target; *s; s++) {
		struct path p;
		struct vnode *v;

		if (*s != '/' || s == target)
			continue;
		*s = 0;
		if (!path_walk(NULL, target, LOOKUP_MISSING, &p)) {
			if (!p.v && p.parent && p.parent->ops->create &&
			    !p.parent->ops->create(p.parent, p.name, p.len, S_IFDIR | 0755, 0, &v))
				vnode_put(v);
			path_put(&p);
		}
		*s = '/';
	}
}

static void mount_line(char *line)
{
	char *field[FIELDS], *s = line;

	for (unsigned i = 0; i < FIELDS; i++) {
		field[i] = s;
		s = field_end(s);
	}
	unsigned long flags = options_take(field[3]);

	parents_make(field[1]);
	int err = mount_on(field[0], field[1], field[2], flags, field[3], true);
	if (!err)
		return;
	kprintf("mount %s on %s: %s: %s (error %d)\n", field[0], field[1], *field[2] ? field[2] : "no type", reason(err), -err);
	vm_exit(STATUS_EXIT, STATUS);
}

/* A program without one of its mounts would not be right: the guest ends. */
void mounts_at_boot(void)
{
	const char *line;

	for (unsigned i = 0; (line = cmdline_get(CMD_MOUNT, i)); i++) {
		char *copy = kstrdup(line);
		if (!copy)
			out_of_memory("while mounting");
		mount_line(copy);
		kfree(copy);
	}
}

/* Of a module; built in, boot calls mounts_at_boot() itself. */
static int probe(struct virtio_device *unused)
{
	if (root_vnode)
		mounts_at_boot();
	return 0;
}
DRIVER(mounting, DRIVER_LATE, probe);
