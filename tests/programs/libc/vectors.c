/* Names that few programs use: <gshadow.h>, <envz.h>, argz_replace(), variables of gettext(). */
#define _GNU_SOURCE
#include <argz.h>
#include <envz.h>
#include <errno.h>
#include <gshadow.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern const char _libc_intl_domainname[];
extern int _nl_msg_cat_cntr;

static void show_vector(const char *what, int r, const char *z, size_t n)
{
	printf("%s: %d %zu", what, r, n);
	for (const char *s = z; s < z + n; s += strlen(s) + 1)
		printf(" [%s]", s);
	putchar('\n');
}

static void show_group(const char *what, int r, const struct sgrp *g)
{
	printf("%s: %d", what, r);
	if (!g) {
		puts(" none");
		return;
	}
	printf(" %s %s", g->sg_namp, g->sg_passwd ? g->sg_passwd : "no password");
	printf("%s%s", g->sg_adm ? "" : " no adm", g->sg_mem ? "" : " no mem");
	for (char **s = g->sg_adm; s && *s; s++)
		printf(" adm[%s]", *s);
	for (char **s = g->sg_mem; s && *s; s++)
		printf(" mem[%s]", *s);
	putchar('\n');
}

static const char *const lines[] = {
	"one:!:a,b:c,d", "two:*::", "three", "four:x", "five:x:a", "six::,a,, b :c,", "", ":p:a:b", "+nis", "-nis:", "long:p:a1,a2,a3,a4,a5,a6:m",
	"more:p:a:b:c", "# no comment here:x::", "tail:p:a:m\nnext",
};

static void groups(void)
{
	static char big[5000];
	struct sgrp g, *r;
	char buf[200], name[] = "/tmp/gshadow.XXXXXX";
	int n;

	for (unsigned i = 0; i < sizeof lines / sizeof *lines; i++) {
		show_group(lines[i], 0, sgetsgent(lines[i]));
		for (size_t room = 8; room <= 120; room += 28) {
			r = NULL;
			errno = 0;
			n = sgetsgent_r(lines[i], &g, buf, room, &r);
			show_group("  with room", n, r);
		}
	}
	close(mkstemp(name));
	FILE *f = fopen(name, "w+");
	memset(big, 'b', sizeof big - 1);
	fprintf(f, "# comment\n\n  \nfirst:!:adm:m1,m2\n   \t blank:x::\nnocolon\nlong:%s:a:b\nlast:p::z", big);
	rewind(f);
	while ((r = fgetsgent(f)))
		show_group("file", strlen(r->sg_passwd) > 20 ? (int)strlen(r->sg_passwd) : 0, strlen(r->sg_passwd) > 20 ? NULL : r);
	printf("end: %d\n", errno);
	rewind(f);
	for (int i = 0; i < 7; i++) {
		r = NULL;
		n = fgetsgent_r(f, &g, buf, i == 1 ? 16 : sizeof buf, &r);
		show_group("file with room", n, r);
	}
	fclose(f);
	f = fopen(name, "w+");
	char *adm[] = { "a", "b", NULL }, *mem[] = { "m", NULL }, *bad[] = { "x,y", NULL };
	const struct sgrp put[] = { { "g", "p", adm, mem }, { "n", NULL, NULL, NULL }, { "c:", "p", adm, mem }, { NULL, "p", adm, mem }, { "g", "p\n", adm, mem }, { "g", "p", adm, bad } };
	for (unsigned i = 0; i < sizeof put / sizeof *put; i++) {
		errno = 0;
		n = putsgent(&put[i], f);
		printf("put %d %d\n", n, errno);
	}
	rewind(f);
	n = fread(buf, 1, sizeof buf - 1, f);
	buf[n] = 0;
	printf("%s", buf);
	fclose(f);
	unlink(name);
	/* The machine's own file is its own matter. */
	setsgent();
	printf("%d", getsgnam("no such group, never") == NULL);
	r = &g;
	n = getsgnam_r("no such group, never", &g, buf, sizeof buf, &r);
	printf(" %d\n", r == NULL);
	getsgent_r(&g, buf, sizeof buf, &r);
	getsgent();
	endsgent();
}

static void vectors(void)
{
	char *z = NULL, *more = NULL;
	size_t n = 0, m = 0;
	unsigned count = 5;
	const char *const names[] = { "A", "B", "LONGER", "LONG", "", "NONE", "A=x" };
	int r;

	r = envz_add(&z, &n, "A", "1");
	show_vector("add", r, z, n);
	r = envz_add(&z, &n, "LONGER", "two words");
	r += envz_add(&z, &n, "B", NULL);
	r += envz_add(&z, &n, "EMPTY", "");
	r += envz_add(&z, &n, "A", "again");
	show_vector("add", r, z, n);
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		char *e = envz_entry(z, n, names[i]), *v = envz_get(z, n, names[i]);
		printf("%s: %s, %s\n", names[i], e ? e : "none", v ? v : "none");
	}
	argz_create_sep("A=new,C=3,B,EMPTY=full,D", ',', &more, &m);
	r = envz_merge(&z, &n, more, m, 0);
	show_vector("merged", r, z, n);
	r = envz_merge(&z, &n, more, m, 1);
	show_vector("overridden", r, z, n);
	envz_strip(&z, &n);
	show_vector("stripped", 0, z, n);
	envz_remove(&z, &n, "C");
	envz_remove(&z, &n, "NONE");
	show_vector("removed", 0, z, n);
	r = argz_replace(&z, &n, "w", "<w>", &count);
	printf("%u ", count);
	show_vector("replaced", r, z, n);
	r = argz_replace(&z, &n, "EMPTY=full", "", &count);
	r += argz_replace(&z, &n, "not there", "x", &count);
	r += argz_replace(&z, &n, "", "x", &count);
	r += argz_replace(&z, &n, "n", "", NULL);
	printf("%u ", count);
	show_vector("replaced", r, z, n);
	free(z);
	free(more);
}

int main(void)
{
	groups();
	vectors();
	_nl_msg_cat_cntr++;
	printf("%s %d\n", _libc_intl_domainname, _nl_msg_cat_cntr > 0);
	return 0;
}
