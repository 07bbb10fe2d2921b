/* A module of which nothing is ever called, so that its file may be damaged in any way: the loader refuses it last of all,
 * for a pointer that is no interface's. It has what needs each kind of relocation. */
#include "kernel.h"
#include "module.h"

extern const char no_such_text[] __attribute__((weak));

const char *const plain_texts[] = { "one", "two", "three" };
const char *plain_variable = "four";
const void *const plain_kernel[] = { kprintf, &mem_total_pages, no_such_text };
char plain_room[3 * PAGE_SIZE];

int plain_number(void)
{
	kprintf("%s %s %d\n", plain_variable, plain_texts[1], plain_room[1]);
	return 2;
}
const struct implementation implementation_plain GATHERED(".implementations.plain") = { (void **)&plain_variable, plain_number };
