/* dlopen()'s flags, what can be asked of a library, and what dlerror() says. Paths are cut to their last part. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int shared(void) { return 1; }		/* libdeep.so has one as well */

static void error(const char *what)
{
	const char *e = dlerror(), *s = e ? strstr(e, "lib") : NULL;

	if (e && !s && (s = strrchr(e, '/')))
		s++;
	printf("%s: %s\n", what, s ? s : e ? e : "no error");
	if ((e = dlerror()))
		printf("  and again: %s\n", e);
}

static int seen(struct dl_phdr_info *i, size_t size, void *data)
{
	unsigned long long *count = data;

	count[0] = i->dlpi_adds;
	count[1] = i->dlpi_subs;
	count[2]++;
	count[3] |= size == sizeof(*i) && i->dlpi_phnum > 0 && i->dlpi_phdr;
	return 0;
}

static void counters(const char *when)
{
	static unsigned long long first[4];
	unsigned long long c[4] = { 0 };

	dl_iterate_phdr(seen, c);
	if (!first[3])
		memcpy(first, c, sizeof(c));
	printf("%s: %lld added, %lld removed, %lld more listed, %lld\n", when, (long long)(c[0] - first[0]), (long long)(c[1] - first[1]),
		(long long)(c[2] - first[2]), c[3]);
}

static int call(void *handle, const char *name)
{
	int (*f)(void) = (int (*)(void))dlsym(handle, name);
	return f ? f() : -1;
}

static void flags(void)
{
	printf("not loaded %d\n", dlopen("libdeep.so", RTLD_NOW | RTLD_NOLOAD) != NULL);
	error("without a library");
	counters("at first");
	void *local = dlopen("libdeep.so", RTLD_NOW);
	counters("one library");
	printf("local: default %d, handle %d, deep %d\n", call(RTLD_DEFAULT, "deep_only"), call(local, "deep_only"), call(local, "deep_calls"));
	void *again = dlopen("libdeep.so", RTLD_LAZY | RTLD_NOLOAD | RTLD_GLOBAL);
	printf("again %d, default %d\n", again == local, call(RTLD_DEFAULT, "deep_only"));
	printf("close %d\n", dlclose(again));
	printf("still %d\n", call(local, "deep_only"));
	printf("close %d\n", dlclose(local));
	printf("gone %d\n", dlopen("libdeep.so", RTLD_NOW | RTLD_NOLOAD) != NULL);
	printf("default %d\n", call(RTLD_DEFAULT, "deep_only"));
	counters("closed");
	void *deep = dlopen("libdeep.so", RTLD_NOW | RTLD_DEEPBIND);
	printf("deepbind: %d\n", call(deep, "deep_calls"));
	printf("kept: %d\n", dlopen("libdeep.so", RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE) == deep);
	printf("%d %d\n", dlclose(deep), dlclose(deep));
	printf("there for ever: %d %d\n", dlopen("libdeep.so", RTLD_NOW | RTLD_NOLOAD) == deep, call(deep, "deep_calls"));
	counters("kept");
}

static void ask(void)
{
	void *h = dlopen("libdeep.so", RTLD_NOW), *extra = NULL;
	struct link_map *map = NULL;
	char origin[4096] = "";
	Dl_info info;
	Lmid_t id = 7;
	size_t module = 7;
	const ElfW(Phdr) *phdr = NULL;

	int r = dlinfo(h, RTLD_DI_LINKMAP, &map);
	printf("linkmap %d %d\n", r, map == h && map->l_ld && !strcmp(strrchr(map->l_name, '/'), "/libdeep.so"));
	r = dlinfo(h, RTLD_DI_LMID, &id);
	printf("lmid %d %ld\n", r, id);
	r = dlinfo(h, RTLD_DI_ORIGIN, origin);
	printf("origin %d %d\n", r, !strncmp(origin, map->l_name, strlen(origin)));
	r = dlinfo(h, RTLD_DI_TLS_MODID, &module);
	printf("tls %d %d\n", r, module > 0);
	void *block = NULL;
	r = dlinfo(h, RTLD_DI_TLS_DATA, &block);
	printf("tls data %d %d\n", r, block != NULL);
	call(h, "deep_tls");
	r = dlinfo(h, RTLD_DI_TLS_DATA, &block);
	printf("tls data %d %d\n", r, block == dlsym(h, "deep_variable"));
	r = dlinfo(h, RTLD_DI_PHDR, &phdr);
	printf("phdr %d %d\n", r > 3, phdr && phdr->p_type);
	printf("other %d\n", dlinfo(h, 99, &id));
	error("other");
	void *f = dlsym(h, "deep_only");
	r = dladdr((char *)f + 1, &info);
	printf("dladdr %d %s %d\n", r, info.dli_sname, info.dli_saddr == f && info.dli_fbase == (void *)map->l_addr);
	r = dladdr1(f, &info, &extra, RTLD_DL_LINKMAP);
	printf("dladdr1 %d %d\n", r, extra == map);
	const ElfW(Sym) *sym = NULL;
	r = dladdr1(f, &info, (void **)&sym, RTLD_DL_SYMENT);
	printf("dladdr1 %d %d\n", r, sym && ELF64_ST_TYPE(sym->st_info) == STT_FUNC && sym->st_value == (char *)f - (char *)map->l_addr);
	printf("dladdr of nothing %d\n", dladdr((void *)16, &info));
	r = dladdr(dlsym(h, "deep_data"), &info);
	printf("dladdr of data %d %s\n", r, info.dli_sname);
	dlclose(h);
}

static void errors(void)
{
	void *h = dlopen("libdeep.so", RTLD_NOW);

	error("none");
	dlopen("libnowhere.so.3", RTLD_NOW);
	error("missing");
	dlopen("./libnowhere.so", RTLD_NOW);
	error("missing path");
	dlopen("libdeep.so", 0);
	error("mode");
	dlopen("./libtext.so", RTLD_NOW);
	error("text");
	dlopen("./libshort.so", RTLD_NOW);
	error("short");
	dlopen("./libneedy.so", RTLD_NOW);
	error("undefined");
	dlopen("./libneedy.so", RTLD_NOW);
	error("undefined again");
	dlsym(h, "no_such");
	error("no symbol");
	dlvsym(h, "deep_only", "V9");
	error("version");
	dlsym(RTLD_NEXT, "no_such");
	error("next");
	dlsym(h, "deep_only");
	error("no error");
	dlclose(h);
}

int main(void)
{
	flags();
	ask();
	errors();
	return shared() - 1;
}
