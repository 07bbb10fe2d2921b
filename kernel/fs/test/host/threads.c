/* Threads that block: pipes, eventfd, epoll, poll. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"
#include "../../epoll.h"
#include "host.h"

#define TOTAL (5UL << 20)

static int fds[2], back[2];

static void writer(void *arg)
{
	static u8 data[100000];
	u64 sent = 0;

	for (u32 i = 0; i < sizeof(data); i++)
		data[i] = i % 251;
	while (sent < TOTAL) {
		u64 off = sent % 251;
		long n = SYS(1, fds[1], data + off, min(TOTAL - sent, sizeof(data) - 251 - sent % 1000));
		if (n <= 0) {
			printf("write: %ld\n", n);
			failures++;
			return;
		}
		sent += n;
	}
	SYS(3, fds[1]);
}

static void test_pipe(void)
{
	static u8 data[30000];
	u64 got = 0;
	long n;

	EXPECT(SYS(22, fds), 0);
	host_thread(writer, NULL);
	while ((n = SYS(0, fds[0], data, sizeof(data) - got % 777)) > 0)
		for (long i = 0; i < n; i++, got++)
			if (data[i] != got % 251) {
				printf("byte %lu is wrong\n", got);
				failures++;
				goto out;
			}
	EXPECT(n, 0);
	EXPECT(got, TOTAL);
out:
	host_join();
	SYS(3, fds[0]);
}

static void echo(void *arg)
{
	struct pollfd p = { fds[0], POLLIN };
	char c;

	for (;;) {
		if (SYS(7, &p, 1, -1) != 1)
			failures++;
		if (SYS(0, fds[0], &c, 1) != 1)
			return;
		SYS(1, back[1], &c, 1);
	}
}

static void test_poll(void)
{
	struct epoll_event ev = { POLLIN, 42 }, got;
	char c = 'x';

	SYS(22, fds);
	SYS(22, back);
	long ep = SYS(291, 0);
	EXPECT(SYS(233, ep, 1, back[0], &ev), 0);
	EXPECT(SYS(233, ep, 1, back[0], &ev), -EEXIST);
	host_thread(echo, NULL);
	for (int i = 0; i < 2000; i++) {
		SYS(1, fds[1], &c, 1);
		EXPECT(SYS(232, ep, &got, 1, -1), 1);
		EXPECT(got.data, 42);
		EXPECT(SYS(0, back[0], &c, 1), 1);
	}
	SYS(3, fds[1]);
	host_join();
	/* edge: told once; oneshot: told until armed again */
	ev.events = POLLIN | EPOLLET;
	EXPECT(SYS(233, ep, 3, back[0], &ev), 0);
	SYS(1, back[1], &c, 1);
	EXPECT(SYS(232, ep, &got, 1, 0), 1);
	EXPECT(SYS(232, ep, &got, 1, 0), 0);
	SYS(1, back[1], &c, 1);
	EXPECT(SYS(232, ep, &got, 1, 0), 1);
	ev.events = POLLIN | EPOLLONESHOT;
	EXPECT(SYS(233, ep, 3, back[0], &ev), 0);
	EXPECT(SYS(232, ep, &got, 1, 0), 1);
	SYS(1, back[1], &c, 1);
	EXPECT(SYS(232, ep, &got, 1, 0), 0);
	EXPECT(SYS(233, ep, 3, back[0], &ev), 0);
	EXPECT(SYS(232, ep, &got, 1, 0), 1);
	SYS(3, back[1]);
	ev.events = 0;
	EXPECT(SYS(233, ep, 3, back[0], &ev), 0);
	EXPECT(SYS(232, ep, &got, 1, 0), 1);
	EXPECT(got.events, POLLHUP);
	SYS(3, back[0]);
	EXPECT(SYS(232, ep, &got, 1, 0), 0);
	SYS(3, fds[0]);
	SYS(3, ep);
}

static long events;
static void adder(void *arg)
{
	u64 one = 1;

	for (int i = 0; i < 1000; i++)
		EXPECT(SYS(1, events, &one, 8), 8);
}

static void test_eventfd(void)
{
	u64 sum = 0, n;

	events = SYS(290, 0, 0);
	for (int i = 0; i < 4; i++)
		host_thread(adder, NULL);
	while (sum < 4000) {
		EXPECT(SYS(0, events, &n, 8), 8);
		sum += n;
	}
	EXPECT(sum, 4000);
	host_join();
	SYS(3, events);
}

static void opener(void *arg)
{
	long fd = SYS(2, "/tmp/fifo", O_WRONLY);

	EXPECT(SYS(1, fd, "hi", 2), 2);
	SYS(3, fd);
}

static void test_fifo(void)
{
	char c[10];

	EXPECT(SYS(133, "/tmp/fifo", S_IFIFO | 0600, 0), 0);
	EXPECT(SYS(2, "/tmp/fifo", O_WRONLY | O_NONBLOCK), -ENXIO);
	host_thread(opener, NULL);
	long fd = SYS(2, "/tmp/fifo", O_RDONLY);
	EXPECT(SYS(0, fd, c, 10), 2);
	EXPECT(SYS(0, fd, c, 10), 0);
	host_join();
	SYS(3, fd);
	EXPECT(SYS(87, "/tmp/fifo"), 0);
	SYS(22, fds);
	SYS(3, fds[0]);
	EXPECT(SYS(1, fds[1], c, 1), -EPIPE);
	EXPECT(sigpipes, 1);
	SYS(3, fds[1]);
}

/* The same large file from several threads, read in different patterns. */
static void reader(void *arg)
{
	static u8 want[] = "0123456789abcdef";
	long fd = SYS(2, "/big", O_RDONLY);
	u8 b[4096];
	u64 x = (u64)arg;

	for (int i = 0; i < 3000; i++) {
		x = x * 6364136223846793005 + 1442695040888963407;
		u64 at = (u64)arg % 2 ? (x >> 33) % 4000000 : (u64)i * 1400;
		long n = SYS(17, fd, b, 1 + (x >> 40) % sizeof(b), at);
		for (long k = 0; k < n; k++)
			if (b[k] != want[(at + k) % 16]) {
				printf("/big is wrong at %lu\n", at + k);
				failures++;
				return;
			}
	}
	SYS(3, fd);
}

int test_threads(void)
{
	test_pipe();
	test_poll();
	test_eventfd();
	test_fifo();
	for (long i = 0; i < 4; i++)
		host_thread(reader, (void *)i);
	host_join();
	return 0;
}
