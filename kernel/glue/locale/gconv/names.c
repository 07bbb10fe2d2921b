/*
 * Names of character sets as programs write them: a standard, a set and suffixes
 * between slashes, of which most names have the first only. The suffixes count in
 * the name of the target.
 */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "gconv.h"

static bool is_space(char c) { return c == ' ' || c >= '\t' && c <= '\r'; }

/* Where the last suffix begins, with its slash or comma; NULL if the name has not got one. */
static char *last_suffix(char *s)
{
	char *found = NULL;
	int slashes = 0;

	for (; *s; s++) {
		slashes += *s == '/';
		if (*s == '/' || *s == ',')
			found = s;
	}
	return slashes >= 2 ? found : NULL;
}

/* Takes the suffixes off the name. Unknown ones are nothing. */
static void take_suffixes(char *name, bool *translit, bool *ignore)
{
	char *suffix;

	do {
		size_t n = strlen(name);
		while (n > 0 && (is_space(name[n - 1]) || name[n - 1] == ',' || name[n - 1] == '/'))
			n--;
		name[n] = 0;
		if ((suffix = last_suffix(name))) {
			*translit |= !strcasecmp(suffix + 1, "TRANSLIT");
			*ignore |= !strcasecmp(suffix + 1, "IGNORE");
			*suffix = 0;
		}
	} while (suffix);
}

/* Capitals, digits and "_-.,:/"; other characters do not count. Two slashes in all. */
static void normalize(char *to, const char *s)
{
	int slashes = 0;

	for (; *s && slashes < 3; s++) {
		if (*s >= 'a' && *s <= 'z')
			*to++ = *s - 'a' + 'A';
		else if (*s >= 'A' && *s <= 'Z' || *s >= '0' && *s <= '9' || strchr("_-.,:", *s))
			*to++ = *s;
		else if (*s == '/' && ++slashes < 3)
			*to++ = '/';
	}
	while (slashes++ < 2)
		*to++ = '/';
	*to = 0;
}

/* The name for the tables; an empty one is the locale's set. Its suffixes are left in TRANSLIT and IGNORE. */
static char *canonical(const char *name, bool *translit, bool *ignore)
{
	char *copy = strdup(name), *set = malloc(strlen(name) + 3);

	if (copy && set) {
		take_suffixes(copy, translit, ignore);
		normalize(set, copy);
		if (!strcmp(set, "//")) {
			const char *own = nl_langinfo(CODESET);
			free(set);
			if ((set = malloc(strlen(own) + 3)))
				strcat(strcpy(set, own), "//");
		}
	} else {
		free(set), set = NULL;
	}
	free(copy);
	return set;
}

bool uk_gconv_spec(struct gconv_spec *spec, const char *to, const char *from)
{
	bool unused = false;

	spec->translit = spec->ignore = false;
	spec->from = canonical(from, &unused, &unused);
	spec->to = canonical(to, &spec->translit, &spec->ignore);
	if (spec->from && spec->to)
		return true;
	free(spec->from), free(spec->to);
	return false;
}
