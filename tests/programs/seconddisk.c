/* Writes to a second disk and reads it back. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	static char block[4096], back[4096];
	int fd = open("/dev/vdb", O_RDWR);

	if (fd < 0) {
		perror("/dev/vdb");
		return 1;
	}
	strcpy(block, "written by the guest");
	printf("size %ld\n", (long)lseek(fd, 0, SEEK_END));
	printf("wrote %ld\n", (long)pwrite(fd, block, sizeof(block), 4096));
	printf("fsync %d\n", fsync(fd));
	printf("read %ld\n", (long)pread(fd, back, sizeof(back), 4096));
	puts(memcmp(block, back, sizeof(back)) ? "different" : "the same");
	return 0;
}
