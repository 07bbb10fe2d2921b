/* fstest image FILE [mapped] | calls FILE | threads FILE | differ FILE SEED ROUNDS |
 *	share FILE SEED ROUNDS [lies] | iso FILE DISK block|mapped [OPTIONS] | iso-damage FILE DISK SEED ROUNDS |
 *	iso-threads FILE DISK block | ext4-damage FILE DISK SEED ROUNDS |
 *	ext4-drop FILE DISK SEED ROUNDS FOLDER */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"
#include "host.h"

int failures;

static void *read_file(const char *path, u64 *size)
{
	struct stat st;
	long fd = syscall(2, path, 0);

	if (fd < 0 || syscall(5, fd, &st))
		panic("cannot open %s", path);
	/* page aligned and exact, so that the sanitizer sees every byte outside */
	u8 *p = malloc(st.st_size + 1);
	for (s64 n = 0; n < st.st_size; ) {
		long r = syscall(0, fd, p + n, st.st_size - n);
		if (r <= 0)
			panic("cannot read %s", path);
		n += r;
	}
	syscall(3, fd);
	*size = st.st_size;
	return p;
}

static unsigned long number(const char *s)
{
	unsigned long n = 0;

	while (*s)
		n = n * 10 + *s++ - '0';
	return n;
}

int main(int argc, char **argv)
{
	u64 size;
	void *disk = NULL;

	if (argc < 3)
		return 2;
	host_init();
	void *image = read_file(argv[2], &size);
	host_device(image, size, argc > 3 && !strcmp(argv[3], "mapped"));
	if (!strncmp(argv[1], "iso", 3)) {
		disk = read_file(argv[3], &size);
		host_device(disk, size, !strcmp(argv[4], "mapped"));
	}
	struct block_device *written = NULL;
	if (!strncmp(argv[1], "ext4", 4)) {
		disk = read_file(argv[3], &size);
		written = host_device(disk, size, false);
	}
	klock();
	host_parts_start();
	vfs_mount_root();
	fd_init();
	kunlock();
	if (!strcmp(argv[1], "image"))
		test_image(argc, argv);
	else if (!strcmp(argv[1], "calls"))
		test_calls();
	else if (!strcmp(argv[1], "threads"))
		test_threads();
	else if (!strcmp(argv[1], "differ"))
		test_differ("/tmp", number(argv[3]), number(argv[4]));
	else if (!strcmp(argv[1], "share"))
		test_share(number(argv[3]), number(argv[4]), argc > 5);
	else if (!strcmp(argv[1], "iso"))
		test_iso(argc, argv, disk, size);
	else if (!strcmp(argv[1], "iso-threads"))
		test_iso_threads();
	else if (!strcmp(argv[1], "iso-damage"))
		test_iso_damage(disk, size, number(argv[4]), number(argv[5]));
	else if (!strcmp(argv[1], "ext4-damage"))
		test_ext4_damage(written, disk, size, number(argv[4]), number(argv[5]));
	else if (!strcmp(argv[1], "ext4-drop"))
		test_ext4_drop(written, disk, size, number(argv[4]), number(argv[5]), argv[6]);
	if (failures)
		printf("%d failures\n", failures);
	return failures && !lying ? 1 : 0;
}
