/* Who the program begins as (uk run --user). */
#include <sys/un.h>
#include <sys/socket.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <stdlib.h>
int main(void)
{
	struct stat st;
	printf("%d %d %d %d\n", getuid(), geteuid(), getgid(), getegid());
	printf("%lu %lu %lu %lu %lu\n", getauxval(AT_UID), getauxval(AT_EUID), getauxval(AT_GID), getauxval(AT_EGID), getauxval(AT_SECURE));
	printf("%d %d\n", access("/tmp", W_OK), access("/run", W_OK));
	int f = open("/tmp/mine", O_CREAT | O_RDWR, 0644);
	fstat(f, &st);
	printf("%d %d %d\n", st.st_uid, st.st_gid, setuid(0));
	struct sockaddr_un name = { AF_UNIX, "/tmp/socket" };	/* as a module, too, sockets ask who it is */
	int s = socket(AF_UNIX, SOCK_STREAM, 0);
	printf("%d", bind(s, (void *)&name, sizeof name));
	printf(" %d", listen(s, 1) | chmod(name.sun_path, 0));
	printf(" %d", connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&name, sizeof name));
	printf(" %d\n", errno == EACCES);
	return 0;
}
