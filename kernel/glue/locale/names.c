/* Names of locales and categories. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "locale_object.h"

static const char categories[CATEGORIES][18] = {
	"LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "LC_MONETARY", "LC_MESSAGES", "LC_ALL",
	"LC_PAPER", "LC_NAME", "LC_ADDRESS", "LC_TELEPHONE", "LC_MEASUREMENT", "LC_IDENTIFICATION",
};

const char *uk_category_name(int cat)
{
	return categories[cat];
}

const char *uk_locale_name(int cat, const char *name)
{
	/* The spellings in use, as a program may compare what it gave with what it gets. */
	static const char utf8[][8] = { "C.UTF-8", "C.utf8", "C.UTF8", "C.utf-8" };

	if (!*name) {
		(name = getenv("LC_ALL")) && *name ||
		(name = getenv(categories[cat])) && *name ||
		(name = getenv("LANG")) && *name ||
		(name = "C");
	}
	if (!strcmp(name, "C") || !strcmp(name, "POSIX"))
		return "C";
	for (size_t i = 0; i < sizeof utf8 / sizeof *utf8; i++)
		if (!strcmp(name, utf8[i]))
			return utf8[i];
	return 0;
}
