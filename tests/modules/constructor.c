/* Constructors run in the order of their priorities, before the start functions; destructors the other way round. Linked
 * with a start function that fails, both. */
#include "kernel.h"
#include "module.h"

static int made;

static void __attribute__((constructor)) plain(void)
{
	kprintf("constructor: plain after %d\n", made++);
}

static void __attribute__((constructor(200))) later(void)
{
	kprintf("constructor: 200 after %d\n", made++);
}

static void __attribute__((constructor(150))) sooner(void)
{
	kprintf("constructor: 150 after %d\n", made++);
}

static void __attribute__((destructor(150))) last(void)
{
	kprintf("destructor: 150\n");
}

static void __attribute__((destructor)) first(void)
{
	kprintf("destructor: plain\n");
}

static int constructor_start(void)
{
	kprintf("constructor: started after %d\n", made);
	return 0;
}

static void constructor_stop(void)
{
	kprintf("constructor: stopped\n");
}
MODULE_INIT(constructor_start, constructor_stop);
