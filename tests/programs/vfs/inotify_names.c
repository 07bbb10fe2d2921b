/* inotify tells by the name that a file was opened by, also once that is another one or gone. */
#include "say.h"
#include <sys/inotify.h>
#include <sys/time.h>

static int in;

static void events(const char *what)
{
	char buf[4096] __attribute__((aligned(8)));
	long n;

	printf("%s:", what);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		for (char *p = buf; p < buf + n;) {
			struct inotify_event *e = (void *)p;
			const char *name = !e->len ? "" : e->name[0] == '#' ? "#" : e->name;
			printf(" %d/%x/%s", e->wd, e->mask, name);
			p += sizeof(*e) + e->len;
		}
	printf("\n");
}

static void use_contents(int fd, const char *what)
{
	char c;

	write(fd, "xyz", 3);
	pread(fd, &c, 1, 0);
	events(what);
}

static void use(int fd, const char *what)
{
	struct timeval times[2] = { { 1, 0 }, { 2, 0 } };

	use_contents(fd, what);
	ftruncate(fd, 1);
	fchmod(fd, 0640);
	futimes(fd, times);
	events("  by its inode");
}

int main(void)
{
	enter();
	mkdir("a", 0755);
	mkdir("b", 0755);
	close(make("a/f", "text"));
	link("a/f", "b/g");
	in = inotify_init1(IN_NONBLOCK);
	printf("%d %d\n", inotify_add_watch(in, "a", IN_ALL_EVENTS), inotify_add_watch(in, "b", IN_ALL_EVENTS | IN_EXCL_UNLINK));

	int g = open("b/g", O_RDWR), f = open("a/f", O_RDWR);
	events("opened");
	use_contents(g, "b/g");
	use_contents(f, "a/f");
	rename("b/g", "b/h");
	events("renamed");
	use_contents(g, "b/h");
	rename("b/h", "a/moved");
	events("moved");
	use_contents(g, "a/moved");
	unlink("a/moved");
	events("unlinked");
	use_contents(g, "unlinked");
	close(g);
	events("closed");
	use(f, "a/f");

	close(make("b/new", "1"));
	int old = open("b/new", O_RDWR);
	close(make("b/newer", "2"));
	events("two");
	rename("b/newer", "b/new");
	events("replaced");
	use(old, "the old one");
	close(old);
	events("closed");
	int e1 = open("a/f", O_RDONLY), e2 = open("b/new", O_RDONLY);
	events("before an exchange");
	syscall(SYS_renameat2, AT_FDCWD, "a/f", AT_FDCWD, "b/new", 2);
	events("exchanged");
	close(e1);
	close(e2);
	events("closed");
	close(f);
	events("closed");

	/* A directory, and a file without a name. */
	mkdir("b/dir", 0755);
	int dir = open("b/dir", O_RDONLY);
	inotify_add_watch(in, "b/dir", IN_ALL_EVENTS | IN_EXCL_UNLINK);
	events("dir");
	rmdir("b/dir");
	events("removed");
	close(dir);
	events("closed");
	int t = open("a", O_TMPFILE | O_RDWR, 0600), u = open("b", O_TMPFILE | O_RDWR, 0600);
	events("no names");
	use(t, "no name");
	use(u, "no name, not told");
	close(t);
	close(u);
	events("closed");
	int c = open("a/f", O_RDWR | O_TRUNC);
	events("truncated");
	close(c);
	int one = inotify_add_watch(in, "a/f", IN_OPEN);
	printf("%d %d\n", one, inotify_add_watch(in, "a/f", IN_MODIFY | IN_MASK_ADD) == one);
	close(open("a/f", O_RDWR | O_TRUNC));
	events("both");
	inotify_add_watch(in, "a/f", IN_MODIFY | IN_ONESHOT);
	close(open("a/f", O_RDWR));
	events("replaced");
	truncate("a/f", 10);
	truncate("a/f", 11);
	events("once");
	int p = inotify_add_watch(in, "/proc/filesystems", IN_ALL_EVENTS);
	int proc = open("/proc/filesystems", O_RDONLY);
	char ch;
	read(proc, &ch, 1);
	close(proc);
	printf("%d\n", p);
	events("proc");
	unlink("a/f"), unlink("b/new"), rmdir("a"), rmdir("b");
	events("end");
	SAY(rmdir(own));
}
