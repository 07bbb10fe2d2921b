# A catalog that could not be opened.
s/^\tchar \*map = \(char \*\)catd;$/\tif (catd == (nl_catd)-1) return errno = EBADF, -1;\n&/
s/^#include <nl_types.h>$/&\n#include <errno.h>/
