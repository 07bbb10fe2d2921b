/* Segments that few programs have: writable and executable, aligned to more than a large page; and IFUNCs. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ALIGN (4 << 20)

__attribute__((section(".wx,\"awx\"#"))) unsigned char code[64] = { 0 };
__attribute__((aligned(ALIGN))) int far_aligned = 1;
__thread __attribute__((aligned(4096))) int local = 3;

static int one(void) { return 1; }
static int two(void) { return 2; }

static void *choose(void)
{
	__builtin_cpu_init();
	return __builtin_cpu_supports("sse2") ? (void *)two : (void *)one;
}

int chosen(void) __attribute__((ifunc("choose")));
static int chosen_here(void) __attribute__((ifunc("choose")));
static int (*by_pointer)(void) = chosen;

int main(void)
{
	static const unsigned char returns_42[] = { 0xb8, 42, 0, 0, 0, 0xc3 };	/* mov $42, %eax; ret */

	memcpy(code, returns_42, sizeof(returns_42));
	printf("%d ", ((int (*)(void))code)());
	code[1] = 7;
	printf("%d\n", ((int (*)(void))code)());
	printf("%d %d %d\n", (int)((uintptr_t)&far_aligned % ALIGN), (int)((uintptr_t)&local % 4096), local);
	printf("%d %d %d\n", chosen(), chosen_here(), by_pointer == chosen ? by_pointer() : 0);
	return 0;
}
