/* Ranges of files and positions: fallocate(2), SEEK_DATA and SEEK_HOLE, copy_file_range(2), advice and syncing. */
#include "say.h"
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define KB4 4096L

static void shape(int fd)
{
	struct stat st;
	off_t data = 0, hole;

	fstat(fd, &st);
	printf("  size %ld blocks %ld:", (long)st.st_size, (long)st.st_blocks);
	while ((data = lseek(fd, data, SEEK_DATA)) >= 0) {
		hole = lseek(fd, data, SEEK_HOLE);
		printf(" %ld-%ld", (long)data, (long)hole);
		data = hole;
	}
	printf(" (%s)\n", strerrorname_np(errno));
}

static void allocate(void)
{
	char page[KB4];
	int fd = open("a", O_CREAT | O_RDWR | O_TRUNC, 0644), pipes[2], ro, dir;

	memset(page, 'x', sizeof(page));
	for (int i = 0; i < 6; i++)
		pwrite(fd, page, KB4, i * KB4);
	shape(fd);
	SAY(fallocate(fd, 3, KB4, KB4));
	shape(fd);
	SAY(fallocate(fd, 3, 3 * KB4 - 100, KB4 + 200));
	shape(fd);
	SAY(fallocate(fd, 3, 100 * KB4, KB4));
	SAY(fallocate(fd, 2, 0, KB4));
	SAY(fallocate(fd, 3 | 16, 0, KB4));
	SAY(fallocate(fd, 16, 0, KB4));
	SAY(fallocate(fd, 17, 0, KB4));
	SAY(fallocate(fd, 8, 0, KB4));
	SAY(fallocate(fd, 9, 0, KB4));
	SAY(fallocate(fd, 32, 0, KB4));
	SAY(fallocate(fd, 33, 0, KB4));
	SAY(fallocate(fd, 64, 0, KB4));
	SAY(fallocate(fd, 65, 0, KB4));
	SAY(fallocate(fd, 4, 0, KB4));
	SAY(fallocate(fd, 0x100, 0, KB4));
	SAY(fallocate(fd, 1, 10 * KB4, 2 * KB4));
	shape(fd);
	SAY(fallocate(fd, 0, 8 * KB4, KB4 + 1));
	shape(fd);
	SAY(ftruncate(fd, KB4 / 2));
	SAY(fallocate(fd, 0, 0, 100));
	shape(fd);
	SAY(fallocate(fd, 0, -1, 100));
	SAY(fallocate(fd, 0, 0, 0));
	SAY(fallocate(fd, 0, 0, -1));
	SAY(fallocate(fd, 0, 1L << 62, 1L << 62));
	SAY(fallocate(fd, 0, 0x7fffffffffffffff, 1));
	SAY(fallocate(fd, 0, 0, 1L << 61));
	SAY(fallocate(fd, 3, 0, 1L << 61));
	shape(fd);
	SAY(fallocate(-1, 0, 0, 1));
	SAY(fallocate(-1, 0x100, 0, 1));
	SAY(fallocate(-1, 0, -1, 1));
	pipe(pipes);
	SAY(fallocate(pipes[1], 0, 0, 1));
	SAY(fallocate(pipes[0], 0, 0, 1));
	ro = open("a", O_RDONLY);
	dir = open(".", O_RDONLY);
	SAY(fallocate(ro, 0, 0, 1));
	SAY(fallocate(ro, 0x100, 0, 1));
	SAY(fallocate(dir, 0, 0, 1));
	int null = open("/dev/null", O_RDWR), s = socket(AF_UNIX, SOCK_STREAM, 0);
	SAY(fallocate(null, 0, 0, 1));
	SAY(fallocate(null, 3, 0, 1));
	SAY(fallocate(s, 0, 0, 1));
	SAY(posix_fallocate(ro, 0, 1));
	SAY(posix_fallocate(fd, 0, 0));
	SAY(posix_fallocate(fd, 0, 5000));
	shape(fd);
	close(null), close(s), close(ro), close(dir), close(fd), close(pipes[0]), close(pipes[1]);
}

static void positions(void)
{
	int fd = make("b", "0123456789"), dir, p[2], null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDONLY);

	SAY(lseek(fd, 0, SEEK_END));
	SAY(lseek(fd, -11, SEEK_END));
	SAY(lseek(fd, 0x7fffffffffffffff, SEEK_SET));
	SAY(lseek(fd, 1, SEEK_CUR));
	SAY(lseek(fd, -1, SEEK_SET));
	SAY(lseek(fd, 0, 5));
	SAY(lseek(fd, 0, -1));
	SAY(lseek(fd, 9, SEEK_DATA));
	SAY(lseek(fd, 10, SEEK_DATA));
	SAY(lseek(fd, -1, SEEK_DATA));
	SAY(lseek(fd, 9, SEEK_HOLE));
	SAY(lseek(fd, 10, SEEK_HOLE));
	SAY(lseek(fd, -1, SEEK_HOLE));
	ftruncate(fd, 3 * KB4);
	SAY(lseek(fd, 10, SEEK_DATA));
	SAY(lseek(fd, KB4, SEEK_DATA));
	SAY(lseek(fd, 0, SEEK_HOLE));
	SAY(lseek(fd, 3 * KB4 - 1, SEEK_HOLE));
	SAY(ftruncate(fd, 1L << 43));	/* more pages than anybody looks at one by one */
	SAY(lseek(fd, KB4, SEEK_DATA));
	SAY(lseek(fd, 0, SEEK_HOLE));
	SAY(fallocate(fd, 3, 100, 1L << 42));
	SAY(pwrite(fd, "x", 1, 1L << 42));
	SAY(lseek(fd, KB4, SEEK_DATA));
	SAY(lseek(fd, 1L << 42, SEEK_HOLE));
	SAY(ftruncate(fd, 0));
	SAY(lseek(fd, 0, SEEK_DATA));
	SAY(lseek(fd, 0, SEEK_HOLE));
	pipe(p);
	SAY(lseek(p[0], 0, SEEK_SET));
	SAY(lseek(p[0], 0, 9));
	SAY(lseek(null, 100, SEEK_SET));
	SAY(lseek(null, 100, SEEK_END));
	SAY(lseek(null, 0, 9));
	SAY(lseek(zero, 5, SEEK_SET));
	SAY(lseek(-1, 0, SEEK_SET));
	SAY(lseek(-1, 0, 9));
	mkdir("dir", 0755);
	close(make("dir/x", ""));
	close(make("dir/y", ""));
	dir = open("dir", O_RDONLY | O_DIRECTORY);
	SAY(lseek(dir, 0, SEEK_CUR));
	SAY(lseek(dir, 0, SEEK_END) >= 0 ? 0 : -1);
	SAY(lseek(dir, -1, SEEK_SET));
	SAY(lseek(dir, 0, SEEK_SET));
	SAY(lseek(dir, 0, SEEK_DATA));
	SAY(lseek(dir, 0, SEEK_HOLE));
	unlink("dir/x"), unlink("dir/y"), rmdir("dir");
	close(fd), close(null), close(zero), close(dir), close(p[0]), close(p[1]);
}

/* A store to a shared mapping changes the file. */
static void stores(void)
{
	int fd = make("m", "0123456789");
	struct timespec old[2] = { { 1000 }, { 1000 } };
	struct stat st;

	SAY(futimens(fd, old));
	char *p = mmap(NULL, KB4, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	p[0] = 'x';
	SAY(msync(p, KB4, MS_SYNC));
	SAY(fstat(fd, &st));
	SAY(st.st_mtime > 1000);
	SAY(st.st_ctime > 1000);
	munmap(p, KB4), close(fd), unlink("m");
}

static void copies(void)
{
	int a = make("c", "abcdefghij"), b = make("d", ""), ro = open("c", O_RDONLY), ap = open("d", O_WRONLY | O_APPEND);
	int dir = open(".", O_RDONLY), p[2], path = open("c", O_PATH), null = open("/dev/null", O_RDWR);
	off_t x = 0, y = 0;
	char buf[32] = "";

	pipe(p);
	lseek(a, 0, SEEK_SET);
	SAY(copy_file_range(a, 0, b, 0, 4, 0));
	SAY(lseek(a, 0, SEEK_CUR));
	SAY(lseek(b, 0, SEEK_CUR));
	SAY(copy_file_range(a, 0, b, 0, 100, 0));
	SAY(copy_file_range(a, 0, b, 0, 100, 0));
	SAY(copy_file_range(a, &x, b, &y, 3, 0));
	printf("%ld %ld\n", (long)x, (long)y);
	SAY(pread(b, buf, 20, 0));
	printf("%s\n", buf);
	SAY(copy_file_range(a, 0, b, 0, 1, 1));
	SAY(copy_file_range(a, 0, ro, 0, 1, 0));
	SAY(copy_file_range(b, 0, ap, 0, 1, 0));
	SAY(copy_file_range(ap, 0, b, 0, 1, 0));
	SAY(copy_file_range(dir, 0, b, 0, 1, 0));
	SAY(copy_file_range(a, 0, dir, 0, 1, 0));
	SAY(copy_file_range(p[0], 0, b, 0, 1, 0));
	SAY(copy_file_range(a, 0, p[1], 0, 1, 0));
	SAY(copy_file_range(null, 0, b, 0, 1, 0));
	SAY(copy_file_range(a, 0, path, 0, 1, 0));
	SAY(copy_file_range(-1, 0, b, 0, 1, 0));
	SAY(copy_file_range(a, 0, -1, 0, 1, 0));
	x = 0, y = 5;
	SAY(copy_file_range(a, &x, a, &y, 5, 0));
	SAY(pread(a, buf, 20, 0));
	printf("%s\n", buf);
	x = 0, y = 2;
	SAY(copy_file_range(a, &x, a, &y, 5, 0));
	SAY(copy_file_range(a, 0, a, 0, 1, 0));
	x = -1;
	SAY(copy_file_range(a, &x, b, 0, 1, 0));
	x = 0x7fffffffffffffff, y = 0;
	SAY(copy_file_range(a, &x, b, &y, 1, 0));
	x = 0, y = 0x7fffffffffffffff;
	SAY(copy_file_range(a, &x, b, &y, 10, 0));
	x = 10, y = 0;
	SAY(copy_file_range(a, &x, b, &y, 10, 0));
	SAY(copy_file_range(a, &x, b, &y, 0, 0));
	SAY(copy_file_range(a, (off_t *)16, b, 0, 1, 0));
	SAY(copy_file_range(a, 0, b, (off_t *)16, 1, 0));
	close(a), close(b), close(ro), close(ap), close(dir), close(p[0]), close(p[1]), close(path), close(null);
}

static void advice(void)
{
	int fd = make("e", "text"), p[2], dir = open(".", O_RDONLY), wo = open("e", O_WRONLY), null = open("/dev/null", O_RDWR);

	pipe(p);
	for (int i = -1; i < 8; i++)
		SAY(posix_fadvise(fd, 0, 0, i));
	SAY(posix_fadvise(fd, 0, -1, 0));
	SAY(posix_fadvise(fd, -1, 1, 0));
	SAY(posix_fadvise(p[0], 0, 1, 0));
	SAY(posix_fadvise(p[0], 0, 1, 9));
	SAY(posix_fadvise(p[0], 0, -1, 0));
	SAY(posix_fadvise(dir, 0, 1, 0));
	SAY(posix_fadvise(null, 0, 1, 0));
	SAY(posix_fadvise(-1, 0, 1, 0));
	SAY(readahead(fd, 0, 10));
	SAY(readahead(fd, -1, 10));
	SAY(readahead(wo, 0, 10));
	SAY(readahead(p[0], 0, 10));
	SAY(readahead(dir, 0, 10));
	SAY(readahead(null, 0, 10));
	SAY(readahead(-1, 0, 10));
	SAY(sync_file_range(fd, 0, 0, 0));
	SAY(sync_file_range(fd, 0, 0, 7));
	SAY(sync_file_range(fd, 0, 0, 8));
	SAY(sync_file_range(fd, -1, 0, 0));
	SAY(sync_file_range(fd, 0, -1, 0));
	SAY(sync_file_range(fd, 0x7fffffffffffffff, 1, 0));
	SAY(sync_file_range(p[0], 0, 0, 0));
	SAY(sync_file_range(p[0], 0, 0, 9));
	SAY(sync_file_range(dir, 0, 0, 0));
	SAY(sync_file_range(null, 0, 0, 0));
	SAY(sync_file_range(-1, 0, 0, 0));
	SAY(sync_file_range(-1, 0, 0, 9));
	SAY(fsync(p[0]));
	SAY(fsync(dir));
	SAY(fsync(null));
	SAY(fdatasync(p[1]));
	SAY(syncfs(p[0]));
	SAY(syncfs(-1));
	SAY(truncate("e", -1));
	SAY(truncate("missing", -1));
	SAY(truncate(".", 0));
	SAY(truncate("e/", 0));
	SAY(truncate("", 0));
	SAY(truncate("/dev/null", 0));
	SAY(ftruncate(wo, -1));
	SAY(ftruncate(dir, 0));
	SAY(ftruncate(p[1], 0));
	SAY(ftruncate(null, 0));
	SAY(ftruncate(-1, 0));
	SAY(ftruncate(-1, -1));
	int ro = open("e", O_RDONLY);
	SAY(ftruncate(ro, 0));
	SAY(ftruncate(wo, 0x7fffffffffffffff));
	close(fd), close(p[0]), close(p[1]), close(dir), close(wo), close(null), close(ro);
}

static void vectors(void)
{
	static char big[100];
	static struct iovec many[1025];
	int fd = make("v", "0123456789"), null = open("/dev/null", O_RDWR), dir = open(".", O_RDONLY), p[2];
	char *bad = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	pipe(p);
	for (int i = 0; i < 1025; i++)
		many[i] = (struct iovec){ big, 1 };
	lseek(fd, 0, SEEK_SET);
	SAY(read(fd, bad, 0));
	SAY(read(fd, bad, 1));
	SAY(read(fd, (char *)-1, 0));
	SAY(read(fd, (char *)-1, 1));
	SAY(write(fd, bad, 0));
	SAY(write(fd, bad, 1));
	SAY(read(null, bad, 1));
	SAY(write(null, bad, 1));
	SAY(write(null, (char *)-1, 1));
	SAY(read(dir, bad, 0));
	SAY(read(dir, bad, 1));
	SAY(write(dir, bad, 0));
	SAY(read(p[1], bad, 0));
	SAY(write(p[0], bad, 0));
	SAY(write(p[1], bad, 0));
	SAY(write(p[1], bad, 1));
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	SAY(read(p[0], bad, 0));
	SAY(read(fd, big, -1L));
	SAY(read(fd, big, 0x8000000000000000UL));
	SAY(read(null, big, 0x7fffffffffffffff));
	SAY(write(null, big, 0x7fffffff));
	SAY(pread(fd, big, 1, -1));
	SAY(pread(fd, big, 0, -1));
	SAY(pread(p[0], big, 1, 0));
	SAY(pread(p[0], big, 1, -1));
	SAY(pwrite(p[1], big, 1, 0));
	SAY(pread(fd, big, 1, 0x7fffffffffffffff));
	SAY(pwrite(fd, big, 1, 0x7fffffffffffffff));
	SAY(pread(dir, big, 1, 0));
	SAY(readv(fd, many, 1024));
	SAY(readv(fd, many, 1025));
	SAY(readv(fd, many, -1));
	SAY(readv(fd, many, 0));
	SAY(readv(fd, 0, 0));
	SAY(readv(fd, 0, 1));
	SAY(writev(null, many, 1024));
	SAY(writev(null, many, 1025));
	SAY(readv(-1, many, 1025));
	lseek(fd, 0, SEEK_SET);
	many[1].iov_len = -1;
	SAY(readv(fd, many, 2));
	many[1].iov_len = 0x7fffffffffffffff;
	SAY(writev(null, many, 3));
	many[1].iov_len = 0;
	many[1].iov_base = (void *)-1;
	SAY(readv(fd, many, 3));
	many[1].iov_len = 1;
	SAY(readv(fd, many, 3));
	many[1].iov_base = bad;
	lseek(fd, 0, SEEK_SET);
	SAY(readv(fd, many, 3));
	SAY(writev(fd, many, 3));
	SAY(preadv(fd, many, 1, -1));
	SAY(pwritev(fd, many, 1, -1));
	SAY(preadv(p[0], many, 1, 0));
	SAY(syscall(SYS_preadv2, fd, many, 1, -1L, 0L, 0));
	SAY(syscall(SYS_preadv2, p[0], many, 1, -1L, 0L, 0));
	SAY(syscall(SYS_preadv2, fd, many, 1, 0L, 0L, 0x80000000));
	SAY(syscall(SYS_preadv2, fd, many, 1, 0L, 0L, 8));
	SAY(syscall(SYS_preadv2, fd, many, 1, 0L, 0L, 2));
	SAY(syscall(SYS_preadv2, fd, many, 1, 0L, 0L, 16));
	SAY(syscall(SYS_pwritev2, fd, many, 1, 0L, 0L, 16));
	SAY(syscall(SYS_pwritev2, fd, many, 1, 0L, 0L, 2 | 4));
	SAY(syscall(SYS_pwritev2, fd, many, 1, 0L, 0L, 1 << 10));
	struct stat st;
	fstat(fd, &st);
	printf("%ld\n", (long)st.st_size);
	close(fd), close(null), close(dir), close(p[0]), close(p[1]);
}

int main(void)
{
	enter();
	allocate();
	positions();
	stores();
	copies();
	advice();
	vectors();
	unlink("a"), unlink("b"), unlink("c"), unlink("d"), unlink("e"), unlink("v");
	SAY(rmdir(own));
}
