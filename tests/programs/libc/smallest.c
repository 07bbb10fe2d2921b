/* strtod() and its kin about the smallest numbers: value, sign and ERANGE in all rounding modes. */
#include <errno.h>
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static const char *const texts[] = {
	"0x1.fffffffffffffcp-1023", "0x1.fffffffffffffep-1023", "0x1.ffffffffffffffp-1023", "0x1.00000000000000001p-16383",
	"0x1bp-149", "0x1fedp-1083", "0x1ffffffe0000000000000001p-219", "0x1fffffffffffff1p-1079", "0x1ffffffffffffffefp-16447",
	"0x1ffffffffffffffffbfp-16455", "0x1fffffffffffffffp-16443", "0x1fffffffffffffp-1075", "0x1p-1077", "0x1p-143", "0x1p-152", "0x1p-16446",
	"0x23p-149", "0x291dp-16455", "0x3fffffdp-152", "0x3ffffffffffffbfffffffffffffffffp-1144", "0x3fffffffffffffffbp-16448",
	"0x3fffffffffffffffp-16444", "0x5p-151", "0x5p-16447", "0x7785p-1083", "0x7ffffbc0001p-169", "0x7ffffe4000000001p-189", "0x7fffffd7fffp-169",
	"0x7ffffffffffff9p-1077", "0x7ffffffffffffffec0001p-16465", "0x7ffffffffffffffeffffffffffp-16485", "0x7fffffffffffffff0000000001p-16485",
	"0x7fffffffffffffffbfffffffffp-16485", "0x7fffffffffffffffc0001p-16465", "0x7fffffffffffffffdffffp-16465", "0x7fffffffffffffffp-16445",
	"0x7fffffffffffffp-1077", "0x7p-152", "0x8000000000000001p-189", "0x9p-1073", "0xb0e3p-16455", "0xbp-1077", "0xc2f7p-16455", "0xffffffdp-154",
	"0xffffffffffffeffffffffffp-1114", "0xfffffffffffff9p-1078", "0xffffffffffffff0001p-1094", "0xffffffffffffffffp-16446", "0xfp-147",
	"1050973848243612803192797187467437098460e-84", "11754941055950562e-54", "11754942807573642917e-57", "11754943157898258e-54",
	"11754943508222875e-54", "1679823195860238250200333895751952666041e-361", "22250738585072004571e-327",
	"2225073858507200641991763955462587799366e-347", "2225073858507201290452924121649326943891e-347", "29525247198837149e-338",
	"34090529563046011548e-341", "374665283916631300699330785657e-4979", "42038953929744512e-61", "49406564584124654e-340",
};

static void one(const char *s)
{
	wchar_t ws[100];

	swprintf(ws, 100, L"%s", s);
	errno = 0;
	printf(" %a", strtod(s, NULL));
	printf(" %d", errno);
	errno = 0;
	printf(" %a", strtof(s, NULL));
	printf(" %d", errno);
	errno = 0;
	printf(" %La", strtold(s, NULL));
	printf(" %d", errno);
	errno = 0;
	printf(" %a", wcstod(ws, NULL));
	printf(" %d\n", errno);
}

int main(void)
{
	static const int modes[] = { FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO };

	for (int m = 0; m < 4; m++)
		for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
			char minus[100];

			snprintf(minus, sizeof minus, "-%s", texts[i]);
			printf("%d %s\n", m, texts[i]);
			fesetround(modes[m]);
			one(texts[i]);
			one(minus);
			fesetround(FE_TONEAREST);
		}
	return 0;
}
