/*
 * setlocale() with glibc's categories, names and answers: only locales that
 * exist are accepted, no setting in the environment means "C", and a mixture
 * reads "LC_CTYPE=C.UTF-8;LC_NUMERIC=C;...".
 */
#include <string.h>
#include "locale_object.h"
#include "lock.h"

const char *uk_global_names[CATEGORIES] = {
	[0 ... CATEGORIES - 1] = "C"
};

static char *answer(int cat)
{
	/* 12 categories of at most 17 characters, '=', 7 characters, ';' */
	static char mixture[CATEGORIES * 26];
	char *p = mixture;
	int differ = 0;

	if (cat != LC_ALL)
		return (char *)uk_global_names[cat];
	for (int i = 0; i < CATEGORIES; i++) {
		if (i == LC_ALL)
			continue;
		differ |= strcmp(uk_global_names[i], uk_global_names[0]);
		p = stpcpy(p, uk_category_name(i));
		*p++ = '=';
		p = stpcpy(p, uk_global_names[i]);
		*p++ = ';';
	}
	p[-1] = 0;
	return differ ? mixture : (char *)uk_global_names[0];
}

/* Fills NAMES from a mixture, in any order; true if it is well formed. */
static int parse_mixture(const char *s, const char *names[CATEGORIES])
{
	while (*s) {
		const char *eq = strchr(s, '='), *end = __strchrnul(s, ';');
		char name[32];
		int cat;

		if (!eq || eq > end || (size_t)(end - eq) > sizeof name)
			return 0;
		for (cat = 0; cat < CATEGORIES; cat++)
			if (cat != LC_ALL && strlen(uk_category_name(cat)) == (size_t)(eq - s)
				&& !memcmp(uk_category_name(cat), s, eq - s))
				break;
		if (cat == CATEGORIES)
			return 0;
		memcpy(name, eq + 1, end - eq - 1);
		name[end - eq - 1] = 0;
		names[cat] = uk_locale_name(cat, name);
		s = *end ? end + 1 : end;
	}
	return 1;
}

char *setlocale(int cat, const char *name)
{
	const char *names[CATEGORIES] = { 0 };
	char *result = 0;

	if ((unsigned)cat >= CATEGORIES)
		return 0;
	LOCK(__locale_lock);
	if (name) {
		if (cat == LC_ALL && strchr(name, ';')) {
			if (!parse_mixture(name, names))
				goto out;
		} else {
			for (int i = 0; i < CATEGORIES; i++)
				if (cat == i || cat == LC_ALL)
					names[i] = uk_locale_name(i, name);
		}
		for (int i = 0; i < CATEGORIES; i++)
			if (i != LC_ALL && (cat == i || cat == LC_ALL) && !names[i])
				goto out;
		for (int i = 0; i < CATEGORIES; i++)
			if (i != LC_ALL && (cat == i || cat == LC_ALL))
				uk_global_names[i] = names[i];
		libc.global_locale.cat[LC_CTYPE] = uk_ctype_map(uk_global_names[LC_CTYPE]);
	}
	result = answer(cat);
out:
	UNLOCK(__locale_lock);
	return result;
}
