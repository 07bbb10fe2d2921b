/* An indirect function, chosen when the library is loaded. */
#include <stdio.h>

static void __attribute__((constructor)) begin(void) { puts("libb: constructor"); }
static void __attribute__((destructor)) end(void) { puts("libb: destructor"); }

static int chosen(void) { return 42; }
static int (*resolve(void))(void) { return chosen; }
int libb_value(void) __attribute__((ifunc("resolve")));

void libb_hello(void)
{
	printf("libb: hello %d\n", libb_value());
}
