/* The lock of the password files, which programs that change them take (glibc's shadow.h). Whoever waits gives up after a while. */
#include <errno.h>
#include <fcntl.h>
#include <shadow.h>
#include <signal.h>
#include <unistd.h>

enum { PATIENCE = 15 };

static int locked = -1;

static void nothing(int sig) {}

static int wait_for(int fd)
{
	struct sigaction wake = { .sa_handler = nothing }, old;
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int r;

	sigaction(SIGALRM, &wake, &old);
	alarm(PATIENCE);
	r = fcntl(fd, F_SETLKW, &whole);
	alarm(0);
	sigaction(SIGALRM, &old, 0);
	return r;
}

int lckpwdf(void)
{
	int fd;

	if (locked != -1)
		return -1;
	fd = open("/etc/.pwd.lock", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	if (wait_for(fd)) {
		int e = errno;

		close(fd);
		errno = e;
		return -1;
	}
	locked = fd;
	return 0;
}

int ulckpwdf(void)
{
	int fd = locked;

	locked = -1;
	return fd == -1 ? -1 : close(fd);
}
