/* Character classes as functions, where glibc has macros too. */
#include <ctype.h>
#include <wchar.h>

const unsigned short **__ctype_b_loc(void);

int __isctype(int c, int mask) { return (*__ctype_b_loc())[c] & mask; }
int isctype(int c, int mask) { return __isctype(c, mask); }
int __isascii_l(int c, void *loc) { return !(c & ~0x7f); }
int __toascii_l(int c, void *loc) { return c & 0x7f; }
int (_tolower)(int c) { return tolower(c); }
int (_toupper)(int c) { return toupper(c); }
