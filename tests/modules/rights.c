/* What may be done with a module's code, constants and variables. */
#include "kernel.h"
#include "module.h"

static int variable = 1;
static const char constant[] = "constant";

static void tell(const char *what, const void *p)
{
	int level;
	u64 e = *pte_find((u64)p, false, &level);

	kprintf("%s: %c%c%c\n", what, e & PTE_U ? 'r' : '-', e & PTE_W ? 'w' : '-', e & PTE_NX ? '-' : 'x');
}

static int rights_start(void)
{
	tell("code", (void *)rights_start);
	tell("constant", constant);
	tell("variable", &variable);
	variable++;
	return 0;
}
MODULE_INIT(rights_start, NULL);
