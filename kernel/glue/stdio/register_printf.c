/* Conversions of one's own: refused, and libraries (libquadmath) carry on without. */
#include <errno.h>

static int refuse(void) { errno = ENOSYS; return -1; }

int register_printf_function(int c, void *print, void *info) { return refuse(); }
int register_printf_specifier(int c, void *print, void *info) { return refuse(); }
int register_printf_modifier(const void *s) { return refuse(); }
int register_printf_type(void *fn) { return refuse(); }
