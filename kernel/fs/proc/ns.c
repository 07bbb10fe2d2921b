/* /proc/self/ns: the first namespaces, the only ones there are, with their numbers (namespaces(7); Linux
 * include/linux/proc_ns.h). */
#include "kernel.h"
#include "linux_file.h"
#include "../procfs.h"

#define NSFS_MAGIC	0x6e736673
#define HIGHEST		0xf0000000U	/* of the first namespaces */

static struct mount nsfs = { .path = "", .type = "nsfs", .magic = NSFS_MAGIC, .dev = 4 };

/* Behind a node's name: how far its number is below the highest, and the kind. */
static unsigned below_highest(struct vnode *v)
{
	return *proc_arg(PROC(v)->node) - '0';
}

static long ns_readlink(struct vnode *v, char *buf, size_t size)
{
	char name[32];
	int n = min((size_t)ksnprintf(name, sizeof(name), "%s:[%u]", proc_arg(PROC(v)->node) + 1, HIGHEST - below_highest(v)), size);

	memcpy(buf, name, n);
	return n;
}

static void no_release(struct vnode *v) {}

static int ns_follow(struct vnode *v, struct vnode **out)
{
	static const struct vnode_ops ops = { .release = no_release };
	static struct vnode nodes[8];
	unsigned i = below_highest(v);
	struct vnode *n = &nodes[i];

	if (!n->ops)
		*n = (struct vnode){ .ops = &ops, .refs = 1, .mode = S_IFREG | 0444, .nlink = 1, .ino = HIGHEST - i, .mount = &nsfs };
	vnode_get(*out = n);
	return 0;
}

static const struct vnode_ops ns_ops = { .readlink = ns_readlink, .follow = ns_follow, .release = proc_release, .shared = &proc_shared };

#define NS(name, text)	{ "nt" "ns/" name "\0" text, .ops = &ns_ops }

PROCNODES(self_ns, NS("cgroup", "5cgroup"), NS("ipc", "1ipc"), NS("mnt", "0mnt"), NS("net", "7net"), NS("pid", "4pid"),
	NS("pid_for_children", "4pid"), NS("time", "6time"), NS("time_for_children", "6time"), NS("user", "3user"), NS("uts", "2uts"));
