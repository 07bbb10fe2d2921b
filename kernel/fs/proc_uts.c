/* /proc/sys/kernel: what uname(2) tells. The names of host and domain can be written, and poll(2) hears of changes. */
#include "kernel.h"
#include "linux_file.h"
#include "permission.h"
#include "procfs.h"
#include "uts.h"

/* What of them a node is. */
static unsigned field(const struct procnode *n)
{
	return *proc_arg(n) - '0';
}

static void show_field(struct text *t)
{
	struct utsname u;

	uts_get(&u);
	text_printf(t, "%s\n", u.field[field(t->node)]);
}

/* Up to a newline, and no longer than a name can be (Linux kernel/sysctl.c, proc_dostring). */
static long store_field(const struct text *t, const char *buf, size_t n)
{
	int len = 0;

	while ((size_t)len < n && len < UTS_FIELD - 1 && buf[len] && buf[len] != '\n')
		len++;
	long err = uts_set(field(t->node), buf, len);
	return err ? err : (long)n;
}

static unsigned which(struct file *f)
{
	return field(PROC(f->vnode)->node) != 1;
}

static int uts_open(struct file *f)
{
	((struct text *)f->data)->seen = uts_changes[which(f)];
	return 0;
}

/* Changes since the file was opened, or since poll(2) last reported one (Linux fs/proc/proc_sysctl.c). */
static int uts_poll(struct file *f, struct poll_table *pt)
{
	struct text *t = f->data;
	unsigned i = which(f);

	poll_wait(&uts_waiters[i], pt);
	if (t->seen == uts_changes[i])
		return POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
	t->seen = uts_changes[i];
	return POLLERR | POLLPRI;
}

static const struct file_ops uts_ops = {
	.read = proc_read, .write = proc_write, .seek = proc_seek, .release = proc_file_release, .open = uts_open, .poll = uts_poll,
};

static const struct procmore name = { show_field, store_field, &uts_ops };

PROCNODES_IN("/proc/sys/kernel/", uts,
	{ "r-" "ostype\0" "0", show_field },
	{ "w-" "hostname\0" "1", .more = &name },
	{ "r-" "osrelease\0" "2", show_field },
	{ "r-" "version\0" "3", show_field },
	{ "w-" "domainname\0" "5", .more = &name },
);
