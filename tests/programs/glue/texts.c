/* Texts of errors and signals, error(), perror(), assertions' program name. Everything goes to standard output. */
#define _GNU_SOURCE
#include <errno.h>
#include <error.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	char b[64];

	dup2(1, 2);
	for (int i = -1; i < 140; i++) {
		printf("%d %s|%s|", i, strerror(i), strerror_r(i, b, sizeof b));
		printf("%s|%s\n", strerrorname_np(i) ? strerrorname_np(i) : "-", strerrordesc_np(i) ? strerrordesc_np(i) : "-");
	}
	for (int i = -1; i < 34; i++)	/* the first real-time signals are libc's own, as many as it needs */
		printf("%d %s|%s|%s\n", i, strsignal(i), sigabbrev_np(i) ? sigabbrev_np(i) : "-", sigdescr_np(i) ? sigdescr_np(i) : "-");
	for (int i = -12; i < 2; i++)
		printf("%d %s|%s\n", i, gai_strerror(i), hstrerror(i));
	fflush(stdout);
	program_invocation_name = "prog";
	errno = ENOTTY;
	perror("perror");
	errno = ENOTTY;
	printf("%m\n");
	fflush(stdout);
	error(0, ENOENT, "message %d", 5);
	error_at_line(0, 0, "file.c", 9, "at a line");
	printf("%u\n", error_message_count);
	return 0;
}
