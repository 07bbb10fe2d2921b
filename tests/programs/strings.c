/* String functions at page ends and in odd cases. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>

int main(void)
{
	char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *end = p + 4096;
	char buf[64], text[] = "a,b;;c", *save;
	int wrong = 0;

	mprotect(end, 4096, PROT_NONE);
	for (int n = 1; n < 100; n++) {
		memset(end - n, 'x', n);
		end[-1] = 0;
		wrong += strlen(end - n) != (size_t)n - 1;
		wrong += strchr(end - n, 'y') != NULL;
		wrong += memchr(end - n, 'y', n) != NULL;
		wrong += strcmp(end - n, end - n) != 0;
		memcpy(p, end - n, n);
		wrong += memcmp(p, end - n, n) != 0;
		memmove(end - n, p, n);
		wrong += strrchr(end - n, 0) != end - 1;
		wrong += strnlen(end - n, n) != (size_t)n - 1;
	}
	printf("wrong at the page's end: %d\n", wrong);
	for (char *t = strtok_r(text, ",;", &save); t; t = strtok_r(NULL, ",;", &save))
		printf("<%s>", t);
	puts("");
	char *s = buf;
	strcpy(buf, "k=v=w");
	printf("%s", strsep(&s, "="));
	printf(" %s\n", s);
	printf("%s %s %d\n", strstr("a needle here", "needle"), strcasestr("A NEEDLE", "needle"), strstr("x", "xy") == NULL);
	printf("%zu %zu %s\n", strspn("aabbc", "ab"), strcspn("hello", "lo"), strpbrk("find any", "yn"));
	printf("%d %d %d\n", strncmp("abc", "abd", 2), strverscmp("file9", "file10") < 0, memcmp("a\0b", "a\0c", 3) < 0);
	printf("%s\n", stpcpy(buf, "end") == buf + 3 ? buf : "?");
	buf[10] = 0;
	printf("%s %s\n", strncpy(memset(buf, '#', 10), "ab", 4), buf + 4);
	printf("%s %s\n", basename("/a/b/c.txt"), strdupa("duplicate"));
	printf("%d %d %d\n", ffs(0x10), ffsll(1ll << 40), strncasecmp("ABCx", "abcy", 3));
	printf("%s\n", (char *)memmem("binary\0data", 11, "data", 4));
	memmove(buf, "0123456789", 11);
	memmove(buf + 3, buf, 7);
	printf("%s\n", buf);
	for (int e = 0; e < 40; e++)
		printf("%s\n", strerror(e));
	return 0;
}
