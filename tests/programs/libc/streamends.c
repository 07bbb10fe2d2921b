/* Streams that only append, lines after an error, and writing nothing. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "/tmp/uk-streamends"

static void tell(const char *what, FILE *f)
{
	long fd = lseek(fileno(f), 0, SEEK_CUR);

	printf("%s: %ld %ld", what, fd, ftell(f));
	printf(" %d", fprintf(f, "abc"));
	printf(" %ld", ftell(f));
	printf(" %d", fseek(f, 1, SEEK_SET));
	printf(" %ld\n", ftell(f));
}

int main(void)
{
	char *line = NULL, text[] = "one\ntwo\n";
	size_t n = 0;
	FILE *f = fopen(FILE_NAME, "w");
	int fd;

	fputs(text, f);
	fclose(f);
	tell("a", f = fopen(FILE_NAME, "a")), fclose(f);
	tell("a+", f = fopen(FILE_NAME, "a+")), fclose(f);
	fd = open(FILE_NAME, O_WRONLY);
	tell("fdopen a", f = fdopen(fd, "a")), fclose(f);
	fd = open(FILE_NAME, O_WRONLY | O_APPEND);
	tell("fdopen a of O_APPEND", f = fdopen(fd, "a")), fclose(f);
	f = fopen(FILE_NAME, "r");
	tell("freopen a", f = freopen(FILE_NAME, "a", f)), fclose(f);

	f = fopen(FILE_NAME, "r");
	errno = 0;
	printf("%zu %zu %zu %d %d", fwrite("x", 0, 1, f), fwrite("x", 1, 0, f), fwrite("x", 0, 0, f), ferror(f), errno);
	printf(" %d %d", fputc('x', f), ferror(f));
	errno = 0;
	printf(" %zd", getline(&line, &n, f));
	printf(" %d", errno);
	clearerr(f);
	printf(" %zd %s", getline(&line, &n, f), line);
	errno = 0;
	printf("%zd %d", getline(NULL, &n, f), errno);
	printf(" %d\n", ferror(f));
	fclose(f);
	unlink(FILE_NAME);
	return 0;
}
