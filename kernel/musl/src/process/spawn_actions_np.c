/* What glibc can do beside in a new process: close all descriptors from one on, make its group a terminal's foreground. */
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>

enum { FDOP_CLOSEFROM = 6, FDOP_TCSETPGRP };

/* musl's fdop.h */
struct fdop {
	struct fdop *next, *prev;
	int cmd, fd, srcfd, oflag;
	mode_t mode;
	char path[];
};

void *__libc_malloc(size_t);

static int note(posix_spawn_file_actions_t *fa, int cmd, int fd)
{
	struct fdop *op;

	if (fd < 0 || fd >= sysconf(_SC_OPEN_MAX))
		return EBADF;
	if (!(op = __libc_malloc(sizeof *op)))
		return ENOMEM;
	*op = (struct fdop){ .next = fa->__actions, .cmd = cmd, .fd = fd };
	if (op->next)
		op->next->prev = op;
	fa->__actions = op;
	return 0;
}

int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *fa, int from)
{
	return note(fa, FDOP_CLOSEFROM, from);
}

int posix_spawn_file_actions_addtcsetpgrp_np(posix_spawn_file_actions_t *fa, int fd)
{
	return note(fa, FDOP_TCSETPGRP, fd);
}
