/* strftime() and wcsftime() with GNU's flags and widths; setlocale() and locale objects. */
#define _GNU_SOURCE
#include <ctype.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include <wctype.h>

static void times(time_t t, struct tm *(*split)(const time_t *))
{
	static const char *const f[] = {
		"%a %A %b %B %c %C %d %D %e %F %g %G %h %H %I %j", "%k|%l|%m|%M|%p|%P|%r|%R|%s|%S|%T|%u|%U|%V|%w|%W|%x|%X|%y|%Y|%z|%Z|%%",
		"%-d|%_d|%-m|%_H|%05d|%^a|%#p|%#Z|%10Y|%-j|%_j|%3d|%_5d|%^B|%-I|%10A|%010A|%Q|%Ey|%Od|%E", "%5H|%-5H|%+4Y|%12F|%n|%t|%#a|%_k|%-l|%0k|%3C",
	};
	char b[300];
	wchar_t w[300], wf[120];

	for (int i = 0; i < 4; i++) {
		size_t n = strftime(b, sizeof b, f[i], split(&t));

		printf("%zu [%s]\n", n, b);
		mbstowcs(wf, f[i], 120);
		n = wcsftime(w, 300, wf, split(&t));
		printf("%zu [%ls]\n", n, w);
	}
	printf("%zu %zu\n", strftime(b, 4, "%Y", split(&t)), strftime(b, 5, "%Y", split(&t)));
}

int main(void)
{
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	times(1700000000, gmtime);
	times(1700000000, localtime);
	times(1720000000, localtime);
	times(0, gmtime);

	unsetenv("LC_ALL");
	unsetenv("LC_CTYPE");
	unsetenv("LANG");
	static const char *const names[] = { "C", "POSIX", "C.UTF-8", "C.utf8", "xx_YY", "xx_YY.UTF-8", "" };
	for (int i = 0; i < 7; i++) {
		char *s = setlocale(LC_CTYPE, names[i]);

		printf("%s: %s", names[i], s ? s : "none");
		printf(" %s %zu %s\n", setlocale(LC_ALL, NULL), MB_CUR_MAX, nl_langinfo(CODESET));
	}
	setlocale(LC_ALL, "C.UTF-8");
	setlocale(LC_TIME, "C");
	char *mixed = strdup(setlocale(LC_ALL, NULL));
	setlocale(LC_ALL, "C");
	printf("%s\n%s %s\n", mixed, setlocale(LC_ALL, mixed), setlocale(LC_PAPER, NULL));
	printf("%d\n", setlocale(13, NULL) == NULL);
	setlocale(LC_ALL, "C");

	static const nl_item items[] = { CODESET, RADIXCHAR, THOUSEP, DAY_1, ABDAY_7, MON_12, ABMON_6, AM_STR, PM_STR, D_T_FMT, D_FMT, T_FMT,
		T_FMT_AMPM, ERA, YESEXPR, NOEXPR, CRNCYSTR, _DATE_FMT };
	for (unsigned i = 0; i < sizeof items / sizeof *items; i++)
		printf("%x %s\n", items[i], nl_langinfo(items[i]));
	locale_t l = newlocale(LC_ALL_MASK, "C.UTF-8", 0), old = uselocale(l), d;
	printf("%d %zu %lc %s\n", old == LC_GLOBAL_LOCALE, MB_CUR_MAX, 0x20ac, nl_langinfo_l(_NL_LOCALE_NAME(LC_CTYPE), l));
	d = duplocale(l);
	uselocale(LC_GLOBAL_LOCALE);
	freelocale(l);
	printf("%s %d %d %d %d\n", nl_langinfo_l(CODESET, d), isalpha_l('a', d) != 0, toupper_l('a', d), iswalpha_l(0xe9, d) != 0, towupper_l(0xe9, d));
	printf("%ls\n", (wchar_t *)nl_langinfo_l(_NL_WMON_3, d));
	d = newlocale(LC_CTYPE_MASK, "C", d);
	printf("%s %d\n", nl_langinfo_l(CODESET, d), newlocale(LC_ALL_MASK, "nowhere", 0) == 0);
	freelocale(d);

	long classes = 0;
	for (int c = -128; c < 256; c++)
		classes = classes * 31 + (*__ctype_b_loc())[c] + (*__ctype_tolower_loc())[c] * 3 + (*__ctype_toupper_loc())[c] * 7;
	printf("%ld\n", classes);
	return 0;
}
