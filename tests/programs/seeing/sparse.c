// Ends by a signal with an area of 1 TB, of which it has used one page.
#include <stdlib.h>
#include <sys/mman.h>

int main(void)
{
	char *p = mmap(NULL, 1UL << 40, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return 1;
	p[1UL << 39] = 1;
	abort();
}
