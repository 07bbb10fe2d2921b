/* on_exit(): as atexit(), with the exit status and an argument. */
#include <stdlib.h>
#include "../glue.h"

int __cxa_atexit(void (*)(void *), void *, void *);

struct call {
	void (*fn)(int, void *);
	void *arg;
};

static void run(void *p)
{
	struct call c = *(struct call *)p;

	free(p);
	c.fn(uk_exit_status, c.arg);
}

int on_exit(void (*fn)(int, void *), void *arg)
{
	struct call *c = malloc(sizeof *c);

	if (!c)
		return -1;
	*c = (struct call){ fn, arg };
	return __cxa_atexit(run, c, 0);
}
