// Names of character sets that programs have from nl_langinfo(), and what cannot be converted.
#include <errno.h>
#include <iconv.h>
#include <langinfo.h>
#include <stdio.h>
#include <string.h>

static void convert(const char *to, const char *from, const char *text)
{
	char out[64], *o = out, *in = (char *)text;
	size_t n = strlen(text), room = sizeof(out);
	iconv_t c = iconv_open(to, from);

	printf("%s from %s: %d", to, from, c != (iconv_t)-1);
	if (c != (iconv_t)-1) {
		errno = 0;
		printf(" %d", (int)iconv(c, &in, &n, &o, &room));
		printf(" %d, %zu left:", errno, n);
		for (char *p = out; p < o; p++)
			printf(" %02x", (unsigned char)*p);
		iconv_close(c);
	}
	printf("\n");
}

int main(void)
{
	static const char *const sets[] = { "ANSI_X3.4-1968", "US-ASCII", "ISO646-US", "us", "cp367", "ISO-8859-1", "latin1", "ISO-8859-15", "CP1252", "KOI8-R", "SJIS", "UTF-8", "uk-none" };

	convert("UTF-8", nl_langinfo(CODESET), "text");
	for (int i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		convert(sets[i], "UTF-8", "a\u00e9z");
		convert(sets[i], "UTF-8", "\u043f");
		convert(sets[i], "UTF-8", "\u6f22!");
		convert("UTF-8", sets[i], "a\x7f");
	}
	convert("UTF-8//TRANSLIT", "ANSI_X3.4-1968", "text"), convert("wchar_t//translit", "UTF-8", "a\u00e9"), convert("WCHAR_T", "uk-none//TRANSLIT", "a");
	convert("UTF-16LE", "UTF-8", "a\u00e9"), convert("ISO-8859-1", "UTF-16LE", "a");
	return 0;
}
