/* Constants and structures of glibc's <dlfcn.h> and <link.h>, which musl's agree with as far as they go. */
#ifndef DLFCN_H
#define DLFCN_H

#include "types.h"

#define RTLD_LAZY 1
#define RTLD_NOW 2
#define RTLD_NOLOAD 4
#define RTLD_DEEPBIND 8
#define RTLD_GLOBAL 0x100
#define RTLD_NODELETE 0x1000
#define RTLD_DEFAULT ((void *)0)
#define RTLD_NEXT ((void *)-1L)

#define RTLD_DI_LMID 1
#define RTLD_DI_LINKMAP 2
#define RTLD_DI_SERINFO 4
#define RTLD_DI_SERINFOSIZE 5
#define RTLD_DI_ORIGIN 6
#define RTLD_DI_TLS_MODID 9
#define RTLD_DI_TLS_DATA 10
#define RTLD_DI_PHDR 11
#define RTLD_DL_SYMENT 1
#define RTLD_DL_LINKMAP 2

struct dl_info {
	const char *fname;
	void *fbase;
	const char *sname;
	void *saddr;
};

struct dl_phdr_info {
	u64 addr;
	const char *name;
	const void *phdr;
	u16 phnum;
	u64 adds, subs;
	u64 tls_modid;
	void *tls_data;
};

/* Dl_serinfo */
struct dl_serinfo {
	size_t size;
	unsigned count;
	struct { char *name; unsigned flags; } paths[];
};

struct module;
bool dlinfo_search(const struct module *m, int request, struct dl_serinfo *info);

#endif
