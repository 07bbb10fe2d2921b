// What libc keeps for each thread is not where the program has its thread-local storage: of numbers that mean nothing,
// strerror() and strsignal() answer with a text of their own for each thread, and a thread that is left by
// pthread_exit() or cancelled unwinds.
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static _Thread_local unsigned char own[4096] = { [0] = 0x5a, [4095] = 0xa5 };
static pthread_barrier_t both;

static int changed(void)
{
	int n = (own[0] != 0x5a) + (own[4095] != 0xa5);

	for (int i = 1; i < 4095; i++)
		n += own[i] != 0;
	return n;
}

static void *ask(void *number)
{
	char *error = strerror(9000 + *(int *)number), *sig = strsignal(200 + *(int *)number);

	printf("%d: %s, %s, %d changed\n", *(int *)number, error, sig, changed());
	pthread_barrier_wait(&both);
	if (*(int *)number == 1)
		pthread_exit(number);
	for (;;)
		pause();
}

static void ended(void *number)
{
	printf("%d: ended, %d changed\n", *(int *)number, changed());
}

static void *clean(void *number)
{
	pthread_cleanup_push(ended, number);
	ask(number);
	pthread_cleanup_pop(0);
	return NULL;
}

int main(void)
{
	static int numbers[] = { 1, 2 };
	pthread_t threads[2];

	setvbuf(stdout, NULL, _IONBF, 0);
	pthread_barrier_init(&both, NULL, 2);
	for (int i = 0; i < 2; i++) {
		void *result;

		pthread_create(&threads[i], NULL, clean, &numbers[i]);
		pthread_barrier_wait(&both);	/* it has printed */
		if (i)
			pthread_cancel(threads[i]);
		pthread_join(threads[i], &result);
		printf("%s\n", result == PTHREAD_CANCELED ? "cancelled" : "left");
	}
	printf("main: %s, %s, %d changed\n", strerror(9003), strsignal(203), changed());
	return 0;
}
