/* strfmon(): forms of all kinds, in room of all sizes. */
#define _GNU_SOURCE
#include <errno.h>
#include <locale.h>
#include <monetary.h>
#include <stdio.h>
#include <string.h>

ssize_t __strfmon_l(char *, size_t, locale_t, const char *, ...);

static unsigned long seed = 1;
static unsigned below(unsigned n) { seed = seed * 6364136223846793005UL + 1442695040888963407UL; return (seed >> 33) % n; }

static void money(const char *form, double v, double w, size_t room)
{
	char b[100];
	ssize_t r;

	memset(b, '#', sizeof(b)), errno = 0;
	r = strfmon(b, room, form, v, w, v, w);
	printf("%s %g %zu: %zd %d %s\n", form, v, room, r, r < 0 ? errno : 0, r < 0 ? "" : b);
}

int main(void)
{
	static const char *const forms[] = { "%n", "%i", "%^n", "%(n", "%+n", "%!n", "%-20n|", "%20n|", "%=*20n", "%=*#8n", "%#5n", "%#0n", "%.3n", "%.0n", "%^#7.1i", "%=0#6n", "%(#5n", "%+#5n", "%%", "%", "%x",
		"%n%i", "%-n", "%(+n", "%=", "%#n", "%.n", "%5", "%(!#6.2n", "a%nb", "%030n", "%=x=y#9n" };
	static const double values[] = { 0, 1, -1, 1234.567, -1234.567, 1e15, -0.004, 0.005, 123456789.995, -1e-9, 99999.999 };
	static const char letters[] = "=*^+(!-0123456789#.in %";
	char form[20], b[50];

	for (int i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		for (int v = 0; v < 11; v++)
			money(forms[i], values[v], values[(v + 1) % 11], 100);
	for (int i = 0; i < 2000; i++) {
		int n = 0;

		form[n++] = '%';
		for (int left = below(8); left; left--)
			form[n++] = letters[below(sizeof(letters) - 1)];
		form[n++] = "ni%"[below(3)], form[n] = 0;
		money(form, values[below(11)], 2, below(4) ? 100 : 1 + below(20));
	}
	printf("%zd %s\n", strfmon(b, 50, "%Ln", -2.5L), b);
	printf("%zd %s\n", strfmon_l(b, 50, newlocale(LC_ALL_MASK, "C.UTF-8", NULL), "%#6n %i", -2.5, 1e6), b);
	printf("%zd %s\n", __strfmon_l(b, 50, newlocale(LC_ALL_MASK, "C", NULL), "%(n", -2.5), b);
	return 0;
}
