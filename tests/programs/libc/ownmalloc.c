// A program with a malloc of its own, from which libc's memory comes as well: each block has a mark
// before it, and free() of a block without the mark, libc's own, ends the program.
#define _GNU_SOURCE
#include <dirent.h>
#include <glob.h>
#include <limits.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

enum { MARK = 0x6b72616d, ROOM = 8 << 20 };
static _Alignas(16) char heap[ROOM];
static size_t used;
static unsigned allocated, freed;

struct head { size_t n; uint32_t mark, pad; };

static struct head *head_of(void *p)
{
	struct head *h = (struct head *)p - 1;
	if ((char *)p < heap || (char *)p >= heap + ROOM || h->mark != MARK) {
		static const char text[] = "free or realloc of memory that is not this malloc's\n";
		write(1, text, sizeof text - 1);
		_exit(9);
	}
	return h;
}

void *malloc(size_t n)
{
	struct head *h = (struct head *)(heap + used);
	size_t whole = (sizeof *h + n + 15) & ~15UL;
	if (n > ROOM || whole > ROOM - used)
		return 0;
	used += whole;
	h->n = n;
	h->mark = MARK;
	allocated++;
	return h + 1;
}

void free(void *p)
{
	if (p) {
		head_of(p)->mark = 0;
		freed++;
	}
}

void *calloc(size_t n, size_t each) { return malloc(n * each); }

void *realloc(void *p, size_t n)
{
	void *q = malloc(n);
	if (p && q) {
		size_t old = head_of(p)->n;
		memcpy(q, p, old < n ? old : n);
		free(p);
	}
	return q;
}

static void mine(const char *what, void *p)
{
	printf("%s: %s\n", what, !p ? "NULL" : (char *)p >= heap && (char *)p < heap + ROOM ? "mine" : "not mine");
	free(p);
}

static int no_dots(const struct dirent *d) { return d->d_name[0] != '.'; }

int main(void)
{
	char *s = 0, *path = realpath("/proc/../proc", 0), **list;
	size_t n = 0;
	mine("strdup", strdup("x"));
	mine("strndup", strndup("xyz", 2));
	mine("wcsdup", wcsdup(L"wide"));
	mine("asprintf", asprintf(&s, "%d and %s", 7, "text") > 0 ? s : 0);
	mine("realpath", path);
	mine("getcwd", getcwd(0, 0));
	mine("get_current_dir_name", get_current_dir_name());
	FILE *m = open_memstream(&s, &n);
	for (int i = 0; i < 5000; i++)
		fputs("a longer line of text ", m);
	fclose(m);
	printf("%zu\n", n);
	mine("open_memstream", s);
	s = 0, n = 0;
	FILE *f = fopen("/proc/self/cmdline", "r");
	printf("getdelim %d\n", getdelim(&s, &n, 0, f) > 0);
	mine("getdelim", s);
	fclose(f);
	f = tmpfile();
	fputs("a line\n", f);
	rewind(f);
	s = malloc(1), n = 1;	// getline() makes room in a block of the program's
	printf("getline %d\n", (int)getline(&s, &n, f));
	mine("getline", s);
	fclose(f);
	struct dirent **names;
	int count = scandir("/proc/self", &names, no_dots, alphasort);
	printf("scandir %d\n", count > 0);
	for (int i = 0; i < count; i++)
		free(names[i]);
	mine("scandir", names);
	glob64_t paths;
	int error = glob64("/pro[c]", 0, 0, &paths);
	printf("glob64 %d %zu %s\n", error, (size_t)paths.gl_pathc, paths.gl_pathv[0]);
	globfree64(&paths);
	DIR *d = opendir("/");
	closedir(d);
	s = strdup("A=1");
	putenv(s);
	setenv("B", "2", 1);
	setenv("B", "a longer value", 1);
	printf("%s %s\n", getenv("A"), getenv("B"));
	sscanf("word", "%ms", &s);
	mine("sscanf %ms", s);
	struct addrinfo *a = 0;
	printf("getaddrinfo %d\n", getaddrinfo("127.0.0.1", "80", &(struct addrinfo){ .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV }, &a));
	freeaddrinfo(a);
	list = reallocarray(0, 10, sizeof *list);
	mine("reallocarray", list);
	printf("balance: %d\n", allocated > freed && freed > 20);
	return 0;
}
