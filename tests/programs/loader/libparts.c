/* One library of many for linking.c: PART says which. */
#include <stdio.h>

#if defined FILTEE			/* what the others filter */
const char *filtered(void) { return "the filtee's"; }
const char *assisted(void) { return "the auxiliary's"; }
#elif defined FILTER
const char *filtered(void) { return "the filter's own"; }
const char *beside_filter(void) { return "the filter's own"; }
#elif defined AUXILIARY
const char *assisted(void) { return "the library's own"; }
const char *beside_auxiliary(void) { return "the library's own"; }
#elif defined ALONE			/* an auxiliary that is not there */
const char *alone(void) { return "the library's own"; }
#elif defined TEXTREL			/* linked with -z notext */
__asm__(
"	.text\n"
"	.globl address_in_text\n"
"	.type address_in_text, @function\n"
"address_in_text:\n"
"	mov 1f(%rip), %rax\n"
"	ret\n"
"1:	.quad in_data\n"
"	.data\n"
"	.globl in_data\n"
"	.type in_data, @object\n"
"	.size in_data, 8\n"
"in_data: .quad 42\n"
"	.text\n");
#else					/* tells when it starts and ends */
__attribute__((constructor)) static void begin(void) { puts("begin " NAME); }
__attribute__((destructor)) static void end(void) { puts("end " NAME); }
int FUNCTION(void) { return 0; }
#endif
