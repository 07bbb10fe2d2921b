/* What search.c shares with dlinfo_search.c. */
#ifndef SEARCH_H
#define SEARCH_H

#include "dynlink.h"

#define PATH_SIZE 1024

struct text_out {
	char buf[PATH_SIZE];
	size_t len;		/* PATH_SIZE: too long */
};

/* The first directory of the colon-separated LIST, as written, and what is left behind it. An empty one is the working directory. */
const char *search_expand(struct text_out *o, const char *list, const struct module *m);
/* The program's variable NAME at its start. */
const char *search_environment(const char *name);

#endif
