/*
 * nl_langinfo() with glibc's items for the locales "C" and "C.UTF-8": musl
 * knows the public ones; libstdc++ also asks for wide strings, single
 * characters and numbers, which travel in the place of the pointer.
 */
#include <langinfo.h>
#include <wchar.h>
#include "locale_object.h"

char *__musl___nl_langinfo_l(nl_item item, locale_t loc);

#define LC_TIME_WIDE	0x20034	/* _NL_WABDAY_1 .. _NL_WT_FMT_AMPM, in the order of ABDAY_1 .. T_FMT_AMPM */
#define WIDE_ITEMS	0x2c
#define LONGEST		24

static char *wide(int i, locale_t loc)
{
	static wchar_t strings[WIDE_ITEMS][LONGEST];
	const char *s = __musl___nl_langinfo_l(ABDAY_1 + i, loc);
	int n = 0;

	while ((strings[i][n] = (unsigned char)s[n]) && n < LONGEST - 1)
		n++;
	return (char *)strings[i];
}

static const char *name_of(int cat, locale_t loc)
{
	if (cat >= CATEGORIES || cat == LC_ALL)
		return "";
	/* The global locale is no locale_object. */
	return loc == &libc.global_locale ? uk_global_names[cat] : ((struct locale_object *)loc)->names[cat];
}

char *__nl_langinfo_l(nl_item item, locale_t loc)
{
	if (loc == LC_GLOBAL_LOCALE)
		loc = &libc.global_locale;
	if ((item & 0xffff) == 0xffff)
		return (char *)name_of(item >> 16, loc);
	switch (item) {
	case CODESET: case 0x10005: case 0x2006e: case 0x4002d:
		return loc->cat[LC_CTYPE] ? "UTF-8" : "ANSI_X3.4-1968";
	case D_T_FMT: return "%a %b %e %H:%M:%S %Y";
	case T_FMT_AMPM: return "%I:%M:%S %p";
	case 0x2006c: return "%a %b %e %H:%M:%S %Z %Y";	/* _DATE_FMT */
	case 0x10003: return (char *)(long)'.';		/* _NL_NUMERIC_DECIMAL_POINT_WC */
	case 0x20065: return "\7";			/* _NL_TIME_WEEK_NDAYS */
	case 0x20066: return (char *)19971130L;		/* _NL_TIME_WEEK_1STDAY */
	case 0x20067: return "\4";			/* _NL_TIME_WEEK_1STWEEK */
	case 0x20068: return "\1";			/* _NL_TIME_FIRST_WEEKDAY */
	case 0x20069: return "\2";			/* _NL_TIME_FIRST_WORKDAY */
	case 0x2006a: return "\1";			/* _NL_TIME_CAL_DIRECTION */
	case 0x40007 ... 0x4000e: case 0x40010 ... 0x40015: return "\377";	/* digits, positions: not said */
	case CRNCYSTR: return "-";
	case LC_TIME_WIDE ... LC_TIME_WIDE + WIDE_ITEMS - 1: return wide(item - LC_TIME_WIDE, loc);
	case 0x2006f ... 0x2007a: return __musl___nl_langinfo_l(item - 0x2006f + MON_1, loc);		/* __ALTMON_1 */
	case 0x2007b ... 0x20086: return wide(item - 0x2007b + (MON_1 - ABDAY_1), loc);		/* _NL_WALTMON_1 */
	case 0x20087 ... 0x20092: return __musl___nl_langinfo_l(item - 0x20087 + ABMON_1, loc);	/* _NL_ABALTMON_1 */
	case 0x20093 ... 0x2009e: return wide(item - 0x20093 + (ABMON_1 - ABDAY_1), loc);	/* _NL_WABALTMON_1 */
	case 0x10004: case 0x4002b: case 0x4002c: return 0;	/* no wide character */
	}
	switch (item) {
	case ABDAY_1 ... ERA_T_FMT: case RADIXCHAR: case THOUSEP: case YESEXPR: case NOEXPR: case YESSTR: case NOSTR:
		return __musl___nl_langinfo_l(item, loc);
	}
	return "";
}

char *nl_langinfo(nl_item item)
{
	return __nl_langinfo_l(item, CURRENT_LOCALE);
}

char *nl_langinfo_l(nl_item item, locale_t loc)
{
	return __nl_langinfo_l(item, loc);
}
