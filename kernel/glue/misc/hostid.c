/* The machine's number is what /etc/hostid holds; without it glibc makes one of the host's address, and there is none. */
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#define HOSTID "/etc/hostid"

long gethostid(void)
{
	int32_t id = 0;
	int fd = open(HOSTID, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	if (read(fd, &id, sizeof id) != sizeof id)
		id = 0;
	close(fd);
	return id;
}

int sethostid(long id)
{
	int32_t number = id;
	int fd = open(HOSTID, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), n;

	if (fd < 0)
		return -1;
	n = write(fd, &number, sizeof number);
	close(fd);
	return n == sizeof number ? 0 : -1;
}
