# Time zones as glibc reads them.
#
# A file goes first, whatever the name looks like; what is none is read as POSIX's form (src/time/posix_tz.c).
1s/^/#include "posix_tz.h"\n/
/^static int getint\(/,/^#define VEC/{/^#define VEC/!d}
s/^static char (std|dst)_name.*$//
/^\tint posix_form = 0;$/,/^\t\}\t$/d
s/^\tif \(!posix_form\) \{$/\t{/
s/^\t\tif \(!map\) s = __utc;$/\t\tif (!map \&\& !strcmp(s, "\/etc\/localtime")) s = __utc;/
/^\tif \(!s\) s = __utc;$/,/^\}$/c\
	struct posix_tz z;\
	char footer[256];\
	if (map) {\
		for (i=0; i<sizeof footer-1 \&\& s[i] != '\\n'; i++) footer[i] = s[i];\
		footer[i] = 0;\
		s = footer;\
	}\
	uk_posix_tz(s ? s : __utc, \&z);\
	memcpy(__tzname, z.name, sizeof z.name);\
	__timezone = z.offset[0];\
	dst_off = z.offset[1];\
	__daylight = __timezone != dst_off;\
	memcpy(r0, z.rule[0], sizeof r0);\
	memcpy(r1, z.rule[1], sizeof r1);\
}
# Up to 1970, rules give 1970's days, by the year's own calendar.
s/^\tt \+= rule\[4\];$/&\n\tif (year <= 70) t -= __year_to_secs(year, 0);/
s/^\t\tm = rule\[1\];$/\t\tm = rule[1] ? rule[1] : 1;/
s/while \(__year_to_secs\(y\+1, 0\) < t\) y\+\+;/while (__year_to_secs(y+1, 0) <= t) y++;/
# A week of a month that has not so many is its last.
s/^\t\tif \(n == 5 && days\+28 >= days_in_month\(m, is_leap\)\) n = 4;$/\t\twhile (n > 1 \&\& days+7*(n-1) >= days_in_month(m, is_leap)) n--;/
