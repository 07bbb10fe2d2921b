/* A program without libraries that has one kind of relocation or table beyond the usual: the dynamic linker of its
 * kernel holds that part and no other (symbols/loader.go). */
#include <dlfcn.h>
#include <stdio.h>

static int one = 1, two = 2;
static int *pointers[] = { &one, &two, &one, &two };
int shared(void) { return 40; }
static int (*volatile functions[])(void) = { shared };

#ifdef IFUNC
static int chosen(void) { return 7; }
static int (*resolve(void))(void) { return chosen; }
int picked(void) __attribute__((ifunc("resolve")));
#else
int picked(void) { return 7; }
#endif

#ifdef TLS
static __thread int local = 5;
__thread int zeroed[10];
extern __thread int nobody __attribute__((weak));
#else
static int local = 5, zeroed[10];
#endif

#ifdef TEXT
__asm__(".text\n.balign 8\nin_text: .quad one\n");
extern int *const in_text;
#else
static int *const in_text = &one;
#endif

int main(void)
{
	zeroed[3] = local++;
	printf("%d %d %d %d\n", *pointers[0] + *pointers[3], functions[0](), picked(), *in_text);
	printf("%d %d\n", local, zeroed[3]);
#ifdef TLS
	printf("%d\n", &zeroed[9] - zeroed == 9);
#endif
#ifdef DLOPEN
	printf("%d\n", dlopen(NULL, RTLD_NOW) != NULL);
#endif
	return 0;
}
