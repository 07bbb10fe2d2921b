# No field may hold what parts them.
s/^\treturn fprintf\(f, .*$/\tconst char *fields[] = { pw->pw_name, pw->pw_passwd, pw->pw_dir, pw->pw_shell };\
	for (int i = 0; i < 4; i++)\
		if (!fields[0] || fields[i] \&\& strpbrk(fields[i], ":\\n")) return errno = EINVAL, -1;\n&/
s/^#include <stdio.h>$/&\n#include <errno.h>\n#include <string.h>/
