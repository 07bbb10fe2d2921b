/* An echo server for port 7 with nothing else to it: what its kernel holds is what sockets need. */
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	int s = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(7) };
	char b[4096];
	long n;

	if (bind(s, (void *)&a, sizeof(a)) || listen(s, 16))
		return 1;
	for (;;) {
		int c = accept(s, NULL, NULL);
		while ((n = read(c, b, sizeof(b))) > 0)
			if (write(c, b, n) < 0)
				break;
		close(c);
	}
}
