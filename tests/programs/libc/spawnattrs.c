/* What posix_spawn()'s attributes and actions take and refuse. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>

#define E(x) (errno = 0, printf("%s = %ld", #x, (long)(x)), printf(" %d\n", errno))

static void attributes(void)
{
	posix_spawnattr_t a;
	struct sched_param p = { 0 };
	sigset_t s;
	pid_t group;
	short flags;
	int policy;

	E(posix_spawnattr_init(&a));
	for (int i = -3; i < 1030; i = i < 300 ? i + 1 : i + 97) {
		int r = posix_spawnattr_setflags(&a, i);

		flags = 0, posix_spawnattr_getflags(&a, &flags);
		printf("%d:%d,%d ", i, r, flags);
	}
	for (int i = -2; i < 8; i++) {
		int r = posix_spawnattr_setschedpolicy(&a, i);

		policy = -9, posix_spawnattr_getschedpolicy(&a, &policy);
		printf("%d:%d,%d ", i, r, policy);
	}
	for (p.sched_priority = -2; p.sched_priority < 3; p.sched_priority++)
		E(posix_spawnattr_setschedparam(&a, &p)), E(posix_spawnattr_getschedparam(&a, &p)), E(p.sched_priority);
	E(posix_spawnattr_setpgroup(&a, -5)), E(posix_spawnattr_getpgroup(&a, &group)), E(group);
	sigemptyset(&s), sigaddset(&s, 5);
	E(posix_spawnattr_setsigmask(&a, &s)), sigaddset(&s, 6), E(posix_spawnattr_setsigdefault(&a, &s)), E(posix_spawnattr_getsigmask(&a, &s)), E(sigismember(&s, 5)), E(sigismember(&s, 6));
	E(posix_spawnattr_getsigdefault(&a, &s)), E(sigismember(&s, 6)), E(sigismember(&s, 7)), E(posix_spawnattr_destroy(&a));
}

int main(void)
{
	posix_spawn_file_actions_t a;

	attributes();
	E(posix_spawn_file_actions_init(&a));
	for (int fd = -3; fd < 5; fd++) {
		E(posix_spawn_file_actions_addclose(&a, fd)), E(posix_spawn_file_actions_adddup2(&a, fd, 3)), E(posix_spawn_file_actions_adddup2(&a, 3, fd)), E(posix_spawn_file_actions_addopen(&a, fd, "/x", 0, 0));
		E(posix_spawn_file_actions_addclosefrom_np(&a, fd)), E(posix_spawn_file_actions_addtcsetpgrp_np(&a, fd)), E(posix_spawn_file_actions_addfchdir_np(&a, fd));
	}
	E(posix_spawn_file_actions_addclose(&a, 1 << 30)), E(posix_spawn_file_actions_adddup2(&a, 1, 1 << 30)), E(posix_spawn_file_actions_adddup2(&a, 1 << 30, 1)), E(posix_spawn_file_actions_addopen(&a, 1 << 30, "/x", 0, 0));
	E(posix_spawn_file_actions_addclosefrom_np(&a, 1 << 30)), E(posix_spawn_file_actions_addtcsetpgrp_np(&a, 1 << 30)), E(posix_spawn_file_actions_addfchdir_np(&a, 1 << 30)), E(posix_spawn_file_actions_addchdir_np(&a, "/"));
	E(posix_spawn_file_actions_destroy(&a));
	return 0;
}
