/* newlocale(), duplocale(), freelocale(): objects of struct locale_object. */
#include <errno.h>
#include <stdlib.h>
#include "locale_object.h"

/* What newlocale() gives for a plain "C": never freed, and never out of memory. */
static struct locale_object c_object;

static void set(struct locale_object *o, const char *const names[CATEGORIES])
{
	for (int i = 0; i < CATEGORIES; i++)
		o->names[i] = i == LC_ALL ? 0 : names[i];
	o->musl.cat[LC_CTYPE] = uk_ctype_map(names[LC_CTYPE]);
	o->ctype_b = *__ctype_b_loc();
	o->ctype_tolower = *__ctype_tolower_loc();
	o->ctype_toupper = *__ctype_toupper_loc();
}

/* NAME may not be a mixture, as in POSIX. */
locale_t newlocale(int mask, const char *name, locale_t base)
{
	struct locale_object *o = (struct locale_object *)base;
	const char *names[CATEGORIES];
	int plain = 1;

	if (mask & 1 << LC_ALL)	/* libstdc++ says "all" so */
		mask = -1;
	if (!name) {
		errno = EINVAL;
		return 0;
	}
	for (int i = 0; i < CATEGORIES; i++) {
		if (i == LC_ALL)
			names[i] = "C";
		else if (mask & 1 << i)
			names[i] = uk_locale_name(i, name);
		else
			names[i] = o ? o->names[i] : "C";
		if (!names[i]) {
			errno = ENOENT;
			return 0;
		}
		plain &= !names[i][1];
	}
	if (plain) {
		if (!c_object.ctype_b)
			set(&c_object, names);
		if (!o || o == &c_object)
			return (locale_t)&c_object;
	}
	if (!o || o == &c_object) {
		o = calloc(1, sizeof *o);
		if (!o)
			return 0;
	}
	set(o, names);
	return (locale_t)o;
}

locale_t duplocale(locale_t old)
{
	struct locale_object *o;

	if ((struct locale_object *)old == &c_object)
		return old;
	o = calloc(1, sizeof *o);
	if (o)
		set(o, old == LC_GLOBAL_LOCALE ? uk_global_names : ((struct locale_object *)old)->names);
	return (locale_t)o;
}

void freelocale(locale_t loc)
{
	if ((struct locale_object *)loc != &c_object)
		free(loc);
}

weak_alias(newlocale, __newlocale);
weak_alias(duplocale, __duplocale);
weak_alias(freelocale, __freelocale);
