/* The kernel around the loader, as far as it is asked for, and the steps of
 * elf/dynamic.c without those that run code. */
#include "../../dynlink.h"
#include "host.h"
#include "vfs.h"

void *malloc(size_t n);
void *calloc(size_t n, size_t size);
void *realloc(void *p, size_t n);
void free(void *p);
int vsnprintf(char *buf, size_t n, const char *fmt, va_list ap);

const char *exec_name = "prog";
struct module kernel_module = { .name = "kernel", .is_kernel = true };
extern const char exec_libraries[];
const char init_order[1];	/* elf/init_order.c runs code of the program */
int start_argc;
char **start_argv, **start_envp;
struct vnode *root_vnode, *cwd_vnode;

struct { u64 a, b; } copyvar_start[1] __asm__("copyvar_start");
__asm__(".globl copyvar_end\n.set copyvar_end, copyvar_start");

void klock(void) {}
void kunlock(void) {}
void *kmalloc(size_t n) { return malloc(n); }
void *kzalloc(size_t n) { return calloc(1, n); }
void *krealloc(void *p, size_t n) { return realloc(p, n); }
void kfree(void *p) { free(p); }
int kvsnprintf(char *buf, size_t n, const char *fmt, va_list ap) { return vsnprintf(buf, n, fmt, ap); }
void kprintf(const char *fmt, ...) { (void)fmt; }

void panic(const char *fmt, ...)
{
	char buf[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	host_panic(buf);
	__builtin_unreachable();
}

noreturn void out_of_memory(const char *what)
{
	panic("out of memory %s", what);
}

noreturn void exec_fail(u8 status, const char *program, const char *why)
{
	(void)status, (void)program;
	panic("%s", why);
}

bool kernel_stands_in(const char *soname) { (void)soname; return false; }
size_t uk_tls_publish(struct tls_image *head, size_t count, size_t room, size_t align, size_t most) { (void)head, (void)count, (void)room, (void)align, (void)most; return 65536; }
void uk_tls_first_thread(void *mem, unsigned stack) { (void)mem, (void)stack; }

/* One vnode a path. */
static struct { struct vnode v; char path[256]; int fd; } files[64];
static unsigned file_count;

int vfs_lookup(struct vnode *start, const char *path, int flags, struct vnode **out)
{
	unsigned long size;
	unsigned mode;

	(void)start, (void)flags;
	for (unsigned i = 0; i < file_count; i++)
		if (!strcmp(files[i].path, path)) {
			*out = &files[i].v;
			return 0;
		}
	long fd = strlen(path) < sizeof(files[0].path) && file_count < array_len(files) ? host_open(path, &size, &mode) : -1;
	if (fd < 0)
		return -ENOENT;
	memcpy(files[file_count].path, path, strlen(path) + 1);
	files[file_count].fd = fd;
	files[file_count].v.size = size;
	files[file_count].v.mode = mode;
	*out = &files[file_count++].v;
	return 0;
}

static int fd_of(struct vnode *v) { return container_of(v, typeof(files[0]), v)->fd; }
long vnode_read(struct vnode *v, void *buf, size_t n, u64 pos) { return host_read(fd_of(v), buf, n, pos); }
void vnode_get(struct vnode *v) { (void)v; }
void vnode_put(struct vnode *v) { (void)v; }
int path_walk(struct vnode *start, const char *path, int flags, struct path *out) { (void)start, (void)path, (void)flags, (void)out; return -ENOENT; }
void path_put(struct path *p) { (void)p; }
char *path_string(const struct path *p) { (void)p; return NULL; }

long vm_map(u64 addr, u64 len, int prot, int flags, struct vnode *file, u64 offset)
{
	if (!len)
		return -EINVAL;
	return host_map(addr, len, prot, flags, file ? fd_of(file) : -1, offset);
}
long vm_protect(u64 addr, u64 len, int prot) { return host_protect(addr, len, prot); }
long vm_unmap(u64 addr, u64 len) { return host_unmap(addr, len); }

static bool link_all(struct elf_file *f)
{
	static char *no_environment[1];
	struct module *roots[1];
	u32 symbols = 0;

	start_envp = no_environment;
	if (!load_program(f))
		return false;
	roots[0] = main_module;
	if (!load_dependencies(main_module) || !scope_build(&global_scope, roots, 1))
		return false;
	for (unsigned i = 0; i < global_scope.count; i++)
		if (!tls_assign(global_scope.list[i], true))
			return false;
	if (!relocate_copies_of_kernel(main_module) || !tls_start())
		return false;
	for (unsigned i = global_scope.count; i-- > 0;) {
		if (!relocate(global_scope.list[i]))
			return false;
		symbols += symbol_count(global_scope.list[i]);	/* of dladdr() */
	}
	return true;
}

const char *link_program(const char *path)
{
	static struct elf_file f;
	bool missing;

	KEEP(exec_libraries);
	const char *why = elf_open(&f, path, &missing);
	if (!why)
		why = elf_map(&f, f.ehdr.type == ET_DYN ? 0x155555554000 : 0);
	if (why)
		return why;
	return link_all(&f) ? NULL : loader_message;
}
