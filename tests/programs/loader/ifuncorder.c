/*
 * An IFUNC's resolver reads its library's variables, so that library is relocated before whoever is bound to the symbol,
 * wherever the search order has it: libchooser.so is second here, and the library that calls into it comes last. With
 * -DTOP, -DUSER and -DCHOOSER it is those libraries.
 */
#include <stdio.h>

int top(void), user(void), chosen(void);

#if defined(CHOOSER)
int choice = 2;	/* other libraries may define it, so it is found through the global offset table */
static int one(void) { return 1; }
static int two(void) { return 2; }
static int (*resolve(void))(void) { return choice == 2 ? two : one; }
int chosen(void) __attribute__((ifunc("resolve")));
#elif defined(USER)
static int (*volatile pointer)(void) = chosen;
int user(void) { return chosen() * 10 + pointer(); }
#elif defined(TOP)
int top(void) { return user() * 10; }
#elif defined(LATE)
#include <dlfcn.h>
int main(void)
{
	void *h = dlopen("libopened.so", RTLD_NOW);
	int (*f)(void) = h ? (int (*)(void))dlsym(h, "top") : NULL;

	printf("opened: %d\n", f ? f() : -1);
	return !f;
}
#else
int main(void)
{
	printf("top %d, chosen %d\n", top(), chosen());
	return 0;
}
#endif
