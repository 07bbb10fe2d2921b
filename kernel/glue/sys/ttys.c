/* ttys(5): terminals, a line each: name, getty's command, type, and words. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ttyent {
	char *ty_name, *ty_getty, *ty_type;
	int ty_status;
	char *ty_window, *ty_comment;
};

enum { TTY_ON = 1, TTY_SECURE = 2 };

static FILE *file;
static char comment;	/* whether the word before began one */

/* Ends the word at P, without its quotes, and goes to the next one. */
static char *skip(char *p)
{
	char *to = p;
	int quoted = 0, c;

	for (; (c = *p); p++) {
		if (c == '"') {
			quoted ^= 1;
			continue;
		}
		if (quoted && c == '\\' && p[1] == '"')
			p++;
		*to++ = *p;
		if (quoted)
			continue;
		if (c == '#') {
			comment = c;
			*--to = 0;
			*p = 0;
			break;
		}
		if (c == '\t' || c == ' ' || c == '\n') {
			comment = c;
			*--to = 0;
			p++;
			while (*p == '\t' || *p == ' ' || *p == '\n')
				p++;
			break;
		}
	}
	*to = 0;
	return p;
}

int setttyent(void)
{
	if (file)
		rewind(file);
	else
		file = fopen("/etc/ttys", "rce");
	return file != NULL;
}

int endttyent(void)
{
	int r = file ? fclose(file) != EOF : 1;

	file = NULL;
	return r;
}

static int is(const char *p, const char *word)
{
	size_t n = strlen(word);

	return !strncmp(p, word, n) && (isspace((unsigned char)p[n]) || !p[n]);
}

struct ttyent *getttyent(void)
{
	static struct ttyent tty;
	static char line[100];
	char *p;
	int c;

	if (!file && !setttyent())
		return NULL;
	for (;;) {
		if (!fgets(p = line, sizeof(line), file))
			return NULL;
		if (!strchr(p, '\n')) {
			while ((c = getc(file)) != '\n' && c != EOF)
				;
			continue;
		}
		while (isspace((unsigned char)*p))
			p++;
		if (*p && *p != '#')
			break;
	}
	comment = 0;
	tty = (struct ttyent){ .ty_name = p };
	p = skip(p);
	tty.ty_getty = p;
	if (!*p) {
		tty.ty_getty = NULL;
	} else {
		p = skip(p);
		tty.ty_type = p;
		if (!*p)
			tty.ty_type = NULL;
		else
			p = skip(p);
	}
	for (; *p; p = skip(p)) {
		if (is(p, "off"))
			tty.ty_status &= ~TTY_ON;
		else if (is(p, "on"))
			tty.ty_status |= TTY_ON;
		else if (is(p, "secure"))
			tty.ty_status |= TTY_SECURE;
		else if (!strncmp(p, "window=", 7))
			tty.ty_window = strchr(p, '=') + 1;
		else
			break;
	}
	if (comment == '#' || *p == '#')
		while (*++p == ' ' || *p == '\t')
			;
	tty.ty_comment = *p ? p : NULL;
	if ((p = strchr(p, '\n')))
		*p = 0;
	return &tty;
}

struct ttyent *getttynam(const char *name)
{
	struct ttyent *t;

	setttyent();
	while ((t = getttyent()) && strcmp(name, t->ty_name))
		;
	endttyent();
	return t;
}
