// Local time in the zone that TZ names, a locale, and the frames of the stack.
#include <execinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(void)
{
	static const time_t times[] = { 0, 1700000000, 1720000000, 1900000000 };
	for (unsigned i = 0; i < 4; i++) {
		char text[64];
		strftime(text, sizeof text, "%F %T %Z %z", localtime(&times[i]));
		printf("%s, as UTC %ld\n", text, (long)mktime(localtime(&times[i])));
	}
	const char *locale = setlocale(LC_ALL, "C.UTF-8");
	printf("%s %d %zu\n", locale ? locale : "no locale", (int)MB_CUR_MAX, mbstowcs(NULL, "\u00e4\u20ac\u4e2d", 0));
#ifndef STATIC
	void *frames[8];
	printf("backtrace %d\n", backtrace(frames, 8) > 0);
#endif
	return 0;
}
