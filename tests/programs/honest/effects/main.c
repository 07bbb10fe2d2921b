/* Runs the rows and tells of each whether its effect was seen. */
#include "effects.h"
#include <ftw.h>

extern const struct effect *const __start_effects[], *const __stop_effects[];

volatile sig_atomic_t caught;

static void count(int signal)
{
	(void)signal;
	caught++;
}

void catch(int signal)
{
	struct sigaction a = { .sa_handler = count };

	caught = 0;
	sigaction(signal, &a, NULL);
}

int new_file(const char *text)
{
	int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (write(fd, text, strlen(text)) < 0 || lseek(fd, 0, SEEK_SET))
		exit(1);
	return fd;
}

bool holds(const char *path, const char *text)
{
	char b[256];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, b, sizeof b);

	close(fd);
	return n == (ssize_t)strlen(text) && !memcmp(b, text, n);
}

bool absent(const char *path)
{
	struct stat st;

	return lstat(path, &st) && errno == ENOENT;
}

mode_t mode_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) ? 0 : st.st_mode;
}

bool in_thread(void *(*f)(void *))
{
	pthread_t t;
	void *said = NULL;

	return !pthread_create(&t, NULL, f, NULL) && !pthread_join(t, &said) && said;
}

long field(const char *path, const char *name)
{
	char line[256];
	size_t n = strlen(name);
	long value = -1;
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof line, f))
		if (!strncmp(line, name, n) && line[n] == ':')
			value = strtol(line + n + 1, NULL, !strncmp(name, "Sig", 3) || !strncmp(name, "Cap", 3) ? 16 : 10);
	if (f)
		fclose(f);
	return value;
}

static int take_away(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path), 0;
}

int main(void)
{
	char folder[] = "/tmp/effects-XXXXXX";
	bool guest = getpid() == 1;

	setvbuf(stdout, NULL, _IONBF, 0);
	if (!mkdtemp(folder) || chdir(folder))
		return 1;
	for (const struct effect *const *at = __start_effects; at < __stop_effects; at++) {
		const struct effect *e = *at;
		if (!e->seen)
			printf("%s: none\n", e->name);
		else if ((e->where == IN_GUEST && !guest) || (e->where == AS_ROOT && geteuid()))
			printf("%s: left out\n", e->name);
		else
			printf("%s: %s\n", e->name, e->seen() ? "seen" : "NOT SEEN");
	}
	chdir("/");
	nftw(folder, take_away, 8, FTW_DEPTH | FTW_PHYS);
	syscall(SYS_exit_group, 7);	/* whose effect is this program's status */
	return 1;
}
