/* The library that dlopen.c loads. */
#include <stdio.h>

extern int shared_value;
int plug_data = 99;
static __thread int local = 100;

static void __attribute__((constructor)) begin(void)
{
	puts("plug: constructor");
	fflush(stdout);
}

static void __attribute__((destructor)) end(void)
{
	puts("plug: destructor");
	fflush(stdout);
}

int plug_add(int n)
{
	static int sum;

	return sum += n + shared_value;
}

int plug_tls(int n)
{
	return local += n;
}
