# As many as were written.
s/^\tr = -\((.*)\);$/\tr = \1 ? EOF : (int)strlen(s) + 1;/
s/^#include "stdio_impl.h"$/&\n#include <string.h>/
