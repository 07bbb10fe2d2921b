/*
 * The in-kernel dynamic linker: what its files share.
 *
 * A module is a loaded ELF file, or the kernel itself, which stands in for
 * libc and whose dynamic symbols are what the image builder exported.
 *
 * Trust: a module's file may be hostile. Whatever is read through an address
 * or index from the file goes through module_at() or a limit that was
 * derived with it, so linking neither faults nor loops for ever. (Its code,
 * once it runs, is as free as any other code of the program.)
 *
 * Locking: the loader lock (lock.c) is held while modules are loaded, linked
 * and dropped; the list of modules changes under the kernel lock as well, so
 * that either lock suffices to walk it. Linking itself holds no kernel lock:
 * it runs on the program's stack and may fault pages in.
 */
#ifndef DYNLINK_H
#define DYNLINK_H

#include "elf.h"
#include "kernel.h"
#include "loader.h"

struct version {
	u32 hash;		/* 0: none (local, global or base version) */
	const char *name;
};

/* What musl's thread creation walks (its struct tls_module, src/internal/libc.h). */
struct tls_image {
	struct tls_image *next;
	void *image;
	size_t len, size, align, offset;
};

/* A module's thread-local storage. DTPMOD64 relocations hold the address of
 * this structure, so it outlives its module. */
struct tls {
	struct tls_image image;
	u64 static_offset;	/* its block is at thread pointer - static_offset; 0: dynamic */
	bool unfilled;		/* static, but the threads have yet to get their copies */
	u64 slot;		/* dynamic: index in each thread's vector */
	u64 id;			/* 1...; as dl_iterate_phdr reports it */
};

struct scope {
	struct module **list;
	unsigned count;
};

/* glibc's <link.h>: what dlopen()'s handle points to, and debuggers walk. */
struct link_map {
	u64 addr;
	const char *name;
	struct elf_dyn *dynamic;
	struct link_map *next, *prev;
};

struct module {
	struct link_map map;	/* first: a module's address is its link_map's */
	struct module *next;
	const char *name;	/* path; "" for the program. In memory that programs may pass to system calls */
	const char *soname;	/* or NULL */
	const char *origin;	/* directory, for $ORIGIN */
	struct vnode *vnode;	/* a reference; tells files apart */
	struct module *loader;	/* the first that needed it; NULL: program, preload, dlopen */
	u64 bias, start, end;
	const struct elf_phdr *phdrs;	/* checked copy */
	unsigned phnum;
	const struct elf_phdr *user_phdrs;
	struct elf_dyn *dynamic;

	u64 dyn[DT_COUNT], have;	/* values of the small tags; a bit for each that is present */
	u64 flags1;
	const struct elf_sym *symtab;
	u32 sym_count;		/* upper limit */
	const char *strtab;	/* its last byte is NUL */
	u64 strsz;
	struct {
		u32 buckets, first, words, shift, chains;
		const u64 *bloom;
		const u32 *bucket, *chain;
	} gnu;
	struct {
		u32 buckets, chains;
		const u32 *bucket, *chain;
	} sysv;
	const u16 *versym;
	struct version *versions;
	unsigned version_count;

	struct tls *tls;
	struct module **deps;	/* DT_NEEDED, in order, the kernel for libc's names; then what it filters */
	unsigned dep_count, filtees;
	struct scope local;	/* of the dlopen() that brought it: itself and its dependencies, breadth-first */
	struct module **uses;	/* bound to, though not needed: they must stay as long */
	unsigned use_count;
	unsigned refs;		/* dlopen()s less dlclose()s */
	unsigned mark;		/* of the walk in progress */
	bool is_main, is_kernel, is_global, nodelete, deepbind, musl;
	bool textrel, relocated, init_started, fini_done, sorted;
};

extern struct module *modules;		/* in load order; the program first */
extern struct module *main_module;
extern struct module kernel_module;
extern struct scope global_scope;

/* elf/error.c: the message of the failure in progress. Always returns false. */
extern char loader_message[512];
bool loader_fail(const char *fmt, ...) printf_like(1, 2);

/* elf/lock.c: recursive, sleeps. */
void loader_lock(void);
void loader_unlock(void);

/* elf/memory.c. Zeroed; takes the kernel lock itself. */
void *loader_alloc(size_t n);
void loader_free(void *p);
const char *loader_string(const char *s);	/* a copy that lasts for ever; the same for the same text */

/* elf/module.c */
bool module_corrupt(const struct module *m, const char *what);	/* false, as loader_fail() */
const void *module_at(const struct module *m, u64 vaddr, u64 len, u32 flags);	/* PF_R, PF_W; NULL: not inside a segment */
bool module_parse(struct module *m);	/* dynamic section; false: loader_message */
const char *module_string(const struct module *m, u64 offset);	/* "" when out of range */
static inline bool module_has(const struct module *m, unsigned tag) { return m->have >> tag & 1; }

/* elf/version.c */
bool versions_parse(struct module *m, const u64 verdef[2], const u64 verneed[2]);

/* elf/kernel_module.c */
bool kernel_module_init(void);
bool kernel_stands_in(const char *soname);
enum { STAND_INS = 13 };
extern const char *const stand_ins[STAND_INS];	/* load.c */

/* elf/load.c */
struct module *load_program(struct elf_file *f);
struct module *load_library(const char *name, struct module *needed_by, bool noload);	/* NULL: loader_message */
bool load_dependencies(struct module *root);	/* and theirs */
struct module *module_new(struct elf_file *f, const char *name);
void module_list_add(struct module *m);
void module_list_remove(struct module *m);	/* and frees it; its memory stays mapped */
extern u64 modules_added, modules_removed;	/* ever */
struct module *module_of(u64 address);		/* NULL: none. Either lock */
bool scope_build(struct scope *s, struct module *const *roots, unsigned count);	/* breadth-first, each once */

/* elf/search.c: the first file of that name, opened; false: none, or it is bad. */
bool search_library(const char *name, const struct module *needed_by, struct elf_file *f, const char **path);

/* elf/lookup.c */
struct found {
	struct module *m;	/* NULL: not found */
	const struct elf_sym *sym;
};
struct query {
	const char *name;
	u32 hash;		/* GNU hash */
	const struct version *version;	/* NULL: any */
	bool newest;		/* dlsym(): the default version goes before the oldest */
	bool exact;		/* dlvsym(): a definition without a version does not do */
	bool musl;		/* who asks was built against musl */
	bool plt;		/* a call: canonical addresses of undefined functions do not count */
	struct module *skip;	/* COPY: not the program itself */
};
/* What a look through one module's candidates has come to. */
struct match {
	const struct elf_sym *exact;
	const struct elf_sym *newer;	/* no version asked for: of a version that is not the base */
	unsigned newer_count;		/* good only where there is one, or else it would be a guess */
};
void consider(const struct module *m, u32 index, const struct query *q, struct match *result);
void query_init(struct query *q, const char *name);
u32 sysv_hash(const char *name);
u32 symbol_count(const struct module *m);	/* exact, from the hash table */
bool lookup_in(struct module *m, const struct query *q, struct found *out);
bool lookup_scope(const struct scope *s, const struct query *q, struct found *out);
bool lookup_from(struct module *from, const struct query *q, struct found *out);	/* as a relocation of FROM would */
u64 found_address(const struct found *f);	/* calls an IFUNC's resolver */

/* elf/lookup_musl.c */
void search_for_musl(const struct module *m, const struct query *q, struct match *result);
void search_gnu(const struct module *m, const struct query *q, struct match *result);

/* elf/sysv_hash.c, linked in for what has no DT_GNU_HASH */
bool sysv_parse(struct module *m);
void sysv_search(const struct module *m, const struct query *q, struct match *result);

/* elf/origin.c */
bool origin_note(struct module *m, const char *path);

/* elf/unique.c: one definition of each STB_GNU_UNIQUE symbol in the program. */
void unique_choose(struct found *f);

/* elf/copyvar.c */
u64 copyvar_current(u64 kernel_address);
void copyvar_redirect(u64 kernel_address, u64 copy);

/* elf/relocate.c */
bool relocate_copies_of_kernel(struct module *m);
bool relocate(struct module *m);	/* everything, then RELRO */
bool relocate_scope(const struct scope *s);	/* elf/init_order.c: each behind what it needs */
extern bool dlopen_runs;		/* a failure is for dlerror(), in glibc's words */

/* elf/tls.c */
#define LATE_MODULES 16		/* how many that come later may share the spare part */
extern struct tls_plan {
	struct tls_image *head;		/* of static blocks */
	size_t count, count_at_start, used, limit, align_most;
} tls_plan;
void tls_publish(void);					/* musl hears of what was placed since */
bool tls_start(void);					/* the first thread's, through musl */
void tls_fill_first(void);				/* again, now that the images are relocated */

/* elf/tls_assign.c: linked in where anything has thread-local storage */
bool tls_assign(struct module *m, bool at_start);	/* gives M's TLS its place */
bool tls_need_static(struct module *m);			/* makes it static if it is not */
bool tls_place_static(struct module *m);

/* elf/tls_late.c: linked in with dlopen(). */
bool tls_make_static(struct module *m);
void tls_fill_late(struct module *m);
void tls_vacate(struct tls *t);		/* its module is gone */

/* elf/tls_get.c, tls_block.c */
void *__tls_get_addr(const u64 *index);
void *tlsdesc_fast(const u64 *index);
char *tls_make_block(const struct tls *t);

/* kernel/glue/loader: the side of thread-local storage that knows musl's structures. */
size_t uk_tls_publish(struct tls_image *head, size_t count, size_t room, size_t align, size_t most);
void uk_tls_first_thread(void *mem, unsigned default_stack);
void uk_tls_fill(const struct tls_image *t);
void __init_libc(char **envp, char *name);	/* musl: environment, program name, stack protector */
int atexit(void (*fn)(void));

/* elf/init.c: constructors and destructors. */
void init_scope(const struct scope *s);	/* elf/init_order.c: all but the program's own */
void init_run(struct module *m);
void fini_run(struct module *m);
void fini_marked(unsigned mark);	/* of all modules with that mark, 0: whatever theirs */

/* elf/r_debug.c: where it is linked, debuggers learn of every change. Callers bring the OPTIONAL one. */
void debug_publish(void);

/* elf/unload.c: drops what no dlopen() keeps, after its destructors. */
void unload_unused(void);
bool note_use(struct module *m, struct module *used);	/* M cannot do without USED from now on */

/* Calls with the C library's conventions, through which argc etc. reach constructors. */
extern const char *exec_name;	/* the program, for messages */
extern int start_argc;
extern char **start_argv, **start_envp;

struct module *module_of_handle(void *handle);	/* elf/handle.c; NULL: loader_message */

/* Functions that programs call. */
#define EXPORT __attribute__((visibility("default")))

/* <dlfcn.h> and <link.h>, as programs call them. */
struct dl_find_object;
struct dl_info;
struct dl_phdr_info;
EXPORT int _dl_find_object(void *pc, struct dl_find_object *result);
EXPORT int dl_iterate_phdr(int (*callback)(struct dl_phdr_info *info, size_t size, void *data), void *data);
EXPORT int dladdr(const void *address, struct dl_info *info);
EXPORT int dladdr1(const void *address, struct dl_info *info, void **extra, int flags);
EXPORT int dlclose(void *handle);
EXPORT int dlinfo(void *handle, int request, void *result);
EXPORT void *dlopen(const char *file, int mode);
EXPORT void *dlsym(void *handle, const char *name);
EXPORT void *dlvsym(void *handle, const char *name, const char *version);
void uk_dl_fail(const char *message);	/* kernel/glue/loader/dlerror.c: what dlerror() will say */

#endif
