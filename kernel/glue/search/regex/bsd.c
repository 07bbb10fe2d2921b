/* 4.2BSD's functions, with one pattern for the program, in GNU's syntax. */
#include <stdlib.h>
#include <string.h>
#include "regex.h"

static struct pattern pattern;

const char *re_comp(const char *s)
{
	if (!s)
		return pattern.program ? NULL : "No previous regular expression";
	uk_re_free_program(&pattern);
	pattern = (struct pattern){ .newline_anchor = 1 };
	int err = uk_re_compile(&pattern, s, strlen(s), re_syntax_options);
	return err ? uk_re_text(err) : NULL;
}

int re_exec(const char *s)
{
	return !regexec(&pattern, s, 0, NULL, 0);
}
