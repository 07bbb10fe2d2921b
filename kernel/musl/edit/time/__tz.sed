# Time zones as glibc reads them.
#
# Daylight saving time without rules has those of the United States; none has its time's name twice.
s/^\tif \(\*s == ','\) s\+\+, getrule\(&s, r0\);$/\tif (dst_name[0] \&\& !*s) s = ",M3.2.0,M11.1.0";\
	if (!dst_name[0]) __tzname[1] = __tzname[0];\
&/
