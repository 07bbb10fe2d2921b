/* confstr() with glibc's names and texts. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const struct {
	short from, to;
	const char *text;
} texts[] = {
	{ 0, 0, "/bin:/usr/bin" }, { 1, 1, "POSIX_V6_LP64_OFF64" }, { 2, 2, "glibc 2.36" }, { 3, 3, "NPTL 2.36" },
	{ 4, 4, "XBS5_LP64_OFF64" }, { 5, 5, "POSIX_V7_LP64_OFF64" }, { 1000, 1003, "" }, { 1004, 1004, "-D_LARGEFILE64_SOURCE" },
	{ 1005, 1006, "" }, { 1007, 1007, "-D_LARGEFILE64_SOURCE" }, { 1100, 1107, "" }, { 1108, 1109, "-m64" }, { 1110, 1123, "" },
	{ 1124, 1125, "-m64" }, { 1126, 1139, "" }, { 1140, 1141, "-m64" }, { 1142, 1147, "" }, { 1148, 1149, "POSIXLY_CORRECT=1" },
};

size_t confstr(int name, char *buf, size_t n)
{
	size_t i = 0, size;

	while (i < sizeof texts / sizeof *texts && (name < texts[i].from || name > texts[i].to))
		i++;
	if (i == sizeof texts / sizeof *texts) {
		errno = EINVAL;
		return 0;
	}
	size = strlen(texts[i].text) + 1;
	if (n && buf) {
		memcpy(buf, texts[i].text, size < n ? size : n);
		buf[n - 1 < size - 1 ? n - 1 : size - 1] = 0;
	}
	return size;
}
