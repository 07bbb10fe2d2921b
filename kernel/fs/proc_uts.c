/* /proc/sys/kernel: what uname(2) tells. The names of host and domain can be written, and poll(2) hears of changes. */
#include "kernel.h"
#include "linux_file.h"
#include "permission.h"
#include "procfs.h"

#define FIELD 65

struct utsname { char field[6][FIELD]; };
void uts_get(struct utsname *u);	/* sys/system/uname.c */
long uts_set(unsigned field, const char *name, int len);

static const u8 fields[] = { 0, 1, 2, 3, 5 };	/* what a node's arg points to */

static void show_field(struct text *t)
{
	struct utsname u;

	uts_get(&u);
	text_printf(t, "%s\n", u.field[*(const u8 *)t->node->arg]);
}

/* Up to a newline, and no longer than a name can be (Linux kernel/sysctl.c, proc_dostring). */
static long store_field(const struct text *t, const char *buf, size_t n)
{
	int len = 0;

	while ((size_t)len < n && len < FIELD - 1 && buf[len] && buf[len] != '\n')
		len++;
	long err = uts_set(*(const u8 *)t->node->arg, buf, len);
	return err ? err : (long)n;
}

static struct waitq changes[2] = { WAITQ_INIT(changes[0]), WAITQ_INIT(changes[1]) };
static u64 count[2];

/* sys/system/uname.c calls this when either name is new. */
void uts_changed(unsigned field)
{
	count[field != 1]++;
	wake_all(&changes[field != 1]);
}

static unsigned which(struct file *f)
{
	return *(const u8 *)PROC(f->vnode)->node->arg != 1;
}

static int uts_open(struct file *f)
{
	((struct text *)f->data)->seen = count[which(f)];
	return 0;
}

/* Changes since the file was opened, or since poll(2) last reported one (Linux fs/proc/proc_sysctl.c). */
static int uts_poll(struct file *f, struct poll_table *pt)
{
	struct text *t = f->data;
	unsigned i = which(f);

	poll_wait(&changes[i], pt);
	if (t->seen == count[i])
		return POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
	t->seen = count[i];
	return POLLERR | POLLPRI;
}

static const struct file_ops uts_ops = {
	.read = proc_read, .write = proc_write, .seek = proc_seek, .release = proc_file_release, .open = uts_open, .poll = uts_poll,
};

#define KERNEL "/proc/sys/kernel/"

PROCNODES(uts,
	{ KERNEL "ostype", S_IFREG | 0444, .show = show_field, .arg = &fields[0] },
	{ KERNEL "hostname", S_IFREG | 0644, .show = show_field, .arg = &fields[1], .store = store_field, .ops = &uts_ops },
	{ KERNEL "osrelease", S_IFREG | 0444, .show = show_field, .arg = &fields[2] },
	{ KERNEL "version", S_IFREG | 0444, .show = show_field, .arg = &fields[3] },
	{ KERNEL "domainname", S_IFREG | 0644, .show = show_field, .arg = &fields[4], .store = store_field, .ops = &uts_ops },
);
