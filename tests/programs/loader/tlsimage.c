/* Initial values of thread-local variables that are themselves relocated, in the program and in a library. */
#include <pthread.h>
#include <stdio.h>

static int number = 5;
static __thread int *pointer = &number;
static __thread const char *text = "program";
static __thread _Alignas(64) char aligned[70] = "aligned";
extern __thread const char *lib_text;
int lib_use(void);

static void *show(void *unused)
{
	printf("%d %s %s %s %d %d\n", *pointer, text, lib_text, aligned, (int)((unsigned long)aligned % 64), lib_use());
	text = "changed";
	return NULL;
}

int main(void)
{
	pthread_t t;

	show(NULL);
	for (int i = 0; i < 3; i++) {
		pthread_create(&t, NULL, show, NULL);
		pthread_join(t, NULL);
	}
	show(NULL);
	return 0;
}
