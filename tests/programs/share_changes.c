/* A shared folder, argv[1], whose files the other side changes when it is asked to; then more mounts of it, of which one
 * is left behind. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void say(const char *what, long r)
{
	printf("%s: %s\n", what, r < 0 ? strerrorname_np(errno) : "done");
}
#define SAY(call) (errno = 0, say(#call, (long)(call)))

/* Has the host do what "ask" holds. */
static void ask(const char *what)
{
	int fd = open("ask.new", O_CREAT | O_WRONLY, 0600);

	write(fd, what, strlen(what));
	close(fd);
	rename("ask.new", "ask");
	while (!access("ask", F_OK))
		usleep(1000);
}

static void show(int fd)
{
	char buf[100] = "";
	struct stat st;

	fstat(fd, &st);
	long n = pread(fd, buf, sizeof(buf) - 1, 0);
	printf("%ld bytes, %ld read: %s\n", (long)st.st_size, n, buf);
}

static void open_and_show(const char *name)
{
	int fd = open(name, O_RDONLY);

	if (fd < 0) {
		say(name, fd);
		return;
	}
	show(fd);
	char *m = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	printf("mapped: %.20s\n", m);
	close(fd);
}

static int entries(void)
{
	DIR *d = opendir(".");
	int n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void changes(void)
{
	ask("write file one");
	int fd = open("file", O_RDWR | O_APPEND), before = entries();
	open_and_show("file");
	ask("write file twotwo");
	show(fd);
	open_and_show("file");
	ask("write file 222222");	/* as long as before */
	open_and_show("file");
	write(fd, "+more", 5);
	printf("at %ld\n", (long)lseek(fd, 0, SEEK_CUR));
	ask("append file -host");
	printf("end %ld\n", (long)lseek(fd, 0, SEEK_END));
	write(fd, "!", 1);
	show(fd);
	ask("replace file another");
	open_and_show("file");
	ask("write second x");
	printf("entries: %d more\n", entries() - before);
	ask("remove file");
	SAY(open("file", O_RDONLY));
	printf("entries: %d more\n", entries() - before);
	close(fd);
	ask("remove second");
}

static void library(void)
{
	char path[300];

	getcwd(path, sizeof(path) - 10);
	strcat(path, "/lib.so");
	void *h = dlopen(path, RTLD_NOW);
	int (*f)(int) = h ? (int (*)(int))dlsym(h, "answer") : NULL;
	printf("library: %d\n", f ? f(6) : -1);
}

static void events(int in)
{
	char buf[1000];
	long n = read(in, buf, sizeof(buf));

	for (struct inotify_event *e = (void *)buf; (char *)e < buf + n; e = (void *)((char *)(e + 1) + e->len))
		printf("watch %d: %x, %u %u\n", e->wd, e->mask, e->cookie, e->len);
}

static void mounts(void)
{
	mkdir("/tmp/m", 0755);
	SAY(mount("share0", "/tmp/m", "9p", 0, "nonsense"));
	SAY(mount("share0", "/tmp/m", "9p", 0, "msize=100"));
	SAY(mount("share0", "/tmp/m", "9p", 0, "version=9p2000.u"));
	SAY(mount("no such tag", "/tmp/m", "9p", 0, ""));
	SAY(mount("share0", "/tmp/m", "9p", 0, "trans=virtio,version=9p2000.L,msize=8192,access=any,cache=mmap"));
	SAY(mount("share0", "/tmp/m", "9p", 0, ""));
	int fd = open("/tmp/m/made", O_RDWR | O_CREAT, 0600);
	char buf[40000];
	memset(buf, 'm', sizeof(buf));
	printf("written: %ld\n", (long)write(fd, buf, sizeof(buf)));
	char *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	SAY(map == MAP_FAILED ? -1 : 0);
	strcpy(map, "stored");
	close(open("/tmp/m/made", O_WRONLY));
	memcpy(buf, map, 10);
	SAY(munmap(map, 4096));
	struct stat a, b;
	stat("made", &a);
	fstat(fd, &b);
	printf("the same: %d, on another device: %d, size %ld\n", a.st_ino == b.st_ino, a.st_dev != b.st_dev, (long)a.st_size);
	SAY(rename("/tmp/m/made", "made2"));
	SAY(link("/tmp/m/made", "made2"));
	int in = inotify_init1(IN_NONBLOCK);
	inotify_add_watch(in, "/tmp/m", IN_ATTRIB);
	inotify_add_watch(in, "/tmp/m/made", IN_ATTRIB);
	inotify_add_watch(in, "/tmp/m/made", IN_DELETE_SELF);
	inotify_add_watch(in, "/tmp", IN_ATTRIB);
	SAY(umount("/tmp/m"));
	close(fd);
	SAY(umount("/tmp/m"));
	events(in);
	SAY(open("/tmp/m/made", O_RDONLY));
	SAY(mount("share0", "/tmp/m", "9p", MS_RDONLY, ""));
	fd = open("/tmp/m/made", O_RDONLY);
	SAY(fchmod(fd, 0644));
	SAY(open("/tmp/m/made", O_RDWR));
	SAY(truncate("/tmp/m/made", 1));
	SAY(unlink("/tmp/m/made"));
	SAY(mkdir("/tmp/m/d", 0700));
	SAY(utimensat(AT_FDCWD, "/tmp/m/made", NULL, 0));
	SAY(umount2("/tmp/m", MNT_DETACH));
	printf("read: %ld\n", (long)read(fd, buf, 10));
	SAY(unlink("made"));
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2 || chdir(argv[1]))
		return 1;
	changes();
	library();
	if (argc > 2)
		mounts();
	return 0;
}
