# The descriptor must be open, and for what the mode asks.
s/^\t\/\* Allocate FILE\+buffer or fail \*\/$/\tint have = __syscall(SYS_fcntl, fd, F_GETFL), both = !!strchr(mode, '+');\
	if (have < 0) return errno = -have, (FILE *)0;\
	if ((have \& O_ACCMODE) == O_RDONLY \&\& (*mode != 'r' || both) ||\
	    (have \& O_ACCMODE) == O_WRONLY \&\& (*mode == 'r' || both))\
		return errno = EINVAL, (FILE *)0;\
\
&/
# An empty mode is none.
s/^\tif \(!strchr\("rwa", \*mode\)\) \{$/\tif (!*mode || !strchr("rwa", *mode)) {/
# As in fopen.sed.
s/^\t\tif \(!\(flags & O_APPEND\)\)$/\t\tif (!(flags \& O_APPEND) \&\& !strchr(mode, '+')) __syscall(SYS_lseek, fd, 0, SEEK_END);\n&/
