/* getsubopt(): of what is no option, glibc gives the whole as the value. */
#include <stdlib.h>
#include <string.h>

int getsubopt(char **at, char *const *names, char **value)
{
	char *s = *at, *end = strchr(s, ',');

	if (!end)
		end = s + strlen(s);
	*at = *end ? end + 1 : end;
	*end = 0;
	for (int i = 0; names[i]; i++) {
		size_t n = strlen(names[i]);

		if (strncmp(names[i], s, n) || (s[n] && s[n] != '='))
			continue;
		*value = s[n] ? s + n + 1 : 0;
		return i;
	}
	*value = s;
	return -1;
}
