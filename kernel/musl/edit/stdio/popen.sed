# One of r and w, perhaps e, and nothing else.
/^\tif \(\*mode == 'r'\) \{$/,/^\t\}$/c\
	if (mode[strspn(mode, "rwe")] || !strchr(mode, 'r') == !strchr(mode, 'w')) {\
		errno = EINVAL;\
		return 0;\
	}\
	op = !strchr(mode, 'r');
s/fdopen\(p\[op\], mode\)/fdopen(p[op], op ? "w" : "r")/
