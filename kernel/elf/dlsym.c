/* dlsym(3), dlvsym(3). */
#include "dlfcn.h"
#include "dynlink.h"

OPTIONAL bool note_use(struct module *m, struct module *used) { (void)m, (void)used; return true; }	/* unload.c */

/* Those after FROM in the order that FROM's own names are looked up. */
static bool lookup_next(const struct module *from, const struct query *q, struct found *out)
{
	const struct scope *s = from->is_global ? &global_scope : &from->local;
	unsigned i = 0;

	while (i < s->count && s->list[i] != from)
		i++;
	for (i++; i < s->count; i++)
		if (lookup_in(s->list[i], q, out))
			return true;
	return false;
}

static bool lookup_handle(struct module *m, const struct query *q, struct found *out)
{
	struct scope s;

	if (m->is_main)
		return lookup_scope(&global_scope, q, out);
	if (!scope_build(&s, &m, 1))
		return false;
	bool ok = lookup_scope(&s, q, out);
	loader_free(s.list);
	return ok;
}

static bool find(void *handle, const struct query *q, struct module *caller, struct found *out)
{
	if (handle == RTLD_DEFAULT && caller)	/* which keeps what it found, as one bound to it does */
		return lookup_from(caller, q, out) && (out->m == caller || out->m->nodelete || note_use(caller, out->m));
	if (handle == RTLD_DEFAULT)
		return lookup_scope(&global_scope, q, out);
	if (handle == RTLD_NEXT)
		return caller && lookup_next(caller, q, out);
	struct module *m = module_of_handle(handle);
	return m && lookup_handle(m, q, out);
}

static void *address(const struct found *f)
{
	if (SYM_TYPE(f->sym) != STT_TLS)
		return (void *)found_address(f);
	u64 index[2] = { (u64)f->m->tls, f->sym->value };
	return f->m->tls ? __tls_get_addr(index) : NULL;
}

/* In whose name a symbol was looked for. */
static const char *who(void *handle, const struct module *caller)
{
	const struct module *m = handle == RTLD_DEFAULT || handle == RTLD_NEXT ? caller : handle;

	return m && *m->name ? m->name : exec_name;
}

static void *look_up(void *handle, const char *name, const char *version, u64 from)
{
	struct query q;
	struct found f = { 0 };
	struct version v;
	void *result = NULL;

	loader_lock();
	struct module *caller = module_of(from);
	query_init(&q, name);
	q.musl = caller && caller->musl;
	q.newest = !version;	/* glibc elf/dl-sym.c */
	q.exact = version;
	if (version) {
		v = (struct version){ sysv_hash(version), version };
		q.version = &v;
	}
	loader_message[0] = 0;
	if (find(handle, &q, caller, &f)) {
		result = address(&f);
	} else {
		if (!loader_message[0])
			loader_fail("%s: undefined symbol: %s%s%s", who(handle, caller), name, version ? ", version " : "", version ? version : "");
		uk_dl_fail(loader_message);
	}
	loader_unlock();
	return result;
}

EXPORT void *dlsym(void *handle, const char *name)
{
	return look_up(handle, name, NULL, (u64)__builtin_return_address(0));
}

EXPORT void *dlvsym(void *handle, const char *name, const char *version)
{
	return look_up(handle, name, version, (u64)__builtin_return_address(0));
}
