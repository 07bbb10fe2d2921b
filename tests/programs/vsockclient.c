/* Connects to the host: where nobody listens; where nothing answers; for an exchange in both directions; and ends with data on its way. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/vm_sockets.h>

static int dial(unsigned port)
{
	struct sockaddr_vm a = { .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_HOST, .svm_port = port };
	int s = socket(AF_VSOCK, SOCK_STREAM, 0);

	if (!connect(s, (struct sockaddr *)&a, sizeof a))
		return s;
	printf("port %u: %s\n", port, strerror(errno));
	close(s);
	return -1;
}

/* A machine that is not there: only time ends it. */
static void silence(int flags)
{
	struct sockaddr_vm a = { .svm_family = AF_VSOCK, .svm_cid = 12345, .svm_port = 1 };
	struct timeval t = { 0, 50000 };
	int e = 0, s = socket(AF_VSOCK, SOCK_STREAM | flags, 0), r;
	socklen_t n = sizeof e;

	setsockopt(s, AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT, &t, sizeof t);
	r = connect(s, (struct sockaddr *)&a, sizeof a);
	printf("silence: %d %s\n", r, strerror(errno));
	if (flags) {
		r = connect(s, (struct sockaddr *)&a, sizeof a);
		printf("again: %d %s\n", r, strerror(errno));
		struct pollfd p = { s, POLLOUT, 0 };
		r = poll(&p, 1, 10000);
		printf("poll: %d %x\n", r, p.revents);
	}
	getsockopt(s, SOL_SOCKET, SO_ERROR, &e, &n);
	printf("error: %s\n", strerror(e));
	close(s);
}

int main(void)
{
	static char b[3000000];
	unsigned cid = 0;
	int dev = open("/dev/vsock", O_RDONLY), s;
	long n, all = 0, sum = 0;

	ioctl(dev, IOCTL_VM_SOCKETS_GET_LOCAL_CID, &cid);
	printf("cid %u\n", cid);
	dial(99);
	silence(0);
	silence(SOCK_NONBLOCK);
	struct sockaddr_vm a = { .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_HOST, .svm_port = 52 };
	s = socket(AF_VSOCK, SOCK_SEQPACKET, 0);
	if (connect(s, (struct sockaddr *)&a, sizeof a))
		printf("seqpacket: %s\n", strerror(errno));
	close(s);
	s = dial(52);
	write(s, "hello, host", 11);
	shutdown(s, SHUT_WR);
	while ((n = read(s, b, sizeof b)) > 0)
		for (all += n; n; n--)
			sum += (unsigned char)b[n - 1];
	printf("read %ld bytes, sum %ld\n", all, sum);
	close(s);
	s = dial(53);	/* its other end reads slowly */
	for (int i = 0; i < sizeof b; i++)
		b[i] = i * 2654435761u >> 11;
	struct pollfd p = { s, POLLOUT, 0 };
	fcntl(s, F_SETFL, O_NONBLOCK);
	for (all = 0; all < sizeof b; all += n)
		while ((n = write(s, b + all, sizeof b - all)) < 0)
			if (errno != EAGAIN || poll(&p, 1, -1) != 1) {
				perror("write");
				return 1;
			}
	printf("wrote %ld bytes\n", all);
	return 0;
}
