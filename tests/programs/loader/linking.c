/* What the dynamic section asks for, seen by its effect: DT_FILTER, DT_AUXILIARY, DT_TEXTREL, DF_1_INITFIRST,
 * DF_1_NODELETE, DF_1_PIE, $ORIGIN and $LIB. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

const char *filtered(void), *beside_filter(void), *assisted(void), *beside_auxiliary(void), *alone(void);
long *address_in_text(void);

static const char *last(const char *s)
{
	const char *slash = s ? strrchr(s, '/') : NULL;

	return slash ? slash + 1 : s ? s : "nothing";
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	puts("main");
	printf("filtered: %s, %s\n", filtered(), beside_filter());
	printf("assisted: %s, %s; %s\n", assisted(), beside_auxiliary(), alone());
	printf("text relocation: %ld\n", *address_in_text());

	void *stays = dlopen("libstays.so", RTLD_NOW), *goes = dlopen("libgoes.so", RTLD_NOW);
	printf("close %d %d\n", dlclose(stays), dlclose(goes));
	printf("there: %d %d\n", !!dlopen("libstays.so", RTLD_NOW | RTLD_NOLOAD), !!dlopen("libgoes.so", RTLD_NOW | RTLD_NOLOAD));
	printf("a program: %d", !!dlopen("libpie.so", RTLD_NOW));
	printf(" %s\n", last(dlerror()));
	Dl_info i = { 0 };
	dladdr((void *)filtered, &i);
	printf("from %s\n", last(i.dli_fname));
	return 0;
}
