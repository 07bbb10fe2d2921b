# With a stream's flags (glue/stdio/scanf_c23.c).
s/^int vsscanf\((.*)\)$/int uk_vsscanf(\1, unsigned flags)/
s/^\t\t\.read = string_read,/\t\t.flags = flags,\n&/
s/^weak_alias/int vsscanf(const char *restrict s, const char *restrict fmt, va_list ap)\
{\
	return uk_vsscanf(s, fmt, ap, 0);\
}\
\
&/
