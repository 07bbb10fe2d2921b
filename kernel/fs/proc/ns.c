/* /proc/self/ns: the first namespaces, the only ones there are, with their numbers (namespaces(7); Linux
 * include/linux/proc_ns.h). */
#include "kernel.h"
#include "linux_file.h"
#include "../procfs.h"

#define NSFS_MAGIC	0x6e736673

static struct mount nsfs = { .path = "", .type = "nsfs", .magic = NSFS_MAGIC, .dev = 4 };

struct space { const char *name; u32 number; };
static const struct space spaces[] = {
	{ "cgroup", 0xeffffffb }, { "ipc", 0xefffffff }, { "mnt", 0xf0000000 }, { "net", 0xeffffff9 }, { "pid", 0xeffffffc },
	{ "pid", 0xeffffffc }, { "time", 0xeffffffa }, { "time", 0xeffffffa }, { "user", 0xeffffffd }, { "uts", 0xeffffffe },
};

static const struct space *space_of(struct vnode *v)
{
	return &spaces[*proc_arg(PROC(v)->node) - '0'];
}

static long ns_readlink(struct vnode *v, char *buf, size_t size)
{
	const struct space *s = space_of(v);
	char name[32];
	int n = min((size_t)ksnprintf(name, sizeof(name), "%s:[%u]", s->name, s->number), size);

	memcpy(buf, name, n);
	return n;
}

static void no_release(struct vnode *v) {}

static int ns_follow(struct vnode *v, struct vnode **out)
{
	static const struct vnode_ops ops = { .release = no_release };
	static struct vnode nodes[array_len(spaces)];
	const struct space *s = space_of(v);
	struct vnode *n = &nodes[s - spaces];

	if (!n->ops)
		*n = (struct vnode){ .ops = &ops, .refs = 1, .mode = S_IFREG | 0444, .nlink = 1, .ino = s->number, .mount = &nsfs };
	vnode_get(*out = n);
	return 0;
}

static const struct vnode_ops ns_ops = { .readlink = ns_readlink, .follow = ns_follow, .release = proc_release, .shared = &proc_shared };

#define NS(name, i)	{ "nt" "ns/" name "\0" #i, .ops = &ns_ops }

PROCNODES(self_ns, NS("cgroup", 0), NS("ipc", 1), NS("mnt", 2), NS("net", 3), NS("pid", 4), NS("pid_for_children", 5), NS("time", 6),
	NS("time_for_children", 7), NS("user", 8), NS("uts", 9));
