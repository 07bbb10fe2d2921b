/* For debuggers, core files and profiles: threads, statics, structures, floating point, a function that is called twice, and with an
 * argument an end by SIGSEGV or abort(). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <unistd.h>
struct point { int x, y; };
static struct point where = { 3, 4 };
int total;
double half = 0.5;
static int add(int a, int b)
{
	int sum = a + b;
	total += sum;
	return sum;
}

static void *worker(void *arg)
{
	int *n = arg;

	*n = add(*n, 100);
	return n;
}

static int deep(char *p, int n)
{
	if (n)
		return deep(p, n - 1) + 1;
	*p = 1;
	return 0;
}

static void *waits(void *arg)
{
	pause();
	return arg;
}

static void end(char how)
{
	char *volatile nowhere = (char *)0x10;
	pthread_t t;

	pthread_create(&t, NULL, waits, NULL);
	usleep(20000);
	if (how == 's')
		deep(nowhere, 3);
	abort();
}

int main(int argc, char **argv)
{
	int n = 7;
	pthread_t t;

	half *= 3;
	pthread_create(&t, NULL, worker, &n);
	pthread_join(t, NULL);
	where.x = add(where.x, where.y);
	char *s = strdup("hello");
	puts(s);
	if (argc > 1)
		end(argv[1][0]);
	return n == 107 && where.x == 7 ? 7 : 1;
}
