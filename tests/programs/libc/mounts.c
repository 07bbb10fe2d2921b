// getmntent() and addmntent(): escapes, missing fields, comments, long lines; a64l().
#define _GNU_SOURCE
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	struct mntent out = { "/d v", "/m\tt", "a\\b", "o\np", 1, 2 }, *m, one;
	FILE *f = fopen("/tmp/mounts", "w+");
	char line[200], small[20];

	fputs("# comment\n/dev/x\\040y /m\\011t ext4 rw,noatime=5 1 2\nnone /p proc defaults\n\n  \t\n/a /b c\n  lead\t\t/x  y z   3  \n\\\\one \\134two \\141 \\04 7\nlast", f);
	printf("%d\n", addmntent(f, &out));
	rewind(f);
	while (fgets(line, sizeof line, f))
		printf("%s", line);
	rewind(f);
	while ((m = getmntent(f)))
		printf("[%s][%s][%s][%s] %d %d %s\n", m->mnt_fsname, m->mnt_dir, m->mnt_type, m->mnt_opts, m->mnt_freq, m->mnt_passno, hasmntopt(m, "noatime") ?: "-");
	rewind(f);
	while ((m = getmntent_r(f, &one, small, sizeof small)))
		printf("[%s][%s][%s][%s] %d %d\n", m->mnt_fsname, m->mnt_dir, m->mnt_type, m->mnt_opts, m->mnt_freq, m->mnt_passno);
	fclose(f);
	unlink("/tmp/mounts");
	printf("%ld %ld %ld %s\n", a64l("abcdef"), a64l("zzzzzz"), a64l("./"), l64a(123456789));
	return 0;
}
