/* getenv, setenv, unsetenv, putenv, clearenv and the environ array. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static void show(const char *name)
{
	const char *v = getenv(name);
	printf("%s=%s\n", name, v ? v : "(unset)");
}

int main(void)
{
	static char put[] = "PUT=put";
	int n = 0;

	show("GREETING");
	show("EMPTY");
	show("QUOTED");
	show("MISSING");
	setenv("MISSING", "now here", 0);
	setenv("GREETING", "not replaced", 0);
	show("MISSING");
	show("GREETING");
	setenv("GREETING", "replaced", 1);
	show("GREETING");
	unsetenv("EMPTY");
	show("EMPTY");
	putenv(put);
	strcpy(put + 4, "tup");
	show("PUT");
	clearenv();
	show("GREETING");
	for (char **e = environ; e && *e; e++)
		n++;
	printf("%d left\n", n);
	return 0;
}
