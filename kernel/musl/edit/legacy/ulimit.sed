# Other commands.
s/^\tgetrlimit\(RLIMIT_FSIZE, &rl\);$/\tif (cmd == 4) return sysconf(_SC_OPEN_MAX);\
	if (cmd != UL_GETFSIZE \&\& cmd != UL_SETFSIZE) return errno = EINVAL, -1;\n&/
s/^#include <ulimit.h>$/&\n#include <errno.h>\n#include <unistd.h>/
