#ifndef GLUE_FORMAT_H
#define GLUE_FORMAT_H

#include <wchar.h>
#include "../glue.h"

/* format.c: ends the program if FLAG is set and FORMAT, which can be written to, has %n. */
hidden void uk_check_format(int flag, const char *format);
hidden void uk_check_wide_format(int flag, const wchar_t *format);

#endif
