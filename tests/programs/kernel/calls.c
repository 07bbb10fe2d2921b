// Calls in corners: what each gives, and what comes first where several things are wrong.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *name(long r)
{
	static char text[32];

	if (r < 0)
		return strerrorname_np(errno) ? strerrorname_np(errno) : "?";
	snprintf(text, sizeof(text), "%ld", r);
	return text;
}

static void say(const char *what, long r)
{
	printf("%s: %s\n", what, name(r));
}

// Nothing is there to be read: that comes before where it would go.
static void empty(void)
{
	char *bad = (char *)8;
	struct iovec v[2] = { { bad, 4 }, { bad, 8 } };
	int p[2], s[2];
	sigset_t set;

	pipe2(p, O_NONBLOCK);
	say("pipe read", read(p[0], bad, 8));
	say("pipe readv", readv(p[0], v, 2));
	say("pipe write nothing", write(p[1], bad, 0));
	say("pipe write", write(p[1], bad, 4));
	close(p[1]);
	say("ended pipe read", read(p[0], bad, 8));
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s);
	say("stream read", read(s[0], bad, 8));
	say("stream readv", readv(s[0], v, 2));
	say("stream recv", recv(s[0], bad, 8, 0));
	say("stream write", write(s[0], bad, 8));
	close(s[1]);
	say("ended stream read", read(s[0], bad, 8));
	socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, s);
	say("datagram read", read(s[0], bad, 8));
	say("datagram recv", recv(s[0], bad, 8, 0));
	say("eventfd read", read(eventfd(0, EFD_NONBLOCK), bad, 8));
	say("eventfd full read", read(eventfd(1, EFD_NONBLOCK), bad, 8));
	say("timerfd read", read(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), bad, 8));
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	say("signalfd read", read(signalfd(-1, &set, SFD_NONBLOCK), bad, 128));
	say("inotify read", read(inotify_init1(IN_NONBLOCK), bad, 128));
	int m = memfd_create("m", 0);
	say("empty file read", read(m, bad, 8));
	say("empty file write", write(m, bad, 8));
	int d = open("/tmp", O_RDONLY);
	say("folder read", read(d, bad, 8));
	int w = open("/dev/null", O_WRONLY);
	say("null write", write(w, bad, 8));
	int n = open("/dev/null", O_RDONLY);
	say("null read", read(n, bad, 8));
	say("wrong way", read(w, bad, 8));
}

// Something is there, and cannot go where the program has nothing: it stays, but for messages.
static void nowhere(void)
{
	static char *const bad[] = { (char *)8, (char *)0x400000110000, (char *)0x4000001f0000, (char *)0x7fffffffe000, (char *)-4096 };
	char text[8];
	int p[2], s[2], d[2];

	pipe(p);
	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	socketpair(AF_UNIX, SOCK_DGRAM, 0, d);
	write(p[1], "pipe", 4);
	write(s[1], "stream", 6);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct iovec v[2] = { { text, 1 }, { bad[i], 4 } };
		struct msghdr m = { .msg_iov = v + 1, .msg_iovlen = 1 };
		printf("%u\n", i);
		write(d[1], "datagram", 8);
		write(d[1], "datagram", 8);
		say("pipe read", read(p[0], bad[i], 4));
		say("pipe readv", readv(p[0], v + 1, 1));
		say("stream read", read(s[0], bad[i], 4));
		say("stream recv", recv(s[0], bad[i], 4, 0));
		say("stream recvmsg", recvmsg(s[0], &m, 0));
		say("datagram read", read(d[0], bad[i], 4));
		say("datagram recvmsg", recvmsg(d[0], &m, 0));
		say("eventfd read", read(eventfd(1, 0), bad[i], 8));
	}
	printf("%zd %zd %zd\n", read(p[0], text, 8), read(s[0], text, 8), recv(d[0], text, 8, MSG_DONTWAIT));
}

// One call moves at most 2 GB less a page.
static void most(void)
{
	size_t half = 1UL << 30;
	char *p = mmap(NULL, 4 * half, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct iovec v[4] = { { p, half }, { p + half, half }, { p + 2 * half, half }, { p, ~0UL >> 1 } };
	int w = open("/dev/null", O_WRONLY);

	say("write", write(w, p, 3 * half));
	say("writev 2", writev(w, v, 2));
	say("writev 3", writev(w, v, 3));
	say("writev too long", writev(w, v, 4));
	v[3].iov_len = (~0UL >> 1) - 3 * half;
	say("writev longest", writev(w, v, 4));
	v[3] = (struct iovec){ (char *)8, 16 };
	say("writev with a bad one behind", writev(w, v, 4));
	v[0].iov_len = 100;
	say("pwrite negative", pwrite(w, p, 8, -1));
	say("pwrite last", pwrite(w, p, 8, 0x7fffffffffffffffL));
	munmap(p, 4 * half);
}

static void memory(void)
{
	int mode = -1, node = -1;
	unsigned long nodes[16] = { 0 }, one = 1, two = 2, none = 0;
	char *p = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

#define get(...) syscall(SYS_get_mempolicy, __VA_ARGS__)
#define set(...) syscall(SYS_set_mempolicy, __VA_ARGS__)
#define bind(...) syscall(SYS_mbind, __VA_ARGS__)
	p[0] = 1;
	say("get_mempolicy", get(&mode, nodes, 1024, NULL, 0));
	printf("mode %d nodes %lx\n", mode, nodes[0]);
	say("get nothing", get(NULL, NULL, 0, NULL, 0));
	say("get small", get(&mode, nodes, 0, NULL, 0));
	say("get allowed", get(NULL, nodes, 1024, NULL, MPOL_F_MEMS_ALLOWED));
	printf("allowed %lx\n", nodes[0]);
	say("get address", get(&mode, NULL, 0, p, MPOL_F_ADDR));
	say("get no address", get(&mode, NULL, 0, (void *)8, MPOL_F_ADDR));
	say("get node", get(&node, NULL, 0, p, MPOL_F_ADDR | MPOL_F_NODE));
	printf("node %d\n", node);
	say("get node of default", get(&node, NULL, 0, NULL, MPOL_F_NODE));
	say("get flags", get(&mode, NULL, 0, NULL, 64));
	say("get address without flag", get(&mode, NULL, 0, p, 0));
	say("get bad", get((void *)8, NULL, 0, NULL, 0));
	say("get allowed and more", get(NULL, nodes, 1024, NULL, MPOL_F_MEMS_ALLOWED | MPOL_F_NODE));

	say("set bind", set(MPOL_BIND, &one, 64));
	say("got", get(&mode, nodes, 1024, NULL, 0));
	printf("mode %d nodes %lx\n", mode, nodes[0]);
	say("set interleave", set(MPOL_INTERLEAVE, &one, 64));
	say("got node", get(&node, NULL, 0, NULL, MPOL_F_NODE));
	printf("node %d\n", node);
	say("set preferred", set(MPOL_PREFERRED, &one, 64));
	say("got", get(&mode, nodes, 1024, NULL, 0));
	printf("mode %d nodes %lx\n", mode, nodes[0]);
	say("set preferred none", set(MPOL_PREFERRED, NULL, 0));
	say("got", get(&mode, nodes, 1024, NULL, 0));
	printf("mode %d nodes %lx\n", mode, nodes[0]);
	say("set local", set(MPOL_LOCAL, NULL, 0));
	say("set local with nodes", set(MPOL_LOCAL, &one, 64));
	say("set default with nodes", set(MPOL_DEFAULT, &one, 64));
	say("set other node", set(MPOL_BIND, &two, 64));
	say("set no node", set(MPOL_BIND, &none, 64));
	say("set mode", set(99, &one, 64));
	say("set flags", set(MPOL_BIND | MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES, &one, 64));
	say("set static", set(MPOL_BIND | MPOL_F_STATIC_NODES, &one, 64));
	say("got", get(&mode, nodes, 1024, NULL, 0));
	printf("mode %x nodes %lx\n", mode, nodes[0]);
	say("set bad", set(MPOL_BIND, (void *)8, 64));
	say("set many", set(MPOL_BIND, &one, 1 << 20));
	say("set default", set(MPOL_DEFAULT, NULL, 0));

	say("mbind", bind(p, 4096, MPOL_BIND, &one, 64, 0));
	say("got", get(&mode, nodes, 1024, p, MPOL_F_ADDR));
	printf("mode %d nodes %lx\n", mode, nodes[0]);
	say("beside", get(&mode, nodes, 1024, p + 4096, MPOL_F_ADDR));
	printf("mode %d nodes %lx\n", mode, nodes[0]);
	say("mbind strict", bind(p, 4096, MPOL_BIND, &one, 64, MPOL_MF_STRICT));
	say("mbind move", bind(p, 4096, MPOL_BIND, &one, 64, MPOL_MF_MOVE));
	say("mbind flags", bind(p, 4096, MPOL_BIND, &one, 64, 64));
	say("mbind odd", bind(p + 1, 4096, MPOL_BIND, &one, 64, 0));
	say("mbind nothing", bind(p, 0, MPOL_BIND, &one, 64, 0));
	say("mbind default", bind(p, 4096, MPOL_DEFAULT, NULL, 0, 0));
	say("mbind hole", bind((void *)0x10000000000, 4096, MPOL_BIND, &one, 64, 0));
	say("mbind wraps", bind(p, -4096UL, MPOL_BIND, &one, 64, 0));
	munmap(p, 1 << 16);
}

static void shared(void)
{
	struct shmid_ds s;
	int id = shmget(IPC_PRIVATE, 8192, 0600);
	char *p = shmat(id, NULL, 0);

	shmctl(id, IPC_STAT, &s);
	printf("attached %ld, left %d\n", (long)s.shm_nattch, s.shm_dtime > 0);
	munmap(p, 4096);
	shmctl(id, IPC_STAT, &s);
	printf("half: attached %ld, left %d\n", (long)s.shm_nattch, s.shm_dtime > 0);
	munmap(p + 4096, 4096);
	shmctl(id, IPC_STAT, &s);
	printf("unmapped: attached %ld, left %d, by this %d\n", (long)s.shm_nattch, s.shm_dtime > 0, s.shm_lpid == getpid());
	shmctl(id, IPC_RMID, NULL);
}

static void handles(void)
{
	struct file_handle h = { .handle_bytes = 0 };
	int mount;

	say("handle no file", name_to_handle_at(AT_FDCWD, "/nothing", &h, &mount, 0));
	say("handle flags", name_to_handle_at(0, "", &h, &mount, AT_EMPTY_PATH | 2));
	int p[2];
	pipe(p);
	say("handle of a pipe", name_to_handle_at(p[0], "", &h, &mount, AT_EMPTY_PATH));
	say("handle of a terminal", name_to_handle_at(AT_FDCWD, "/dev/pts", &h, (void *)8, 0));
}

static void gone(void)
{
	char text[200], folder[] = "/tmp/goneXXXXXX", path[40];
	ssize_t n;

	mkdtemp(folder);
	snprintf(path, sizeof(path), "%s/f", folder);
	int fd = open(path, O_RDWR | O_CREAT, 0600), d = open(folder, O_RDONLY);
	unlink(path);
	chdir(folder);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, text, sizeof(text) - 1);
	printf("file: %s\n", n > 16 ? (text[n] = 0, text + 16) : "?");
	rmdir(folder);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", d);
	n = readlink(path, text, sizeof(text) - 1);
	printf("folder: %s\n", n > 15 ? (text[n] = 0, text + 15) : "?");
	say("getcwd", syscall(SYS_getcwd, text, sizeof(text)));
	say("make there", open("x", O_CREAT | O_RDWR, 0600));
	say("up", open("..", O_RDONLY) > 2 ? 1 : -1);
	chdir("/");
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	empty();
	nowhere();
	most();
	memory();
	shared();
	handles();
	gone();
	return 0;
}
