/* Needs libb, so libb's constructor runs first and its destructor last. */
#include <stdio.h>

void libb_hello(void);

static void __attribute__((constructor)) begin(void) { puts("liba: constructor"); }
static void __attribute__((destructor)) end(void) { puts("liba: destructor"); }

void liba_hello(void)
{
	libb_hello();
	puts("liba: hello");
}
