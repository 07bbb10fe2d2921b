/* Directory contents, whatever the order. */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int total;

static int visit(const char *path, const struct stat *st, int type)
{
	(void)path;
	(void)st;
	total += type == FTW_F || type == FTW_D;
	return 0;
}

int main(void)
{
	char dir[] = "/tmp/uk-dir-XXXXXX", name[64];
	struct dirent **list, *e;
	int files = 0, dirs = 0, dots = 0;
	glob_t g;

	mkdtemp(dir);
	chdir(dir);
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof name, "entry-%03d", i);
		if (i % 10 == 0)
			mkdir(name, 0755);
		else
			close(open(name, O_CREAT | O_WRONLY, 0644));
	}
	DIR *d = opendir(".");
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			dots++;
		else if (e->d_type == DT_DIR)
			dirs++;
		else if (e->d_type == DT_REG)
			files++;
	}
	printf("%d files %d dirs %d dots\n", files, dirs, dots);
	rewinddir(d);
	int again = 0;
	while (readdir(d))
		again++;
	closedir(d);
	int n = scandir(".", &list, NULL, alphasort);
	printf("again %d, sorted %d: %s .. %s\n", again, n, list[2]->d_name, list[n - 1]->d_name);
	printf("glob %d:", glob("entry-0[0-4]?", 0, NULL, &g));
	printf(" %zu %s\n", g.gl_pathc, g.gl_pathv[49]);
	ftw(".", visit, 8);
	printf("walked %d\n", total);
	for (int i = 2; i < n; i++)
		remove(list[i]->d_name);
	chdir("/");
	printf("rmdir %d, opendir of a file %d\n", rmdir(dir), opendir("/dev/null") == NULL);
	return 0;
}
