/* inotify: what each change tells whom, in which order. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include "alone.h"

static int in, first, moved;
static char buf[70000] __attribute__((aligned(8)));

static void show(const char *what, long r)
{
	printf("%s: %ld %s\n", what, r, r < 0 ? strerrorname_np(errno) : "");
}

static void events(const char *what)
{
	int n, waiting;

	printf("%s:", what);
	ioctl(in, FIONREAD, &waiting);
	while ((n = read(in, buf, sizeof buf)) > 0) {
		waiting -= n;
		for (char *p = buf; p < buf + n;) {
			struct inotify_event *e = (void *)p;
			p += sizeof *e + e->len;
			if (e->mask & IN_MOVED_FROM)
				moved = e->cookie;
			printf(" %d/%x%s%s%s", e->wd, e->mask, e->len ? "/" : "", e->len ? e->name : "", e->len % 16 ? "?" : "");
			if (e->cookie)
				printf(e->cookie == (unsigned)moved ? "+" : "!");
		}
	}
	printf(" left %d %s\n", waiting, strerrorname_np(errno));
}

static int make(const char *name, const char *text)
{
	int fd = open(name, O_CREAT | O_TRUNC | O_RDWR, 0600);

	if (text)
		write(fd, text, strlen(text));
	return fd;
}

static void failures(void)
{
	int p[2];

	show("flags", inotify_init1(1));
	show("no fd", inotify_add_watch(99, "/tmp", IN_OPEN));
	pipe(p);
	show("no inotify", inotify_add_watch(p[0], "/tmp", IN_OPEN));
	show("remove from no inotify", inotify_rm_watch(p[0], 1));
	show("remove no watch", inotify_rm_watch(in, 77));
	show("no bits", inotify_add_watch(in, "/tmp", 0));
	show("no path", inotify_add_watch(in, "/tmp/none", IN_OPEN));
	show("bad path", inotify_add_watch(in, (void *)8, IN_OPEN));
	close(make("/tmp/in/plain", "x"));
	show("only a folder", inotify_add_watch(in, "/tmp/in/plain", IN_OPEN | IN_ONLYDIR));
	show("both masks", inotify_add_watch(in, "/tmp/in/plain", IN_OPEN | IN_MASK_ADD | IN_MASK_CREATE));
	show("empty", read(in, buf, 100));
	show("write", write(in, buf, 1));
	show("seek", lseek(in, 0, SEEK_SET));
	close(p[0]);
	close(p[1]);
}

static void files(void)
{
	struct timeval tv[2] = { { 1, 2 }, { 3, 4 } };
	struct timespec only_m[2] = { { 0, UTIME_OMIT }, { 5, 0 } }, only_a[2] = { { 5, 0 }, { 0, UTIME_OMIT } };
	int f;

	f = make("new", NULL);
	events("create");
	write(f, "abc", 3);
	write(f, "def", 3);
	write(f, "", 0);
	events("write twice");
	lseek(f, 0, SEEK_SET);
	read(f, buf, 10);
	read(f, buf, 10);
	events("read");
	ftruncate(f, 2);
	events("truncate");
	fchmod(f, 0640);
	fchown(f, 0, 0);
	events("chmod, chown");
	futimes(f, tv);
	futimens(f, only_m);
	futimens(f, only_a);
	events("times");
	close(f);
	events("close");
	close(open("new", O_RDONLY));
	events("open, close");
	close(open("new", O_WRONLY | O_TRUNC));
	events("truncating open");
	close(open("new", O_PATH));
	show("exclusive", open("new", O_CREAT | O_EXCL | O_RDWR, 0600));
	show("folder", open("new/x", O_RDONLY));
	events("nothing");
	truncate("new", 1);
	events("truncate by name");
	struct stat st;
	stat("new", &st);
	access("new", R_OK);
	events("stat");
	link("new", "other");
	symlink("new", "soft");
	mkfifo("pipe", 0600);
	mkdir("sub", 0700);
	events("link, symlink, mkfifo, mkdir");
	DIR *d = opendir("sub");
	readdir(d);
	closedir(d);
	events("list");
	close(make("sub/deep", "x"));
	events("deeper");
	rename("new", "renamed");
	events("rename");
	rename("renamed", "sub/away");
	events("rename away");
	rename("sub/away", "back");
	events("rename back");
	close(make("victim", NULL));
	events("victim");
	rename("back", "victim");
	events("rename over");
	unlink("other");
	close(make("other", NULL));
	show("exchange", renameat2(AT_FDCWD, "victim", AT_FDCWD, "other", RENAME_EXCHANGE));
	events("exchange");
	show("fallocate", (f = open("other", O_RDWR), fallocate(f, 0, 0, 100)));
	pread(f, buf, 5, 0);
	pwrite(f, buf, 5, 0);
	close(f);
	events("fallocate, pread, pwrite");
	unlink("sub/deep");
	rmdir("sub");
	unlink("soft");
	unlink("pipe");
	unlink("victim");
	unlink("other");
	events("removed");
	struct sockaddr_un sa = { AF_UNIX, "socket" };
	int s = socket(AF_UNIX, SOCK_STREAM, 0);
	bind(s, (void *)&sa, sizeof sa);
	close(s);
	unlink("socket");
	events("socket");
	char name[256] = "a-name-of-sixteen";
	for (int i = 14; i < 18; i++) {
		name[i] = 0;
		close(make(name, NULL));
		unlink(name);
		name[i] = 'x';
	}
	events("lengths of names");
}

static void itself(void)
{
	int f = make("self", "x"), w;

	events("before");
	w = inotify_add_watch(in, "self", IN_ALL_EVENTS);
	printf("watch %d\n", w - first);
	write(f, "x", 1);
	fchmod(f, 0600);
	events("both");
	show("again", inotify_add_watch(in, "self", IN_DELETE_SELF | IN_ATTRIB) - w);
	write(f, "x", 1);
	show("exists", inotify_add_watch(in, "self", IN_OPEN | IN_MASK_CREATE));
	show("added", inotify_add_watch(in, "self", IN_MODIFY | IN_MASK_ADD) - w);
	write(f, "x", 1);
	events("changed masks");
	link("self", "self3");
	unlink("self3");
	events("a name more and less");
	inotify_rm_watch(in, first);
	unlink("self");
	events("no name left");
	close(f);
	events("last close");
	first = inotify_add_watch(in, ".", IN_ALL_EVENTS);
	show("gone", inotify_rm_watch(in, w));
	f = make("self", "x");
	w = inotify_add_watch(in, "self", IN_ALL_EVENTS);
	close(f);
	unlink("self");
	events("closed, removed");
	mkdir("dir", 0700);
	w = inotify_add_watch(in, "dir", IN_ALL_EVENTS);
	rename("dir", "dir2");
	chmod("dir2", 0755);
	close(make("dir2/file", NULL));
	unlink("dir2/file");
	rmdir("dir2");
	events("folder");
	close(make("once", NULL));
	events("once");
	w = inotify_add_watch(in, "once", IN_OPEN | IN_ONESHOT);
	close(open("once", O_RDONLY));
	close(open("once", O_RDONLY));
	events("one shot");
	w = inotify_add_watch(in, "once", IN_CLOSE);
	show("remove", inotify_rm_watch(in, w));
	events("ignored");
	symlink("once", "soft");
	events("soft");
	w = inotify_add_watch(in, "soft", IN_ALL_EVENTS | IN_DONT_FOLLOW);
	close(open("soft", O_RDONLY));
	unlink("soft");
	events("link itself");
	unlink("once");
	events("once");
}

static void queue(void)
{
	struct pollfd p = { in, POLLIN | POLLOUT, 0 };
	struct epoll_event ev = { EPOLLIN | EPOLLET };
	int ep = epoll_create1(0), n = 0, r;

	epoll_ctl(ep, EPOLL_CTL_ADD, in, &ev);
	poll(&p, 1, 0);
	printf("events %x %d\n", p.revents, epoll_wait(ep, &ev, 1, 0));
	int f = make("queue", NULL);
	poll(&p, 1, 0);
	printf("events %x %d %d\n", p.revents, epoll_wait(ep, &ev, 1, 0), epoll_wait(ep, &ev, 1, 0));
	show("too small", read(in, buf, 31));
	show("one", read(in, buf, 32));
	show("one of 40", read(in, buf, 40));
	events("rest");
	for (int i = 0; i < 20000; i++) {
		pwrite(f, "x", 1, 0);
		pread(f, buf, 1, 0);
	}
	while ((r = read(in, buf, sizeof buf)) > 0)
		for (char *q = buf; q < buf + r; n++) {
			struct inotify_event *e = (void *)q;
			q += sizeof *e + e->len;
			if (e->mask & IN_Q_OVERFLOW)
				printf("overflow %d %x after %d\n", e->wd, e->mask, n);
		}
	printf("events %d\n", n);
	close(f);
	unlink("queue");
	close(ep);
}

int main(void)
{
	run_alone();
	alarm(30);
	unlink("/tmp/in/queue");
	rmdir("/tmp/in");
	mkdir("/tmp/in", 0700);
	in = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	printf("flags %x %x\n", fcntl(in, F_GETFL), fcntl(in, F_GETFD));
	failures();
	unlink("/tmp/in/plain");
	first = inotify_add_watch(in, "/tmp/in", IN_ALL_EVENTS);
	printf("first %d\n", first);
	chdir("/tmp/in");
	files();
	itself();
	queue();
	chdir("/");
	rmdir("/tmp/in");
	events("the end");
	close(in);
	return 0;
}
