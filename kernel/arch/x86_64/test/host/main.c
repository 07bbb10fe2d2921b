/* A processor is a line: XCR0, leaf 1's and leaf 0x80000001's EDX, then number, size and offset of each state
 * component. Answered by the components that the kernel keeps, the size of a save area, and the first
 * feature that the kernel lacks. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "cpuid.h"
#include "x86.h"

uint64_t vector_components_of(uint64_t xcr0);
uint32_t vector_size_of(uint64_t components);

static unsigned component[64][2];

void cpuid(unsigned leaf, unsigned sub, unsigned r[4])
{
	memset(r, 0, 16);
	if (leaf == CPUID_XSTATE && sub >= 2 && sub < 64)
		memcpy(r, component[sub], sizeof(component[sub]));
}

static const char *lacks(unsigned edx, unsigned extended)
{
#define MISSING_1(n, name) if (!(edx >> n & 1)) return name;
#define MISSING_EXTENDED(n, name) if (!(extended >> n & 1)) return name;
	LEAST_CPU_1(MISSING_1)
	LEAST_CPU_EXTENDED(MISSING_EXTENDED)
	return "nothing";
}

/* arch/x86_64/least_cpu.h puts both in one word. */
_Static_assert(!(LEAST_CPU_1_MASK & LEAST_CPU_EXTENDED_MASK), "a bit is needed in both leaves");

int main(void)
{
	char line[1000];

	while (fgets(line, sizeof(line), stdin)) {
		unsigned long long xcr0;
		unsigned edx, extended, n, size, offset;
		int at, used;
		if (sscanf(line, "%llx %x %x%n", &xcr0, &edx, &extended, &at) != 3)
			return 1;
		memset(component, 0, sizeof(component));
		for (; sscanf(line + at, "%u:%u@%u%n", &n, &size, &offset, &used) == 3; at += used) {
			component[n][0] = size;
			component[n][1] = offset;
		}
		uint64_t keep = vector_components_of(xcr0);
		printf("%llx %u %s\n", (unsigned long long)keep, vector_size_of(keep), lacks(edx, extended));
	}
	return 0;
}
