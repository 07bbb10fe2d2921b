/* ucontext switching, on_exit, checked functions that pass, numbers without digits. */
#define _GNU_SOURCE
#include <errno.h>
#include <fenv.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <ucontext.h>
#include <unistd.h>
#include <wchar.h>

static ucontext_t home, task[2];
static char stacks[2][65536];

static void work(int id, int b, int c, int d, int e, int f, int g, int h)
{
	double x = 1.0 / (id + 2);

	printf("task %d: %d %d %d\n", id, f, g, h);
	for (int i = 0; i < 3; i++) {
		x *= 1.5;
		printf("task %d round %d %.4f %d\n", id, i, x, fegetround() == FE_UPWARD);
		swapcontext(&task[id], id ? &home : &task[1]);
	}
	printf("task %d ends\n", id);
}

static void bye(int status, void *arg)
{
	printf("bye %d %s\n", status, (char *)arg);
}

static void number(const char *s, int base)
{
	char *end;
	long l;
	double d;

	errno = 0;
	l = strtol(s, &end, base);
	printf("%s: %ld %td %d", s, l, end - s, errno);
	errno = 0;
	printf(" %lu %d", strtoul(s, &end, base), errno);
	errno = 0;
	d = strtod(s, &end);
	printf(" %g %td %d\n", d, end - s, errno);
}

int main(int argc, char **argv)
{
	for (int i = 0; i < 2; i++) {
		getcontext(&task[i]);
		task[i].uc_stack.ss_sp = stacks[i];
		task[i].uc_stack.ss_size = sizeof stacks[i];
		task[i].uc_link = i ? &home : &task[1];
		makecontext(&task[i], (void (*)(void))work, 8, i, 2, 3, 4, 5, 6, 7, 8);
	}
	fesetround(FE_UPWARD);
	fesetround(FE_TONEAREST);
	for (int i = 0; i < 4; i++) {
		printf("home %d\n", i);
		swapcontext(&home, &task[0]);
	}
	puts("home again");

	char b[64];
	struct pollfd p = { 1, POLLOUT };
	wchar_t w[16];
	sprintf(b, "%s-%d", "abc", argc);
	strcat(b, "!");
	strncat(b, "wxyz", argc + 1);
	puts(b);
	memcpy(b, "0123456789", argc + 8);
	memmove(b + 1, b, argc + 4);
	memset(b + 8, 'z', argc);
	b[9] = 0;
	puts(b);
	printf("%d %s\n", snprintf(b, argc + 4, "%s", "truncated"), b);
	swprintf(w, argc + 9, L"%d", 12345);
	printf("%ls %d\n", w, poll(&p, argc, 0));
	bzero(b, argc);
	printf("%zu\n", strlen(b));

	static const char *const numbers[] = { "", "x", "-", "0x", "0xg", " 12z", "99999999999999999999", "-99999999999999999999", "z", "1e", "inf", "nanx", ".", "+.5" };
	for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++)
		number(numbers[i], i % 2 ? 0 : 10);
	on_exit(bye, "first");
	on_exit(bye, "second");
	exit(3);
}
