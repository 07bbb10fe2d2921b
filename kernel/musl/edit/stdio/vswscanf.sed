# With a stream's flags (glue/stdio/scanf_c23.c).
s/^int vswscanf\((.*)\)$/int uk_vswscanf(\1, unsigned flags)/
s/^\t\t\.read = wstring_read,/\t\t.flags = flags,\n&/
s/^weak_alias/int vswscanf(const wchar_t *restrict s, const wchar_t *restrict fmt, va_list ap)\
{\
	return uk_vswscanf(s, fmt, ap, 0);\
}\
\
&/
