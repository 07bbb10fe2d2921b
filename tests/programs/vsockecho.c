/* Echoes what comes on port 1234, a thread for each of as many connections as the argument says. Prints how each
 * ended. With a second argument it reads that many bytes at a time, with pauses. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/vm_sockets.h>

static int piece, clean, broken;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void *echo(void *arg)
{
	int fd = (long)arg, bad = 0;
	char b[65536];
	long n;

	while ((n = read(fd, b, piece ? piece : sizeof b)) > 0 && !bad) {
		for (long k, done = 0; done < n && !bad; done += k)
			if ((k = send(fd, b + done, n - done, MSG_NOSIGNAL)) < 0)
				bad = 1;
		if (piece)
			usleep(200);
	}
	pthread_mutex_lock(&m);
	*(n || bad ? &broken : &clean) += 1;
	pthread_mutex_unlock(&m);
	close(fd);
	return NULL;
}

int main(int argc, char **argv)
{
	int count = atoi(argv[1]), l = socket(AF_VSOCK, SOCK_STREAM, 0);
	struct sockaddr_vm a = { .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = 1234 };
	pthread_t *t = calloc(count, sizeof *t);

	piece = argc > 2 ? atoi(argv[2]) : 0;
	if (bind(l, (struct sockaddr *)&a, sizeof a) || listen(l, 128)) {
		perror("listen");
		return 1;
	}
	for (int i = 0; i < count; i++) {
		struct sockaddr_vm from;
		socklen_t n = sizeof from;
		int fd = accept(l, (struct sockaddr *)&from, &n);
		if (fd < 0 || from.svm_cid != VMADDR_CID_HOST) {
			perror("accept");
			return 1;
		}
		pthread_create(&t[i], NULL, echo, (void *)(long)fd);
	}
	for (int i = 0; i < count; i++)
		pthread_join(t[i], NULL);
	printf("%d ended, %d broken\n", clean, broken);
	return 0;
}
