/* What /proc/self/smaps says that may be done with a mapping. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void show(const char *name, void *at)
{
	char line[256], want[32], *word;
	int found = 0;
	FILE *f = fopen("/proc/self/smaps", "r");

	snprintf(want, sizeof want, "%08lx-", (unsigned long)at);
	printf("%s:", name);
	while (f && fgets(line, sizeof line, f)) {
		found |= !strncmp(line, want, strlen(want));
		if (!found || strncmp(line, "VmFlags: ", 9))
			continue;
		for (word = strtok(line + 9, " \n"); word; word = strtok(NULL, " \n"))
			if (strstr("rd wr ex sh mr mw me ms ac", word))
				printf(" %s", word);
		break;
	}
	puts("");
	fclose(f);
}

int main(void)
{
	char name[] = "/tmp/vmflags";
	int both = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600), reads = open(name, O_RDONLY);

	unlink(name);
	ftruncate(both, 4096);
	show("shared, not to be written", mmap(0, 4096, PROT_READ, MAP_SHARED, reads, 0));
	show("shared", mmap(0, 4096, PROT_READ, MAP_SHARED, both, 0));
	show("shared and written", mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, both, 0));
	show("private", mmap(0, 4096, PROT_READ, MAP_PRIVATE, reads, 0));
	show("private and written", mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, reads, 0));
	return 0;
}
