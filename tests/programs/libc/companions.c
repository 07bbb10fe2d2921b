// What glibc reads and opens at run time: zones, a locale, character sets, the
// unwinder. The image has it without being told.
#define _GNU_SOURCE
#include <execinfo.h>
#include <iconv.h>
#include <langinfo.h>
#include <locale.h>
#include <pthread.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

static void cleanup(void *arg) { puts(arg); }

static void *wait_for_ever(void *arg)
{
	pthread_cleanup_push(cleanup, "cleaned up");
	for (;;)
		sleep(1);
	pthread_cleanup_pop(0);
}

static void charset(const char *name, const char *text)
{
	char in[32], out[64], *i = in, *o = out;
	strcpy(in, text);
	size_t n = strlen(in), room = sizeof out;
	iconv_t c = iconv_open(name, "UTF-8");
	if (c == (iconv_t)-1) {
		printf("%s is not there\n", name);
		return;
	}
	size_t r = iconv(c, &i, &n, &o, &room);
	printf("%s %zd:", name, r);
	for (char *p = out; p < o; p++)
		printf(" %02x", *p & 255);
	puts("");
	iconv_close(c);
}

int main(void)
{
	time_t t = 1720000000;
	char text[64];
	strftime(text, sizeof text, "%F %T %Z", localtime(&t));
	puts(text);
	printf("%s\n", setlocale(LC_ALL, "C.UTF-8"));
	printf("%s %zu\n", nl_langinfo(CODESET), mbstowcs(NULL, "\u00e4\u20ac\u4e2d", 0));
	charset("ISO-8859-15", "\u20ac");
	charset("ASCII//TRANSLIT", "\u00e4\u20ac");
	charset("SHIFT_JIS", "\u4e2d");
	charset("GB18030", "\u4e2d");
	charset("EUC-KR", "\ud55c");
	charset("UTF-16LE", "a\u20ac");
	charset("CP1252", "\u20ac");
	charset("IBM037", "abc");	// in no list of common ones, but named here
	charset("NOT-A-SET", "abc");
	void *frames[8];
	printf("backtrace %d\n", backtrace(frames, 8) > 1);
	pthread_t thread;
	void *result;
	pthread_create(&thread, NULL, wait_for_ever, NULL);
	pthread_cancel(thread);
	pthread_join(thread, &result);
	printf("canceled %d\n", result == PTHREAD_CANCELED);
	printf("root is %s\n", getpwuid(0)->pw_name);
	return 0;
}
