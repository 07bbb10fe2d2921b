/* Whoever needs a part that may be a module asks here. One thread at a time loads;
 * others wait, and then find what it brought. */
#include "modules.h"

#define STATUS_REFUSED 126

unsigned parts_ready;

static struct thread *owner;
static unsigned depth;
static bool starting;
static struct waitq waiting = WAITQ_INIT(waiting);

/* NULL: all of them; or the one that failed. */
static struct part *start(unsigned first)
{
	for (unsigned i = first; i < part_count; i++) {
		struct part *p = parts[i];
		const struct module_header *h = p->header;
		for (void (*const *f)(void) = h->constructors; f < h->constructors_end; f++)
			(*f)();
		p->constructed = true;
		for (const struct module_init *f = h->inits; f < h->inits_end; f++, p->started++) {
			int err = f->start();
			if (err) {
				loader_fail("module %s: init function %s: error %d", p->name, f->name, -err);
				return p;
			}
		}
	}
	return NULL;
}

/* From here on calls and devices reach what parts from FIRST on have. */
static void publish(unsigned first)
{
	unsigned end = part_count;

	parts_ready = end;
	for (unsigned i = first; i < end; i++)
		for (const struct implementation *f = parts[i]->header->implementations; f < parts[i]->header->implementations_end; f++)
			*f->slot = f->function;
	for (unsigned i = first; i < end; i++)
		for (const struct driver *d = parts[i]->header->drivers; d < parts[i]->header->drivers_end; d++) {
			int err = d->id ? 0 : d->probe(NULL);
			if (err)
				kprintf("driver %s: error %d\n", d->name, -err);
		}
}

static void stop(struct part *p)
{
	const struct module_header *h = p->header;

	while (p->started--)
		if (h->inits[p->started].stop)
			h->inits[p->started].stop();
	for (void (*const *f)(void) = h->destructors_end; p->constructed && f > h->destructors; )
		(*--f)();
}

static void drop(unsigned first)
{
	while (part_count > first) {
		struct part *p = parts[--part_count];
		stop(p);
		part_free(p);
	}
}

/* In every line of the index. */
void refuse(const char *name)
{
	const char *a = NULL;
	char *module;

	while (index_next(&a, &module))
		if (module != name && !strcmp(module, name))
			*module |= REFUSED;
	*(char *)name |= REFUSED;
}

/* One that was asked for, or that it needs; that one has a line of its own. */
static void start_failed(char *name, struct part *p)
{
	if (!strcmp(p->name, name))
		return;
	kprintf("%s (needed by %s)\n", loader_message, name);
	loader_fail("module %s: needs %s, which was refused", name, p->name);
	refuse(p->name);
}

static bool load(char *name, const char *alias)
{
	unsigned old = part_count;
	ns_t begin = now_monotonic();

	if (*name & REFUSED)
		return false;
	if (!part_load(name, NULL))
		goto refused;
	starting = true;
	struct part *failed = start(old);
	starting = false;
	if (!failed) {
		for (unsigned i = old; i < part_count && cmdline_get(CMD_VERBOSE, 0); i++)
			kprintf("module %s: loaded for %s, %lu us\n", parts[i]->name, alias, (now_monotonic() - begin) / 1000);
		publish(old);
		return true;
	}
	start_failed(name, failed);
refused:
	kprintf("%s (asked for: %s)\n", loader_message, alias);
	drop(old);
	refuse(name);
	if (index_find("on-failure", 0))	/* stop */
		vm_exit(STATUS_EXIT, STATUS_REFUSED);
	return false;
}

bool request(const char *alias)
{
	bool any = false;
	char *name;
	KERNEL_LOCK();

	if (owner == current() && starting)	/* nothing is loaded for what may be unloaded in a moment */
		return false;
	while (owner && owner != current())
		wait_on(&waiting, FOREVER, false);
	owner = current();
	depth++;
	for (unsigned i = 0; (name = index_find(alias, i)); i++)
		any |= load(name, alias);
	if (!--depth) {
		owner = NULL;
		wake_all(&waiting);
	}
	return any;
}
