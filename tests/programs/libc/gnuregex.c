/* GNU's functions of <regex.h>: syntaxes, places to begin, directions, registers, two texts. */
#define _GNU_SOURCE
#include <locale.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *re_comp(const char *);	/* the header has them for libc alone */
int re_exec(const char *);

static const reg_syntax_t syntaxes[] = {
	RE_SYNTAX_EMACS, RE_SYNTAX_AWK, RE_SYNTAX_GNU_AWK, RE_SYNTAX_POSIX_AWK, RE_SYNTAX_GREP, RE_SYNTAX_EGREP,
	RE_SYNTAX_POSIX_BASIC, RE_SYNTAX_POSIX_MINIMAL_BASIC, RE_SYNTAX_POSIX_EXTENDED, RE_SYNTAX_POSIX_MINIMAL_EXTENDED,
	RE_SYNTAX_GREP | RE_HAT_LISTS_NOT_NEWLINE, RE_SYNTAX_EGREP | RE_ICASE, RE_SYNTAX_POSIX_EXTENDED | RE_NO_SUB,
	RE_SYNTAX_EMACS | RE_CHAR_CLASSES | RE_INTERVALS,
};

static const char *const patterns[] = {
	"abc", "a*b", "a+b?", "a\\+b\\?", "\\(a\\|b\\)*c", "(a|b)*c", "(a*)(b*)", "\\(a*\\)\\(b*\\)", "(a)(b)?\\2", "\\(.\\)\\1", "(.)\\1",
	"^ab", "ab$", "a^b", "a$b", "[^a]b", "[a\\]b]", "[[:alpha:]]+", "[[:alpha:]]*", "a{2}", "a{1,2}b", "a\\{1,2\\}b", "a{,2}", "a{", "a\\{2", "*a", "+a",
	"(*a)", "\\(*a\\)", "a|*b", "()", "\\(\\)", "a)", "a\\)", "(a", "\\(a", "[a", "a\\", "\\w+", "\\w*\\W", "\\bab", "a\\B.", "\\<a", "b\\>", "\\`a", "b\\'",
	"\\s", "\\S\\+", "a.b", ".*", "x", "", "a\nb", "a|b\nc", "(^|x)a", "b($|y)", "[]a]", "[^]a]", "[a-c]", "[c-a]", "[[.a.]]", "[[=a=]]", "(a|ab)(c|bcd)",
	"\\3", "a\\{1", "a{1,2}{2}", "((a)|b)*", "([ab])(c)?d*",
};

static const char *const subjects[] = { "", "a", "ab", "abcabc", "aab abb", "xabx\nab\n", "bcd]a*", "aAbB", "a{2}+", "cabbc\\)(" };

static void show(const struct re_pattern_buffer *p, int r, const struct re_registers *regs)
{
	printf("%d", r);
	if (r < 0 || p->no_sub)
		return;
	for (unsigned i = 0; i < regs->num_regs; i++)
		if (i <= p->re_nsub || regs->start[i] != -1)
			printf(" %d-%d", regs->start[i], regs->end[i]);
}

static void one(reg_syntax_t syntax, const char *pattern)
{
	struct re_pattern_buffer p = { 0 };
	struct re_registers regs = { 0 };
	char fastmap[256];
	const char *err;

	re_set_syntax(syntax);
	if (strlen(pattern) % 3 == 0)
		p.fastmap = fastmap;
	err = re_compile_pattern(pattern, strlen(pattern), &p);
	printf("%lx \"%s\": %s %zu", (unsigned long)syntax, pattern, err ? err : "good", err ? 0 : p.re_nsub);
	for (unsigned i = 0; !err && i < sizeof subjects / sizeof *subjects; i++) {
		const char *s = subjects[i];
		int n = strlen(s);

		fputs(" | ", stdout);
		show(&p, re_search(&p, s, n, 0, n, &regs), &regs);
		if (n > 2) {
			fputs(" back ", stdout);
			show(&p, re_search(&p, s, n, n, -n, &regs), &regs);
			printf(" at %d", re_match(&p, s, n, n / 2, &regs));
		}
		p.not_bol = i & 1;
		p.not_eol = i >> 1 & 1;
	}
	putchar('\n');
	p.fastmap = NULL;
	regfree(&p);
	free(regs.start);
	free(regs.end);
}

static void registers(void)
{
	struct re_pattern_buffer p = { 0 };
	struct re_registers regs;
	int start[9], end[9];

	re_set_syntax(RE_SYNTAX_POSIX_EXTENDED);
	re_compile_pattern("(a)(b)(c)?", 10, &p);
	re_set_registers(&p, &regs, 0, NULL, NULL);
	printf("kind %u", p.regs_allocated);
	printf(" %d", re_search(&p, "xxabx", 5, 0, 5, &regs));
	printf(" kind %u, %u of them\n", p.regs_allocated, (unsigned)regs.num_regs);
	for (unsigned i = 0; i < regs.num_regs; i++)
		printf(" %d-%d", regs.start[i], regs.end[i]);
	free(regs.start);
	free(regs.end);
	for (unsigned n = 0; n < 9; n += 2) {	/* fixed ones, as those have who set the kind by hand */
		memset(start, 'x', sizeof start);
		memset(end, 'x', sizeof end);
		regs = (struct re_registers){ n, start, end };
		p.regs_allocated = REGS_FIXED;
		printf("\nfixed %u: %d, kind %u:", n, re_match(&p, "abc", 3, 0, &regs), p.regs_allocated);
		for (unsigned i = 0; i < n; i++)
			printf(" %d-%d", start[i], end[i]);
	}
	printf("\nout of range: %d %d %d\n", re_search(&p, "ab", 2, 3, 0, NULL), re_search(&p, "ab", 2, -1, 0, NULL), re_search(&p, "xab", 3, 0, 99, NULL));
	regfree(&p);
}

static void two(void)
{
	struct re_pattern_buffer p = { 0 };
	struct re_registers regs = { 0 };

	re_set_syntax(RE_SYNTAX_EGREP);
	re_compile_pattern("b+(c|$)", 7, &p);
	for (int stop = 0; stop <= 6; stop++) {
		printf("stop %d: ", stop);
		show(&p, re_search_2(&p, "aab", 3, "bcb", 3, 0, 6, &regs, stop), &regs);
		printf(" %d", re_match_2(&p, "aab", 3, "bcb", 3, 2, &regs, stop));
		printf(" %d\n", re_match_2(&p, "", 0, "bcb", 3, 0, &regs, stop < 3 ? stop : 3));
	}
	printf("%d\n", re_search_2(&p, "a", -1, "b", 1, 0, 1, NULL, 1));
	free(regs.start);
	free(regs.end);
	regfree(&p);
}

static void others(void)
{
	struct re_pattern_buffer p = { 0 };
	unsigned char upper[256];
	char fastmap[256];
	const char *none;
	int n = 0;

	for (int i = 0; i < 256; i++)
		upper[i] = i >= 'a' && i <= 'z' ? i - 32 : i;
	re_set_syntax(RE_SYNTAX_POSIX_BASIC);
	printf("old %d\n", re_set_syntax(RE_SYNTAX_EGREP) == RE_SYNTAX_POSIX_BASIC);
	p.translate = upper;
	p.buffer = malloc(1000);	/* as was usual once */
	p.allocated = 1000;
	re_compile_pattern("aB[c]", 5, &p);
	printf("translated: %d\n", re_search(&p, "xAbC", 4, 0, 4, NULL));
	p.fastmap = fastmap;
	memset(fastmap, 9, sizeof fastmap);
	re_compile_fastmap(&p);
	for (int i = 0; i < 128; i++)
		n += fastmap[i] != 0;
	printf("map: %d, %d %d, %u\n", n, fastmap['a'], fastmap['b'], p.fastmap_accurate);
	p.translate = NULL;
	p.fastmap = NULL;
	regfree(&p);

	re_syntax_options = RE_SYNTAX_POSIX_EXTENDED;	/* the program's own variable, if it is linked so */
	none = re_comp(NULL);
	printf("%s, %d", none ? none : "something", re_comp("a(b|c)+") != NULL);
	printf(" %d %d", re_exec("xacb"), re_exec("ab c") + re_exec("b"));
	printf(" %s", re_comp("a("));
	printf(" %d\n", re_comp("c*") != NULL);
}

int main(void)
{
	for (int utf8 = 0; utf8 < 2; utf8++) {
		setlocale(LC_ALL, utf8 ? "C.UTF-8" : "C");
		for (unsigned i = 0; i < sizeof syntaxes / sizeof *syntaxes; i++)
			for (unsigned k = 0; k < sizeof patterns / sizeof *patterns; k++)
				one(syntaxes[i], patterns[k]);
	}
	registers();
	two();
	others();
	return 0;
}
