/* Stores to a shared mapping, says so, and goes on until it is ended. It has no use for signals. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 3 || chdir(argv[1]))
		return 1;
	int fd = open(argv[2], O_RDWR | O_CREAT, 0666);
	if (fd < 0 || ftruncate(fd, 8192))
		return 1;
	char *m = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (m == MAP_FAILED)
		return 1;
	strcpy(m + 4092, "at the end");
	write(1, "stored\n", 7);
	if (!strcmp(argv[2], "busy"))
		for (;;)
			__asm__ volatile("pause");
	for (;;)
		sleep(1000);
}
