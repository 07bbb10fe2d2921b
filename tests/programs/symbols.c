/* Symbols across modules: interposition, weak references, COPY relocations,
   function addresses that are equal everywhere, thread-locals of a library. */
#include <stdio.h>

extern int lib_counter;
extern const char lib_text[];
extern __thread int lib_tls;
int (*lib_get(void))(void);
int lib_calls_hook(void);
int lib_own(void);
int lib_tls_value(void);
void lib_absent(void) __attribute__((weak));

int hook(void) { return 1000; }

int main(void)
{
	printf("copy relocation %d", lib_counter);
	lib_counter += 5;
	printf(" %d %s\n", lib_own(), lib_text);
	printf("same function address %d\n", lib_get() == lib_own);
	printf("interposed %d\n", lib_calls_hook());
	printf("weak and absent %d\n", lib_absent == NULL);
	lib_tls += 3;
	printf("library's thread-local %d %d\n", lib_tls, lib_tls_value());
	return 0;
}
