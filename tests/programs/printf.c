/* Conversions of printf, those with surprises first. */
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

int main(void)
{
	int n = 0;
	char small[8];

	printf("[%d] [%5d] [%-5d] [%05d] [%+d] [% d] [%.3d] [%8.3d] [%.0d]\n", 42, 42, 42, 42, 42, 42, 42, 42, 0);
	printf("[%x] [%X] [%#x] [%#o] [%o] [%u] [%#010x]\n", 255, 255, 255, 8, 8, -1, 255);
	printf("[%hhd] [%hd] [%ld] [%lld] [%jd] [%zd] [%td]\n", (char)300, (short)70000, LONG_MIN, LLONG_MAX, INTMAX_MIN, (size_t)-1, (ptrdiff_t)-5);
	printf("[%s] [%10s] [%-10s] [%.2s] [%10.2s] [%c] [%5c] [%-5c] [%%]\n", "text", "text", "text", "text", "text", 'c', 'c', 'c');
	printf("[%f] [%.0f] [%#.0f] [%.10f] [%10.2f] [%-10.2f] [%+.1f] [%010.3f]\n", 3.14159, 2.5, 2.5, 1.0 / 3, -1.005, 1.005, 0.05, -3.14159);
	printf("[%e] [%.0e] [%E] [%g] [%g] [%g] [%#g] [%G]\n", 12345.678, 15.0, 1e-300, 100000.0, 1000000.0, 1e-5, 1.0, 1e-10);
	printf("[%a] [%A] [%.2a] [%a]\n", 1.0, 255.5, 1.999, 0.1);
	printf("[%f] [%F] [%5f] [%-5f] [%e] [%g]\n", INFINITY, -INFINITY, NAN, NAN, INFINITY, -NAN);
	printf("[%.17g] [%.17g] [%.40f]\n", 0.1, DBL_MAX, 0.1);
	printf("[%g] [%g] [%g]\n", DBL_MIN, DBL_TRUE_MIN, -0.0);
	printf("[%.500f]\n", DBL_MIN);
	printf("[%Lf] [%.20Lg]\n", 1.5L, 1.0L / 3);	/* not %La: see kernel/glue/README.md, known differences */
	printf("[%*d] [%-*d] [%.*f]\n", 6, 42, 6, 42, 2, 2.71828);
	printf("[%2$s %1$s]\n", "world", "hello");
	printf("[%p]\n", (void *)0x1234);
	printf("counted%n", &n);
	printf(" %d\n", n);
	printf("%d\n", snprintf(small, sizeof small, "%s", "much too long"));
	printf("%s\n", small);
	errno = ENOENT;
	printf("[%m]\n");
	printf("[%ls] [%lc]\n", L"wide", L'w');
	printf("%" PRId64 " %" PRIx32 " %" PRIuPTR "\n", INT64_MIN, UINT32_MAX, UINTPTR_MAX);
	printf("%d %d %d %d %d %d %d %d %d %d\n", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
	printf("%f %d %f %d %f %d %f %f %f %f %f %f\n", 1., 1, 2., 2, 3., 3, 4., 5., 6., 7., 8., 9.);
	for (int e = -30; e <= 30; e += 5)
		printf("%g ", pow(10, e) / 7);
	puts("");
	return 0;
}
