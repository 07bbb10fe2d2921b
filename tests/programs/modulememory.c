/* How much less memory is free, in KB, once a socket of a kind was asked for. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static long kilobytes_free(void)
{
	char text[512] = "";
	int fd = open("/proc/meminfo", O_RDONLY);

	read(fd, text, sizeof(text) - 1);
	close(fd);
	char *line = strstr(text, "MemFree:");
	return line ? atol(line + 8) : -1;
}

int main(void)
{
	close(socket(AF_UNIX, SOCK_STREAM, 0));
	kilobytes_free();	/* what the first of each takes is not counted */
	long before = kilobytes_free();
	socket(40, SOCK_STREAM, 0);
	printf("%ld\n", before - kilobytes_free());
	return 0;
}
