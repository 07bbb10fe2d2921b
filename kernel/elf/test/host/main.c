/*
 * Host harness of kernel/elf: links programs as the kernel would, without
 * running them. Each argument is a folder that holds `prog` and its libraries;
 * for each, one line: "ok", the loader's message, or how it went wrong.
 *
 * libc is a library of the folder here, not the kernel. Code of the files
 * (IFUNC resolvers) may be reached and may do anything: a fault whose address
 * of execution lies in a loaded file is the file's fault and counts as "ran".
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>
#include "host.h"

const char *test_folder;

static void fault(int sig, siginfo_t *info, void *context)
{
	unsigned long rip = ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];

	_exit(host_mapped(rip) ? 3 : sig == SIGALRM ? 5 : 4);
}

static int run_child(const char *folder)
{
	static char stack[65536];
	stack_t alt = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction sa = { .sa_sigaction = fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGALRM, SIGABRT };

	sigaltstack(&alt, NULL);
	for (unsigned i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &sa, NULL);
	alarm(10);
	test_folder = folder;
	const char *message = link_program("/prog");
	printf("%s\n", message ? message : "ok");
	fflush(stdout);
	return 0;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		int status;
		pid_t pid = fork();
		if (pid == 0)
			_exit(run_child(argv[i]));
		if (pid < 0 || waitpid(pid, &status, 0) < 0)
			return 1;
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			continue;
		if (WIFEXITED(status) && WEXITSTATUS(status) == 3)
			puts("ran");
		else if (WIFEXITED(status) && WEXITSTATUS(status) == 5)
			puts("HUNG");
		else
			puts("CRASHED");
		fflush(stdout);
	}
	return 0;
}
