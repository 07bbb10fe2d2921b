/* What /proc/self/fdinfo says of files that are no files of a file system. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Without what differs from machine to machine. */
static void show(const char *name, int fd)
{
	static const char *const left_out[] = { "pos:", "flags:", "mnt_id:", "ino:", "eventfd-id:", "eventfd-semaphore:" };
	char path[64], line[256];

	printf("%s\n", name);
	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	FILE *f = fopen(path, "r");
next:
	while (f && fgets(line, sizeof line, f)) {
		int pid, end = 0;
		for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
			if (!strncmp(line, left_out[i], strlen(left_out[i])))
				goto next;
		if (sscanf(line, "%*[NSPpid]:\t%d%n", &pid, &end) == 1 && end)
			sprintf(strchr(line, '\t'), " %s\n", pid == getpid() ? "its own" : "another");
		char *from = strstr(line, "  pos:") ?: strstr(line, " ignored_mask"), *ino = strstr(line, " ino:"), *mask = strstr(line, " mask:");
		if (from)
			strcpy(from, "\n");
		if (ino && mask)
			memmove(ino, mask, strlen(mask) + 1);
		if (!strncmp(line, "it_value: (", 11) && line[11] != '0')
			strcpy(line + 11, "some\n");
		fputs(line, stdout);
	}
	if (f)
		fclose(f);
}

int main(void)
{
	struct itimerspec v = { .it_value = { 1000, 5 }, .it_interval = { 7, 9 } };
	struct epoll_event e = { .events = EPOLLIN | EPOLLET, .data.u64 = 0x123456789abc };
	int counter = eventfd(300, EFD_SEMAPHORE), ep = epoll_create1(0), in = inotify_init(), timer = timerfd_create(CLOCK_BOOTTIME, 0);
	char folder[] = "/tmp/fdinfo-XXXXXX";
	sigset_t s;

	show("pidfd", syscall(SYS_pidfd_open, getpid(), 0));
	show("eventfd", counter);
	sigemptyset(&s), sigaddset(&s, SIGUSR1), sigaddset(&s, 37);
	show("signalfd", signalfd(-1, &s, 0));
	show("timerfd", timer);
	timerfd_settime(timer, 0, &v, 0);
	show("armed", timer);
	v.it_value.tv_sec = 8000000000;
	timerfd_settime(timer, TFD_TIMER_ABSTIME, &v, 0);
	show("absolute", timer);
	epoll_ctl(ep, EPOLL_CTL_ADD, counter, &e);
	show("epoll", ep);
	epoll_ctl(ep, EPOLL_CTL_DEL, counter, &e);
	show("empty", ep);
	inotify_add_watch(in, mkdtemp(folder), IN_MODIFY | IN_ONESHOT);
	inotify_add_watch(in, "/", IN_ALL_EVENTS);
	show("inotify", in);
	rmdir(folder);
	return 0;
}
