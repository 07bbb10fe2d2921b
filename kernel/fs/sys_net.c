/* /sys/class/net and what its links lead to (Linux Documentation/ABI/testing/sysfs-class-net). What makes netlink sockets keeps
 * this file. What nothing here counts or knows is not there: of statistics a card's packets and bytes, no speed. */
#include "af_netlink.h"
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

#define CLASS	"/sys/class/net"
#define DEVICES	"/sys/devices/virtual/net"
#define IFF_LOWER_UP	0x10000
#define IFF_LOOPBACK	8
#define FLAGS		0x100b	/* those that are settings: UP, BROADCAST, LOOPBACK, MULTICAST */

static void put_address(struct text *t, const u8 *mac)
{
	for (u32 k = 0; k < 6; k++)
		text_printf(t, k ? ":%02x" : "%02x", mac[k]);
}

static void show(struct text *t)
{
	static const u8 broadcast[6] = { 255, 255, 255, 255, 255, 255 }, none[6];
	struct interface_facts f;

	if (!interface_facts(t->index[0], &f))
		return;
	bool lo = f.flags & IFF_LOOPBACK, up = f.flags & IFF_LOWER_UP;
	switch (*proc_arg(t->node)) {
	case 'a': put_address(t, f.mac); break;
	case 'b': put_address(t, lo ? none : broadcast); break;
	case 'c': text_printf(t, "%u", up); break;
	case 'e': return;	/* nothing, not a line */
	case 'f': text_printf(t, "0x%x", f.flags & FLAGS); break;
	case 'i': text_printf(t, "%u", f.index); break;
	case 'm': text_printf(t, "%u", f.mtu); break;
	case 'n': text_printf(t, "%u", lo ? 2 : 1); break;
	case 'o': text_printf(t, lo ? "unknown" : up ? "up" : "down"); break;
	case 't': text_printf(t, "%u", f.type); break;
	case 'u': text_printf(t, "INTERFACE=%s\nIFINDEX=%u", f.name, f.index); break;
	case '0': text_printf(t, "%lu", f.bytes[0]); break;
	case '1': text_printf(t, "%lu", f.packets[0]); break;
	case '2': text_printf(t, "%lu", f.bytes[1]); break;
	case '3': text_printf(t, "%lu", f.packets[1]); break;
	}
	text_add(t, "\n", 1);
}

static const struct procnode attributes[] = {
	PROC_VALUE("r-" "addr_assign_type", "0"),
	PROC_VALUE("r-" "addr_len", "6"),
	{ "r-" "address\0" "a", show },
	{ "r-" "broadcast\0" "b", show },
	{ "r-" "carrier\0" "c", show },
	PROC_VALUE("r-" "dev_id", "0x0"),
	PROC_VALUE("r-" "dev_port", "0"),
	PROC_VALUE("r-" "dormant", "0"),
	{ "r-" "flags\0" "f", show },
	{ "r-" "ifalias\0" "e", show },
	{ "r-" "ifindex\0" "i", show },
	{ "r-" "iflink\0" "i", show },
	PROC_VALUE("r-" "link_mode", "0"),
	{ "r-" "mtu\0" "m", show },
	{ "r-" "name_assign_type\0" "n", show },
	PROC_VALUE("r-" "netdev_group", "0"),
	{ "r-" "operstate\0" "o", show },
	PROC_VALUE("r-" "proto_down", "0"),
	PROC_VALUE("r-" "testing", "0"),
	PROC_VALUE("r-" "tx_queue_len", "1000"),
	{ "r-" "type\0" "t", show },
	{ "r-" "uevent\0" "u", show },
	{ "l-" "subsystem\0" "../../../../class/net", show_target },
};
static const struct procnode counters[] = {
	{ "r-" "rx_bytes\0" "0", show },
	{ "r-" "rx_packets\0" "1", show },
	{ "r-" "tx_bytes\0" "2", show },
	{ "r-" "tx_packets\0" "3", show },
};

static const struct vnode_ops interface_ops, statistics_ops, link_ops, subsystem_ops;

static bool is_name(const char *have, const char *name, size_t len) { return strlen(have) == len && !memcmp(have, name, len); }

/* A vnode of its own for what is below the folder DIR, of interface I. */
static int make(struct vnode *dir, const struct procnode *n, const char *path, u32 mode, const struct vnode_ops *ops, u32 i, struct vnode **out)
{
	int err = proc_vnode_new(dir, n, path, mode, ops, 0, out);

	if (err)
		return err;
	PROC(*out)->index[0] = i;
	(*out)->ino = proc_ino(path, strlen(path), 0, PROC(*out)->index);
	return 0;
}

/* --- the two folders with an entry for each interface --- */

static int find(const char *name, size_t len, u32 *i)
{
	struct interface_facts f;

	for (*i = 0; interface_facts(*i, &f); ++*i)
		if (is_name(f.name, name, len))
			return 0;
	return -ENOENT;
}

static int class_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	u32 i;

	return find(name, len, &i) ? -ENOENT : make(dir, NULL, CLASS "/#", S_IFLNK | 0777, &link_ops, i, out);
}

static int devices_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	u32 i;

	return find(name, len, &i) ? -ENOENT : make(dir, NULL, DEVICES "/#", S_IFDIR | 0755, &interface_ops, i, out);
}

static int list(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	struct interface_facts f;

	if (!interface_facts(*cookie, &f))
		return 0;
	memcpy(name, f.name, sizeof(f.name));
	bool links = !strcmp(PROC(dir)->path, CLASS);
	const char *path = links ? CLASS "/#" : DEVICES "/#";
	*ino = proc_ino(path, strlen(path), 0, (const u32[2]){ *cookie });
	*type = links ? DT_LNK : DT_DIR;
	++*cookie;
	return 1;
}

static long readlink(struct vnode *v, char *buf, size_t size)
{
	struct interface_facts f;
	char to[64];

	if (!interface_facts(PROC(v)->index[0], &f))
		return -ENOENT;
	size_t n = min((size_t)ksnprintf(to, sizeof(to), "../../devices/virtual/net/%s", f.name), size);
	memcpy(buf, to, n);
	return n;
}

/* --- an interface's --- */

static bool counted(struct vnode *dir)
{
	struct interface_facts f;

	return interface_facts(PROC(dir)->index[0], &f) && f.counted;
}

static const struct procnode *nodes_of(struct vnode *dir, u32 *n)
{
	bool statistics = dir->ops == &statistics_ops;

	*n = statistics ? array_len(counters) : array_len(attributes);
	return statistics ? counters : attributes;
}

static int interface_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	u32 n, i = PROC(dir)->index[0];
	const struct procnode *all = nodes_of(dir, &n);
	char path[96];

	ksnprintf(path, sizeof(path), "%s/%.*s", PROC(dir)->path, (int)min(len, sizeof("addr_assign_type")), name);
	for (u32 k = 0; k < n; k++)
		if (is_name(all[k].name + 2, name, len)) {
			bool link = all[k].name[0] == 'l';
			return make(dir, &all[k], path, link ? S_IFLNK | 0777 : S_IFREG | 0444, link ? &subsystem_ops : &proc_file_vnode_ops, i, out);
		}
	if (all == attributes && counted(dir) && is_name("statistics", name, len))
		return make(dir, NULL, path, S_IFDIR | 0755, &statistics_ops, i, out);
	return -ENOENT;
}

static int interface_readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	u32 n;
	const struct procnode *all = nodes_of(dir, &n);
	const char *is = *cookie < n ? all[*cookie].name + 2 : "statistics";
	char path[96];

	if (*cookie > n || (*cookie == n && (all != attributes || !counted(dir))))
		return 0;
	ksnprintf(name, 32, "%s", is);
	*ino = proc_ino(path, ksnprintf(path, sizeof(path), "%s/%s", PROC(dir)->path, is), 0, PROC(dir)->index);
	*type = *cookie == n ? DT_DIR : all[*cookie].name[0] == 'l' ? DT_LNK : DT_REG;
	++*cookie;
	return 1;
}

static long subsystem_readlink(struct vnode *v, char *buf, size_t size)
{
	const char *to = proc_arg(PROC(v)->node);
	size_t n = min(strlen(to), size);

	memcpy(buf, to, n);
	return n;
}

static const struct vnode_ops link_ops = { .readlink = readlink, .release = proc_release, .shared = &proc_shared };
static const struct vnode_ops subsystem_ops = { .readlink = subsystem_readlink, .release = proc_release, .shared = &proc_shared };
static const struct vnode_ops interface_ops = {
	.open = proc_dir_open, .lookup = interface_lookup, .readdir = interface_readdir, .release = proc_release, .shared = &proc_shared,
};
static const struct vnode_ops statistics_ops = {
	.open = proc_dir_open, .lookup = interface_lookup, .readdir = interface_readdir, .release = proc_release, .shared = &proc_shared,
};
static const struct vnode_ops class_ops = {
	.open = proc_dir_open, .lookup = class_lookup, .readdir = list, .release = proc_release, .shared = &proc_shared,
};
static const struct vnode_ops devices_ops = {
	.open = proc_dir_open, .lookup = devices_lookup, .readdir = list, .release = proc_release, .shared = &proc_shared,
};

const struct procnode procnode_class_net[] GATHERED(".procnode.1.class_net") = {
	{ "/sys/class/" },
	{ "d-" "net", .ops = &class_ops },
	{ "/sys/devices/virtual/" },
	{ "d-" "net", .ops = &devices_ops },
};
