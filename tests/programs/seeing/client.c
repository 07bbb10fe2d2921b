/* Sends ping to 10.0.2.2 at the port that the argument says, and prints the answer. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 1) };
	char buf[16];
	int fd = socket(AF_INET, SOCK_STREAM, 0), n;

	inet_pton(AF_INET, "10.0.2.2", &to.sin_addr);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) || write(fd, "ping\n", 5) != 5)
		return 1;
	n = read(fd, buf, sizeof(buf));
	if (n <= 0)
		return 2;
	printf("%.*s", n, buf);
	return 0;
}
