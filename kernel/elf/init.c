/* Constructors and destructors (gABI "Initialization and Termination Functions") of one module. */
#include "dynlink.h"

int start_argc;
char **start_argv, **start_envp;

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
	if (module_has(m, DT_INIT) && m->dyn[DT_INIT])
		call_init(m->bias + m->dyn[DT_INIT]);
	call_array(m, DT_INIT_ARRAY, DT_INIT_ARRAYSZ);
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

/* elf/init_order.c: of a program without libraries there is one. */
OPTIONAL void fini_marked(unsigned mark) { (void)mark, fini_run(main_module); }

static void fini_all(void)
{
	fini_marked(0);
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
