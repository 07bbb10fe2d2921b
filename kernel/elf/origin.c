/* Where a file lies, for $ORIGIN. */
#include "dynlink.h"
#include "vfs.h"

const char elf_origin[1];	/* who asks for an origin names it */

/* The directory of PATH, for $ORIGIN. */
static const char *directory_of(const char *path)
{
	char buf[1024];
	size_t n = 0, slash = 0;
	struct path p;
	char *real = NULL;
	KERNEL_LOCK();

	if (!path_walk(NULL, path, 0, &p)) {
		real = path_string(&p);
		path_put(&p);
	}
	for (const char *s = real ? real : path; s[n] && n < sizeof(buf) - 1; n++) {
		buf[n] = s[n];
		if (s[n] == '/')
			slash = n;
	}
	kfree(real);
	buf[slash] = 0;
	return loader_string(buf);
}

bool origin_note(struct module *m, const char *path)
{
	return (m->origin = directory_of(path)) != NULL;
}
