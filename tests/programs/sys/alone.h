/* Programs here use names that all processes of a host share, and several rows run the same program at a time. */
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

/* Returns when no other such program runs. Descriptor 390 stays open. */
static void run_alone(void)
{
	int fd = open("/tmp/uk-sys-programs", O_CREAT | O_RDWR | O_CLOEXEC, 0666);

	flock(fcntl(fd, F_DUPFD_CLOEXEC, 390), LOCK_EX);
	close(fd);
}
