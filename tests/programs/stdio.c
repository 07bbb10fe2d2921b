/* Streams: modes, buffering, seeking, ungetc, getline, memory streams, tmpfile. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	const char *name = "/tmp/uk-stdio";
	char buf[100], *line = NULL, *mem;
	size_t cap = 0, size;
	FILE *f = fopen(name, "w+");

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 0; i < 3000; i++)
		fprintf(f, "line %d\n", i);
	printf("at %ld\n", ftell(f));
	fseek(f, 100, SEEK_SET);
	printf("%s", fgets(buf, sizeof buf, f));
	fputs("INSERTED", (fflush(f), fseek(f, 200, SEEK_SET), f));
	rewind(f);
	int lines = 0, longest = 0;
	for (ssize_t n; (n = getline(&line, &cap, f)) >= 0; lines++)
		if (n > longest)
			longest = n;
	printf("%d lines, longest %d, eof %d\n", lines, longest, feof(f) != 0);
	fclose(f);

	f = fopen(name, "a+");
	fputs("appended", f);
	fseek(f, -8, SEEK_END);
	printf("%s\n", fgets(buf, sizeof buf, f));
	fclose(f);
	f = freopen(name, "r", fopen(name, "r"));
	int c = fgetc(f);
	ungetc('X', f);
	printf("%c", c);
	printf(" %c", fgetc(f));
	printf(" %c\n", fgetc(f));
	fclose(f);
	printf("missing: %d\n", fopen("/tmp/uk/none", "r") == NULL);
	perror("fopen");
	printf("bad mode: %d\n", fopen(name, "q") == NULL);
	unlink(name);

	f = open_memstream(&mem, &size);
	fprintf(f, "memory %d", 42);
	fclose(f);
	printf("%s %zu\n", mem, size);
	f = fmemopen(mem, size, "r");
	int v;
	printf("%d", fscanf(f, "memory %d", &v));
	printf(" %d\n", v);
	fclose(f);
	f = tmpfile();
	fwrite("binary\0data", 1, 11, f);
	rewind(f);
	printf("%zu\n", fread(buf, 1, sizeof buf, f));
	fclose(f);
	char *s;
	printf("%d\n", asprintf(&s, "%s-%05d", "made", 7));
	puts(s);
	fputs_unlocked("unlocked\n", stdout);
	return 0;
}
