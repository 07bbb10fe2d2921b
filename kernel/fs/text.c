/* Growing text. */
#include <stdarg.h>
#include "kernel.h"
#include "vfs.h"

void text_add(struct text *t, const void *s, size_t n)
{
	if (t->len + n > t->size) {
		size_t size = max(t->size * 2, align_up(t->len + n, (size_t)256));
		char *buf = t->failed ? NULL : krealloc(t->buf, size);
		if (!buf) {
			t->failed = true;
			return;
		}
		t->buf = buf;
		t->size = size;
	}
	memcpy(t->buf + t->len, s, n);
	t->len += n;
}

void text_printf(struct text *t, const char *fmt, ...)
{
	char line[512];
	va_list ap;

	va_start(ap, fmt);
	int n = kvsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	text_add(t, line, min((size_t)n, sizeof(line) - 1));
}
