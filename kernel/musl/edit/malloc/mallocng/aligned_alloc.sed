# glibc rounds an odd alignment up.
/^\tif \(\(align & -align\) != align\) \{$/,/^\t\}$/c\
	if (!align) align = 1;\
	if (align > SIZE_MAX / 2 + 1) return errno = EINVAL, (void *)0;\
	while (align & (align - 1)) align += align & -align;
