/* Constructors and destructors of program and libraries, and atexit functions. */
#include <stdio.h>
#include <stdlib.h>

void liba_hello(void);

static void __attribute__((constructor(101))) first(void) { puts("main: constructor 101"); }
static void __attribute__((constructor(102))) second(void) { puts("main: constructor 102"); }
static void __attribute__((constructor)) third(void) { puts("main: constructor"); }
static void __attribute__((destructor)) bye(void) { puts("main: destructor"); }
static void exit1(void) { puts("atexit 1"); }
static void exit3(void) { puts("atexit 3, registered while exiting"); }
static void exit2(void)
{
	puts("atexit 2");
	atexit(exit3);
}

int main(void)
{
	atexit(exit1);
	atexit(exit2);
	liba_hello();
	return 0;
}
