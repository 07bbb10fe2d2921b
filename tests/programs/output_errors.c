/* Writes to standard output until that fails, or a hundred times, and tells on standard error, or by its status, what came of
 * it. "ignore": SIGPIPE is ignored. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char block[4096];
	long n = 0;

	memset(block, 'x', sizeof block);
	if (argc > 1)
		signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < 3; i++)
		dprintf(2, "%d ", fcntl(i, F_GETFD));
	int again = open("/dev/null", O_RDONLY);
	dprintf(2, "next %d\n", again);
	if (again > 2)
		close(again);
	for (int i = 0; i < 100 && (n = write(1, block, sizeof block)) > 0; i++)
		;
	if (n < 0)
		dprintf(2, "write: %s\n", strerror(errno));
	n = read(0, block, 1);
	if (n < 0)
		dprintf(2, "read: %s\n", strerror(errno));
	if (write(2, "end\n", 4) < 0)
		return errno;
	return n < 0 ? 2 : 3;
}
