/* makecontext(): arguments are ints, but pointers are passed in practice, so whole words are taken. */
#include <stdarg.h>
#include <ucontext.h>
#include "../glue.h"

hidden void uk_context_end(void);

/* Offsets into gregs, in glibc's order (sys/ucontext.h). */
enum { R8, R9, R10, R11, R12, R13, R14, R15, RDI, RSI, RBP, RBX, RDX, RAX, RCX, RSP, RIP };

void makecontext(ucontext_t *uc, void (*fn)(void), int argc, ...)
{
	static const signed char registers[6] = { RDI, RSI, RDX, RCX, R8, R9 };
	long *gregs = (long *)uc->uc_mcontext.gregs;
	int on_stack = argc > 6 ? argc - 6 : 0;
	unsigned long *sp = (unsigned long *)((char *)uc->uc_stack.ss_sp + uc->uc_stack.ss_size);
	va_list ap;

	/* From the top: uc_link, further arguments, return address, where a call would leave the stack. */
	sp -= on_stack + 1;
	sp = (unsigned long *)((unsigned long)sp & -16) - 1;
	sp[0] = (unsigned long)uk_context_end;
	sp[on_stack + 1] = (unsigned long)uc->uc_link;
	gregs[RIP] = (long)fn;
	gregs[RBX] = (long)&sp[on_stack + 1];
	gregs[RSP] = (long)sp;
	gregs[RBP] = 0;
	va_start(ap, argc);
	for (int i = 0; i < argc; i++) {
		unsigned long word = va_arg(ap, unsigned long);

		if (i < 6)
			gregs[registers[i]] = word;
		else
			sp[i - 6 + 1] = word;
	}
	va_end(ap);
}
