/* pull IP PORT BYTES: a client that sends so many bytes and reads them back at the same time, once somebody listens there. */
#include "show.h"
#include <time.h>

static int fd;
static size_t total;

static unsigned char at(size_t i) { return i * 2654435761u >> 16; }

static void *send_all(void *unused)
{
	unsigned char b[65536];

	for (size_t done = 0; done < total;) {
		size_t n = total - done < sizeof(b) ? total - done : sizeof(b);
		for (size_t i = 0; i < n; i++)
			b[i] = at(done + i);
		for (size_t sent = 0; sent < n;) {
			ssize_t k = write(fd, b + sent, n - sent);
			if (k < 0)
				return (void *)say("write", -1);
			sent += k;
		}
		done += n;
	}
	shutdown(fd, SHUT_WR);
	return NULL;
}

int main(int argc, char **argv)
{
	unsigned char b[65536];
	union any a;
	socklen_t n = address(&a, argv[1], atoi(argv[2]));
	size_t got = 0, wrong = 0;
	pthread_t t;

	total = strtoul(argv[3], NULL, 10);
	for (int tries = 0; tries < 2000; tries++) {
		fd = socket(a.sa.sa_family, SOCK_STREAM, 0);
		if (!connect(fd, &a.sa, n))
			break;
		close(fd);
		fd = -1;
		nanosleep(&(struct timespec){ 0, 5000000 }, NULL);
	}
	if (fd < 0)
		return say("connect", -1), 1;
	pthread_create(&t, NULL, send_all, NULL);
	for (ssize_t k; (k = read(fd, b, sizeof(b))) > 0; got += k)
		for (ssize_t i = 0; i < k; i++)
			wrong += b[i] != at(got + i);
	pthread_join(t, NULL);
	printf("%zu bytes came back, %zu wrong\n", got, wrong);
	return 0;
}
