/* dlopen(3). Binding is always complete (RTLD_NOW). */
#include "dlfcn.h"
#include "dynlink.h"

OPTIONAL void debug_publish(void) {}
OPTIONAL void init_scope(const struct scope *s) { (void)s; }
OPTIONAL bool relocate_scope(const struct scope *s) { (void)s; return true; }	/* what was there is */

bool undefined_in_dlopen(const struct module *m, const char *name, const char *version)
{
	if (dlopen_runs)
		loader_fail("%s: undefined symbol: %s%s%s", m->name, name, version ? ", version " : "", version ? version : "");
	return dlopen_runs;
}

static bool parse_new(struct module *m)
{
	return m->is_kernel || m->strtab || module_parse(m);
}

/* Each new module looks names up in the whole of what this dlopen() brought. */
static bool set_scopes(struct module *root, const struct scope *s, bool deep)
{
	struct module *list[] = { root };

	for (unsigned i = 0; i < s->count; i++) {
		struct module *m = s->list[i];
		if (m->is_kernel || m->relocated || m->local.list)
			continue;
		if (!scope_build(&m->local, list, 1))
			return false;
		m->deepbind = deep;
	}
	return true;
}

static bool link_new(const struct scope *s)
{
	KEEP(tls_late);
	KEEP(exec_libraries);
	KEEP(tls_dynamic);
	for (unsigned i = 0; i < s->count; i++)
		if (!tls_assign(s->list[i], false))
			return false;
	if (!relocate_scope(s))
		return false;
	for (unsigned i = 0; i < s->count; i++)
		tls_fill_late(s->list[i]);
	return true;
}

static bool make_global(const struct scope *s)
{
	struct module **list = loader_alloc((global_scope.count + s->count) * sizeof(*list));

	if (!list)
		return loader_fail("out of memory");
	memcpy(list, global_scope.list, global_scope.count * sizeof(*list));
	loader_free(global_scope.list);
	global_scope.list = list;
	for (unsigned i = 0; i < s->count; i++)
		if (!s->list[i]->is_global) {
			s->list[i]->is_global = true;
			list[global_scope.count++] = s->list[i];
		}
	return true;
}

static bool open_tree(struct module *root, int mode)
{
	struct scope s;

	if (!parse_new(root) || !load_dependencies(root) || !scope_build(&s, &root, 1))
		return false;
	bool ok = set_scopes(root, &s, mode & RTLD_DEEPBIND) && link_new(&s) &&
		(!(mode & RTLD_GLOBAL) || make_global(&s));
	loader_free(s.list);
	return ok;
}

static struct module *open(const char *file, int mode, struct module *caller)
{
	if (!(mode & (RTLD_LAZY | RTLD_NOW))) {
		loader_fail("%s: invalid mode for dlopen(): Invalid argument", file && *file ? file : exec_name);
		return NULL;
	}
	if (!file || !*file)
		return main_module;	/* everything that was there at the start */
	struct module *m = load_library(file, caller, mode & RTLD_NOLOAD);
	if (!m || m->is_kernel)
		return m;
	m->refs++;
	if (!open_tree(m, mode)) {
		m->refs--;
		return NULL;
	}
	if (mode & RTLD_NODELETE)
		m->nodelete = true;
	return m;
}

EXPORT void *dlopen(const char *file, int mode)
{
	u64 from = (u64)__builtin_return_address(0);

	loader_lock();
	u64 added = modules_added;
	dlopen_runs = true;
	loader_message[0] = 0;
	struct module *m = open(file, mode, module_of(from));
	if (!m) {
		if (loader_message[0])	/* what is merely not loaded is no error */
			uk_dl_fail(loader_message);
		unload_unused();
	} else {
		/* What was there is not begun early: a constructor may open the program, or its own library. */
		if (modules_added != added) {
			debug_publish();
			init_scope(&m->local);
		}
	}
	loader_unlock();
	return m;
}
