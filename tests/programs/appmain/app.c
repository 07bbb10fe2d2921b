/* Built as a program for the host and as a shared object for the guest, which calls its main(). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

extern _Thread_local int dep_local;
int dep_call(void);

_Thread_local char own_local[3000] = "mine";

static int the_argc;

__attribute__((constructor)) static void first(int argc, char **argv, char **envp)
{
	the_argc = argc;
	printf("app: constructor %d %s %s\n", argc, argc > 1 ? argv[1] : "", envp[0] ? "environment" : "");
}

__attribute__((destructor)) static void last(void) { puts("app: destructor"); }
static void at_exit(void) { puts("app: atexit"); }

/* The library has one, too; a program's goes before it, for the library's own call as well. */
const char *who(void) { return "app"; }

static void *thread(void *arg)
{
	printf("thread: %s %d\n", own_local, dep_local);
	strcpy(own_local, "other");
	dep_local = 9;
	return arg;
}

int main(int argc, char **argv, char **envp)
{
	pthread_t t;
	int n = 0;

	atexit(at_exit);
	for (int i = 1; i < argc; i++)
		printf("argument %s\n", argv[i]);
	for (char **e = envp; *e; e++)
		n += !strncmp(*e, "APP_", 4);
	printf("%d variables, %s, argc %s\n", n, getenv("APP_A"), argc == the_argc ? "same" : "other");
	dep_local = 3;
	dep_call();
	pthread_create(&t, NULL, thread, NULL);
	pthread_join(t, NULL);
	printf("main: %s %d\n", own_local, dep_local);
	printf("main is %sfound, entry %s\n", dlsym(RTLD_DEFAULT, "main") ? "" : "not ", getauxval(AT_ENTRY) ? "known" : "unknown");
	fflush(stdout);
	return 42;
}
