/* One address space holds one process: fork says so in a way programs handle. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
	pid_t p = fork();

	if (p == 0)
		_exit(3);
	printf("fork refused %d, reason %d\n", p < 0, p < 0 && (errno == ENOSYS || errno == EAGAIN));
	printf("shell %d, its status %#x\n", system(NULL), system("exit 3"));
	return 0;
}
