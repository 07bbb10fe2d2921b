/* What the kernel tells a program at its start: the auxiliary vector, by entries and as /proc/self/auxv, the stack's
 * layout, and names of the program. Numbers that are the machine's are shown only where they must agree. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

extern char **environ;
extern char __ehdr_start[] __attribute__((visibility("hidden")));
void _start(void);

static const char *tail(const char *s) { const char *t = strrchr(s, '/'); return t ? t + 1 : s; }

int main(int argc, char **argv)
{
	static const unsigned long always[] = { AT_HWCAP, AT_PAGESZ, AT_CLKTCK, AT_PHDR, AT_PHENT, AT_PHNUM, AT_BASE, AT_FLAGS, AT_ENTRY,
		AT_UID, AT_EUID, AT_GID, AT_EGID, AT_SECURE, AT_RANDOM, AT_HWCAP2, AT_EXECFN, AT_PLATFORM, AT_MINSIGSTKSZ };
	char **e = environ;
	int missing = 0, twice = 0, entries = 0;
	ElfW(Ehdr) *h = (void *)__ehdr_start;

	while (*e)
		e++;
	ElfW(auxv_t) *aux = (void *)(e + 1), read_back[64];
	for (unsigned i = 0; i < sizeof(always) / sizeof(*always); i++) {
		int n = 0;
		for (ElfW(auxv_t) *a = aux; a->a_type; a++)
			n += a->a_type == always[i];
		missing += !n;
		twice += n > 1;
	}
	for (ElfW(auxv_t) *a = aux; a->a_type; a++)
		entries++;
	printf("missing %d, twice %d, ends with %ld %ld\n", missing, twice, (long)aux[entries].a_type, (long)aux[entries].a_un.a_val);

	int fd = open("/proc/self/auxv", O_RDONLY);
	ssize_t n = read(fd, read_back, sizeof(read_back));
	printf("/proc: %d bytes as in memory %d, the same %d\n", fd >= 0, n >= (entries + 1) * (ssize_t)sizeof(*aux), n > 0 && !memcmp(aux, read_back, (entries + 1) * sizeof(*aux)));

	printf("page %lu, ticks %lu, phent %lu, flags %lu, secure %lu\n", getauxval(AT_PAGESZ), getauxval(AT_CLKTCK), getauxval(AT_PHENT),
		getauxval(AT_FLAGS), getauxval(AT_SECURE));
	printf("ids %d %d %d %d\n", getauxval(AT_UID) == getuid(), getauxval(AT_EUID) == geteuid(), getauxval(AT_GID) == getgid(), getauxval(AT_EGID) == getegid());
	printf("phdr %d, entry %d, phnum %lu\n", getauxval(AT_PHDR) == (unsigned long)__ehdr_start + h->e_phoff, getauxval(AT_ENTRY) == (unsigned long)_start,
		getauxval(AT_PHNUM) - h->e_phnum);
	errno = 0;
	printf("platform %s, absent %lu %d\n", (char *)getauxval(AT_PLATFORM), getauxval(12345), errno == ENOENT);
	printf("minsigstksz %d\n", getauxval(AT_MINSIGSTKSZ) > 1000 && getauxval(AT_MINSIGSTKSZ) == (unsigned long)sysconf(_SC_MINSIGSTKSZ));

	const char *name = (char *)getauxval(AT_EXECFN), *random = (char *)getauxval(AT_RANDOM);
	char *last = e > environ ? e[-1] : argv[argc - 1];
	printf("execfn %s, argv[0] %s, %s %s\n", tail(name), tail(argv[0]), tail(program_invocation_name), program_invocation_short_name);
	printf("order: vectors %d, random %d, platform %d, strings %d, name %d, end %d\n", (char *)argv < (char *)environ && (char *)environ < (char *)aux,
		(char *)&aux[entries + 1] <= random, random < (char *)getauxval(AT_PLATFORM), (char *)getauxval(AT_PLATFORM) < argv[0],
		last + strlen(last) + 1 == name, ((unsigned long)name + strlen(name) + 1 + 7 & ~7UL) % 8 == 0);
	printf("aligned %d, argc below argv %d\n", ((unsigned long)argv - 8) % 16 == 0, ((long *)argv)[-1] == argc);
	return 0;
}
