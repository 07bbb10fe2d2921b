// Random file name patterns, extended ones among them, against random names.
#define _GNU_SOURCE
#include <fnmatch.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static unsigned long long state;
static unsigned long digest;

static unsigned rnd(unsigned n)
{
	state ^= state << 13, state ^= state >> 7, state ^= state << 17;
	return (state >> 11) % n;
}

static const char *parts[] = { "a", "b", "*", "?", "/", ".", "a", "*", "[ab]", "[!a]", "@(", "+(", "!(", "?(", "*(", ")", ")", ")", "|", "|",
	"[a-c]", "[^b]", "\\", "\\*", "A", "[[:alpha:]]", "[[=a=]]", "[[.b.]]", "[", "]", "[]a]", "[a-", "(", "-", "[[:foo:]]", "é", "[é]", "c",
	"[B-Z]", "\xff", "[.a]", "[/]", "[\\]]", "[[.a.]-c]" };
static const char *pieces[] = { "a", "b", "a", "b", "a", "b", "/", ".", "A", "c", "é", "B", "-", "]", "*", "\\", "\xff", "(", ")", "|" };

#define COUNT(x) (sizeof x / sizeof *x)

static void one(void)
{
	char pattern[200] = "", name[60];

	for (int n = 1 + rnd(8); n--;)
		strcat(pattern, parts[rnd(rnd(4) ? 20 : COUNT(parts))]);
	for (int i = 0; i < 4; i++) {
		name[0] = 0;
		for (int n = rnd(6); n--;)
			strcat(name, pieces[rnd(rnd(3) ? 8 : COUNT(pieces))]);
		int flags = rnd(4) ? FNM_EXTMATCH | rnd(32) : rnd(64);

		digest = (digest ^ (fnmatch(pattern, name, flags) + 2)) * 0x9e3779b97f4a7c15ul;
		digest ^= digest >> 31;
	}
}

int main(void)
{
	static const char *locales[] = { "C", "C.UTF-8" };

	for (int l = 0; l < 2; l++) {
		setlocale(LC_ALL, locales[l]);
		printf("%d %d %d %d\n", fnmatch("+(a|b)", "ab", FNM_EXTMATCH), fnmatch("!(*.c)", "x.h", FNM_EXTMATCH),
			fnmatch("A*", "abc/d", FNM_CASEFOLD | FNM_LEADING_DIR | FNM_PATHNAME), fnmatch("?", "é", 0));
		state = 88172645463325252ull + l;
		for (int i = 0; i < 20000; i++) {
			one();
			if (i % 1000 == 999)
				printf("%016lx%c", digest, i % 4000 == 3999 ? '\n' : ' ');
		}
	}
	return 0;
}
