/* confstr(): glibc's own names, beside POSIX's. */
#include <string.h>
#include <unistd.h>

size_t __muslown_confstr(int, char *, size_t);

size_t confstr(int name, char *buf, size_t n)
{
	const char *s = name == 2 ? "glibc 2.36" : name == 3 ? "NPTL 2.36" : 0;	/* _CS_GNU_LIBC_VERSION, _CS_GNU_LIBPTHREAD_VERSION */
	size_t size;

	if (!s)
		return __muslown_confstr(name, buf, n);
	size = strlen(s) + 1;
	if (n) {
		memcpy(buf, s, size < n ? size : n);
		buf[n - 1 < size - 1 ? n - 1 : size - 1] = 0;
	}
	return size;
}
