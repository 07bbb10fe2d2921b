/*
 * Locale objects that both sides understand. musl's functions read the six
 * category maps at their beginning; code compiled against glibc (libstdc++ for
 * one) reads the character tables at glibc's offsets.
 *
 * There are two locales, "C" and "C.UTF-8", as on a Debian machine on which
 * none was generated. They differ in LC_CTYPE only, so a category is known by
 * its name, and all maps but LC_CTYPE's are NULL.
 */
#ifndef LOCALE_OBJECT_H
#define LOCALE_OBJECT_H

#include <ctype.h>
#include <stddef.h>
#include <locale.h>
#include "locale_impl.h"

/* Tables for -128..255, the same in every locale here; musl does not declare them. */
const unsigned short **__ctype_b_loc(void);
const int **__ctype_tolower_loc(void), **__ctype_toupper_loc(void);

#define CATEGORIES	13	/* with LC_ALL at 6, which stays unused */

struct locale_object {
	struct __locale_struct musl;
	void *unused[CATEGORIES - 6];
	const unsigned short *ctype_b;
	const int *ctype_tolower;
	const int *ctype_toupper;
	const char *names[CATEGORIES];
};

_Static_assert(offsetof(struct locale_object, ctype_b) == 104, "glibc's __ctype_b");
_Static_assert(offsetof(struct locale_object, names) == 128, "glibc's __names");
_Static_assert(sizeof(struct locale_object) == 232, "glibc's struct __locale_struct");

/* locale/names.c: the canonical name of a locale that exists, or NULL.
 * "" asks the environment for category CAT. */
hidden const char *uk_locale_name(int cat, const char *name);
hidden const char *uk_category_name(int cat);
/* locale/setlocale.c: names of the global locale's categories. */
extern hidden const char *uk_global_names[CATEGORIES];

static inline const struct __locale_map *uk_ctype_map(const char *name)
{
	return name[1] ? &__c_dot_utf8 : 0;
}

#endif
