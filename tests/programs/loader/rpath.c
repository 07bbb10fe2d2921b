/* Libraries in folders that DT_RPATH or DT_RUNPATH names, each of which says where it lies. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int in_plain(void), in_word(void), in_braces(void), in_needed(void);

/* The last folder of its path. */
static void where(int (*f)(void))
{
	Dl_info i;
	char path[4096], *slash;

	if (!dladdr((void *)f, &i)) {
		puts("nowhere");
		return;
	}
	snprintf(path, sizeof(path), "%s", i.dli_fname);
	*strrchr(path, '/') = 0;
	slash = strrchr(path, '/');
	printf("%s\n", slash ? slash + 1 : path);
}

int main(void)
{
	where(in_plain);
	where(in_word);
	where(in_braces);
	where(in_needed);
	return 0;
}
