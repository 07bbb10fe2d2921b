// Streams and other calls that a handler with SA_RESTART interrupts, and threads that are cancelled, or not to be, in them.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static volatile int handled, ready;
static int ends[2];
static FILE *stream;
static pthread_t first;

static void handler(int sig) { handled++; }

static void open_pipe(const char *mode)
{
	if (pipe(ends))
		exit(1);
	stream = fdopen(ends[*mode == 'w'], mode);
}

static void close_pipe(void) { fclose(stream), close(ends[0]), close(ends[1]); }

static void wait_a_little(void) { usleep(20000); }

// Interrupts the first thread, then lets it go on.
static void *interrupt(void *what)
{
	char b[65536];

	wait_a_little(), pthread_kill(first, SIGUSR1), wait_a_little();
	if (!strcmp(what, "read"))
		(void)!write(ends[1], "a line\n", 7);
	else if (!strcmp(what, "write"))
		while (read(ends[0], b, sizeof b) == sizeof b)
			;
	else if (!strcmp(what, "fifo"))
		close(open("uk-fifo", O_WRONLY));
	return NULL;
}

static void restarts(void)
{
	static char big[200000], line[80];
	pthread_t t;

	open_pipe("r"), pthread_create(&t, NULL, interrupt, "read");
	char *got = fgets(line, sizeof line, stream);
	printf("fgets: %s", got ? got : "none\n"), printf("%d %d\n", handled, ferror(stream)), pthread_join(t, NULL), close_pipe();
	open_pipe("w"), pthread_create(&t, NULL, interrupt, "write");
	size_t n = fwrite(big, 1, sizeof big, stream);
	printf("fwrite: %zu %d %d\n", n, handled, fflush(stream)), fclose(stream), pthread_join(t, NULL), close(ends[0]);
	if (mkfifo("uk-fifo", 0600) == 0) {
		pthread_create(&t, NULL, interrupt, "fifo"), stream = fopen("uk-fifo", "r");
		printf("fopen: %d %d\n", stream != NULL, handled), pthread_join(t, NULL), fclose(stream), unlink("uk-fifo");
	}
}

static void *reads(void *arg)
{
	char line[80];

	ready = 1;
	printf("read %s", fgets(line, sizeof line, stream));
	return NULL;
}

static void *prints(void *arg)
{
	ready = 1;
	pthread_cancel(pthread_self());
	fprintf(arg, "%s", ""), fprintf(stdout, "%s", "");	// nothing is written yet
	fprintf(arg, "printed?\n"), fflush(arg);
	printf("goes on\n");
	return NULL;
}

static void *holds(void *arg)
{
	flockfile(stream);
	ready = 1;
	getc(stream);
	return NULL;
}

static void *disabled(void *arg)
{
	int old;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
	ready = 1;
	errno = 0;
	int n = poll(NULL, 0, 80), r = nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
	printf("disabled: poll %d, nanosleep %d, %d\n", n, r, errno);
	pthread_setcancelstate(old, NULL);
	printf("enabled\n"), fflush(stdout);
	return NULL;
}

static void *asynchronous(void *arg)
{
	int old;

	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old), pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
	ready = 1;
	usleep(60000);
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	for (volatile int i = 0; i < 1000; i++)
		;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL), printf("wrong\n");
	return NULL;
}

static void *locks(void *arg)
{
	ready = 1;
	printf("flock %d %d\n", flock(*(int *)arg, LOCK_EX), handled);
	return NULL;
}

static void cancel(const char *what, void *(*f)(void *), void *arg)
{
	pthread_t t;
	void *result;

	ready = 0, pthread_create(&t, NULL, f, arg);
	while (!ready)
		usleep(1000);
	wait_a_little();
	if (f != prints)
		pthread_cancel(t);
	pthread_join(t, &result);
	printf("%s: %scanceled\n", what, result == PTHREAD_CANCELED ? "" : "not ");
}

int main(void)
{
	struct sigaction a = { .sa_handler = handler, .sa_flags = SA_RESTART };
	char line[80];

	setvbuf(stdout, NULL, _IOLBF, 0), first = pthread_self();
	sigaction(SIGUSR1, &a, NULL);
	if (chdir("/tmp"))
		return 1;
	restarts();
	open_pipe("r"), cancel("fgets", reads, NULL);
	printf("lock %d\n", ftrylockfile(stream)), funlockfile(stream);
	(void)!write(ends[1], "left\n", 5), printf("%s", fgets(line, sizeof line, stream)), close_pipe();
	open_pipe("r"), cancel("getc of a locked stream", holds, NULL), close(ends[1]);
	open_pipe("w"), cancel("fprintf", prints, stream), printf("lock %d\n", ftrylockfile(stream)), fclose(stream), close(ends[0]);
	cancel("stderr", prints, stderr), fflush(stdout);
	cancel("off", disabled, NULL), cancel("at once", asynchronous, NULL);
	int fds[2] = { open("uk-locked", O_CREAT | O_RDWR, 0600), open("uk-locked", O_RDWR) };
	flock(fds[0], LOCK_EX), ready = 0;
	pthread_t t;
	pthread_create(&t, NULL, locks, &fds[1]);
	while (!ready)
		usleep(1000);
	wait_a_little(), pthread_kill(t, SIGUSR1), wait_a_little(), flock(fds[0], LOCK_UN), pthread_join(t, NULL);
	unlink("uk-locked");
	// The end waits for nobody's stream.
	open_pipe("r"), ready = 0, pthread_create(&t, NULL, reads, NULL);
	while (!ready)
		usleep(1000);
	wait_a_little(), printf("the end");
	return 3;
}
