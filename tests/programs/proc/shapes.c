/* The shapes of what /proc and /sys tell: names, and how many values of which kind follow. Each line of a file is printed
 * once. What is compared with comes from Linux. */
#define _GNU_SOURCE
#include <ctype.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char text[1 << 20], seen[1 << 18];

/* A word becomes N, a number, X, a hexadecimal one, or stays. */
static char *word(char *out, const char *s, int n)
{
	int digits = 0, hex = 0, dots = 0;

	for (int i = 0; i < n; i++) {
		digits += isdigit((unsigned char)s[i]) || (i == 0 && s[i] == '-' && n > 1);
		hex += isxdigit((unsigned char)s[i]) != 0;
		dots += s[i] == '.';
	}
	if (n && digits + dots == n && digits)
		return out + sprintf(out, dots == 1 ? "N.N" : "N");
	if (n >= 8 && hex == n)
		return out + sprintf(out, "X");
	memcpy(out, s, n);
	return out + n;
}

static char *shape(const char *line)
{
	static char buf[8192];
	char *out = buf;
	int hex = strspn(line, "0123456789abcdef");

	if (hex >= 8 && line[hex] == '-')	/* of maps: what lies where differs */
		return "area";

	while (*line) {
		int n = strcspn(line, " \t:()[]/-,=");
		if (*line == '-' && isdigit((unsigned char)line[1]))
			n = 1 + strcspn(line + 1, " \t:()[]/-,=");
		if (out - buf > 4096)
			break;
		out = word(out, line, n);
		line += n;
		if (*line == ' ') {
			while (*line == ' ')
				line++;
			*out++ = ' ';
		} else if (*line && !(*line == '-' && isdigit((unsigned char)line[1]))) {
			*out++ = *line++;
		}
	}
	*out = 0;
	return buf;
}

static void show(const char *name)
{
	int fd = open(name, O_RDONLY);
	long n = 0, r;

	printf("== %s%s\n", name, fd < 0 ? " is not there" : "");
	while (fd >= 0 && n < (long)sizeof text - 1 && (r = read(fd, text + n, sizeof text - 1 - n)) > 0)
		n += r;
	close(fd);
	text[n] = 0;
	seen[0] = 0;
	for (char *save, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *s = shape(line), key[8200];
		snprintf(key, sizeof key, "\n%s\n", s);
		if (strstr(seen, key) || strlen(seen) + strlen(key) >= sizeof seen)
			continue;
		strcat(seen, key);
		puts(s);
	}
}

int main(int argc, char **argv)
{
	mmap(NULL, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	mlock(argv, 1);
	while (*++argv)
		show(*argv);
	return 0;
}
