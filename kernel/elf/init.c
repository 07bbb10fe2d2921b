/* Constructors and destructors (gABI "Initialization and Termination
 * Functions"): what a library needs is ready before it. */
#include "dynlink.h"

int start_argc;
char **start_argv, **start_envp;

static struct module **order;	/* those whose constructors have begun, in that order */
static unsigned order_count, order_room;

static bool order_add(struct module *m)
{
	if (order_count == order_room) {
		struct module **grown = loader_alloc((order_room + 32) * sizeof(*grown));
		if (!grown)
			return false;
		if (order)
			memcpy(grown, order, order_count * sizeof(*grown));
		loader_free(order);
		order = grown;
		order_room += 32;
	}
	order[order_count++] = m;
	return true;
}

static void call_init(u64 address)
{
	((void (*)(int, char **, char **))address)(start_argc, start_argv, start_envp);
}

/* Tables were checked by module_parse(), their contents are relocated addresses. */
static void call_array(const struct module *m, unsigned tag, unsigned size_tag)
{
	const u64 *f = (const u64 *)(m->bias + m->dyn[tag]);

	if (module_has(m, tag))
		for (u64 i = 0; i < m->dyn[size_tag] / 8; i++)
			if (f[i] && f[i] != ~0UL)
				call_init(f[i]);
}

void preinit_run(struct module *m)
{
	call_array(m, DT_PREINIT_ARRAY, DT_PREINIT_ARRAYSZ);
}

void init_run(struct module *m)
{
	if (m->init_started)
		return;
	m->init_started = true;
	if (!order_add(m))
		m->fini_done = true;
	if (module_has(m, DT_INIT) && m->dyn[DT_INIT])
		call_init(m->bias + m->dyn[DT_INIT]);
	call_array(m, DT_INIT_ARRAY, DT_INIT_ARRAYSZ);
}

/* Depth first, without recursion: a chain of libraries may be long. A module in
 * work has its mark set; whoever needs it meanwhile (a cycle) goes first. */
void init_library_tree(struct module *root)
{
	struct frame {
		struct module *m;
		unsigned next;
	} *stack;
	unsigned depth = 0, room = 1;

	for (struct module *m = modules; m; m = m->next) {
		m->mark = ~0u;		/* not seen */
		room++;
	}
	if (!(stack = loader_alloc(room * sizeof(*stack))))
		panic("out of memory while libraries start; give the machine more");
	stack[depth++] = (struct frame){ root, 0 };
	root->mark = 0;
	while (depth) {
		struct frame *top = &stack[depth - 1];
		if (top->next < top->m->dep_count) {
			struct module *d = top->m->deps[top->next++];
			if (d->mark == ~0u && !d->init_started) {
				d->mark = 0;
				stack[depth++] = (struct frame){ d, 0 };
			}
			continue;
		}
		depth--;
		if (!top->m->is_main)	/* the program's own run later, uk_run_main_init */
			init_run(top->m);
	}
	loader_free(stack);
}

void fini_run(struct module *m)
{
	if (m->fini_done || !m->init_started)
		return;
	m->fini_done = true;
	if (module_has(m, DT_FINI_ARRAY))
		for (u64 i = m->dyn[DT_FINI_ARRAYSZ] / 8; i-- > 0;) {
			u64 f = ((const u64 *)(m->bias + m->dyn[DT_FINI_ARRAY]))[i];
			if (f && f != ~0UL)
				((void (*)(void))f)();
		}
	if (module_has(m, DT_FINI) && m->dyn[DT_FINI])
		((void (*)(void))(m->bias + m->dyn[DT_FINI]))();
}

void fini_marked(unsigned mark)
{
	unsigned n = 0;

	for (unsigned i = order_count; i-- > 0;)
		if (order[i]->mark == mark)
			fini_run(order[i]);
	for (unsigned i = 0; i < order_count; i++)
		if (order[i]->mark != mark)
			order[n++] = order[i];
	order_count = n;
}

/* At exit: the opposite order. The program, whose constructors ran last, is first. */
static void fini_all(void)
{
	while (order_count)
		fini_run(order[--order_count]);
}

/* Called by __libc_start_main(), of programs built against glibc and musl alike. */
void uk_run_main_init(int argc, char **argv, char **envp)
{
	(void)argc, (void)argv, (void)envp;
	if (!main_module)
		return;		/* a static program cannot get here */
	atexit(fini_all);
	init_run(main_module);
}
