/* /sys/class/net of lo, as Linux has it, and of each other interface what others tell of it. */
#include "show.h"
#include <dirent.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/stat.h>

static const char *text(const char *interface, const char *name)
{
	static char b[256];
	char path[300];

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", interface, name);
	int fd = open(path, O_RDONLY);
	long n = fd < 0 ? -1 : read(fd, b, sizeof(b) - 1);
	if (n < 0)
		return strerrorname_np(errno);
	close(fd);
	b[n] = 0;
	return b;
}

static const char *link_of(const char *path)
{
	static char b[256];
	long n = readlink(path, b, sizeof(b) - 1);

	if (n < 0)
		return strerrorname_np(errno);
	b[n] = 0;
	return b;
}

static void check(const char *interface)
{
	struct ifreq r = { 0 };
	int s = socket(AF_INET, SOCK_DGRAM, 0), ok = 1;
	char mac[32];

	strcpy(r.ifr_name, interface);
	ok &= !ioctl(s, SIOCGIFINDEX, &r) && atoi(text(interface, "ifindex")) == r.ifr_ifindex;
	ok &= !ioctl(s, SIOCGIFMTU, &r) && atoi(text(interface, "mtu")) == r.ifr_mtu;
	ok &= !ioctl(s, SIOCGIFHWADDR, &r) && atoi(text(interface, "type")) == r.ifr_hwaddr.sa_family;
	unsigned char *m = (void *)r.ifr_hwaddr.sa_data;
	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x\n", m[0], m[1], m[2], m[3], m[4], m[5]);
	ok &= atoi(text(interface, "addr_len")) != 6 || !strcmp(text(interface, "address"), mac);
	ok &= !ioctl(s, SIOCGIFFLAGS, &r) && (strtol(text(interface, "flags"), NULL, 16) & 9) == (r.ifr_flags & 9);
	if (!ok)
		printf("%s: the two do not agree\n", interface);
	close(s);
}

int main(void)
{
	static const char *const names[] = { "addr_assign_type", "addr_len", "address", "broadcast", "carrier", "dev_id", "dev_port", "dormant", "flags", "ifalias",
		"ifindex", "iflink", "link_mode", "mtu", "name_assign_type", "netdev_group", "operstate", "proto_down", "testing", "tx_queue_len", "type", "uevent", "nosuch" };
	struct ifaddrs *all;
	struct stat st;
	DIR *d = opendir("/sys/class/net");
	int there = 0, listed = 0, lo = 0;

	for (struct dirent *e; d && (e = readdir(d));)
		if (e->d_name[0] != '.') {
			there++;
			lo |= !strcmp(e->d_name, "lo");
			check(e->d_name);
		}
	struct if_nameindex *n = if_nameindex();
	for (; n[listed].if_index; listed++)
		;
	printf("as many as if_nameindex() tells: %d, lo is one: %d\n", there == listed, lo);
	for (unsigned k = 0; k < sizeof(names) / sizeof(*names); k++)
		printf("%s: %s\n", names[k], text("lo", names[k]));
	printf("link: %s\n", link_of("/sys/class/net/lo"));
	printf("subsystem: %s\n", link_of("/sys/class/net/lo/subsystem"));
	say("stat", stat("/sys/class/net/lo", &st));
	printf("a folder: %d\n", S_ISDIR(st.st_mode));
	say("lstat", lstat("/sys/class/net/lo", &st));
	printf("a link: %d\n", S_ISLNK(st.st_mode));
	say("another", stat("/sys/class/net/nosuch", &st));
	say("through the link", stat("/sys/class/net/lo/subsystem/lo/mtu", &st));
	printf("the device: %s\n", link_of("/sys/devices/virtual/net/lo/subsystem"));
	int fd = open("/sys/class/net/lo/mtu", O_RDONLY);
	say("write", write(fd, "1", 1));
	printf("list");
	for (d = opendir("/sys/devices/virtual/net/lo"), there = 0; d;) {
		struct dirent *e = readdir(d);
		if (!e)
			break;
		for (unsigned k = 0; k < sizeof(names) / sizeof(*names); k++)
			there += !strcmp(e->d_name, names[k]);
	}
	printf(": %d of them\n", there);
	return getifaddrs(&all);
}
