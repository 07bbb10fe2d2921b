/* Modules of the image. One that was loaded stays: glibc gives up those that two later ones did not need. */
#include <dlfcn.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include "gconv.h"
#include "pthread_impl.h"

void __libc_free(void *p);
void kprintf(const char *fmt, ...);

/* Steps call each other by this in glibc, which counts calls for a profiler of libraries. */
void _dl_mcount_wrapper_check(void *f) { (void)f; }

/* The host has it, or gconv-modules.cache would not name it. */
static void tell_missing(const char *path)
{
	if (access(path, F_OK))
		kprintf("iconv: the image lacks %s\n", path);
}

static int load(struct gconv_step *step, const char *path)
{
	void *module = dlopen(path, RTLD_NOW);

	if (!module) {
		tell_missing(path);
		return GCONV_NOCONV;
	}
	step->fct = (gconv_fct *)dlsym(module, "gconv");
	step->init = (int (*)(struct gconv_step *))dlsym(module, "gconv_init");
	int status = !step->fct ? GCONV_NOCONV : step->init ? step->init(step) : GCONV_OK;
	if (status == GCONV_OK)
		step->end = (void (*)(struct gconv_step *))dlsym(module, "gconv_end");
	return status;
}

/* The program's dlerror() does not tell of it. */
int uk_gconv_load(struct gconv_step *step, const char *folder, const char *file)
{
	pthread_t self = __pthread_self();
	char *error = self->dlerror_buf, path[PATH_MAX];
	int flag = self->dlerror_flag;

	if (strlen(folder) + strlen(file) >= sizeof path)
		return GCONV_NOCONV;
	self->dlerror_buf = NULL;
	int status = load(step, strcat(strcpy(path, folder), file));
	__libc_free(self->dlerror_buf);
	self->dlerror_buf = error;
	self->dlerror_flag = flag;
	return status;
}
