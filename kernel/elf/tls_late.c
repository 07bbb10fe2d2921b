/*
 * Libraries that dlopen() brings and that use the initial-exec model: their
 * block goes into the spare part of the static thread-local storage. When the
 * library goes, its place stays in musl's list with nothing to copy, and the
 * next library that fits takes it over.
 */
#include "dynlink.h"

const char tls_late[1];		/* dlopen() names it, since a weak default does not pull this file in */

static struct tls *vacant[LATE_MODULES];

static struct tls *take_vacant(const struct tls_image *want)
{
	for (unsigned i = 0; i < array_len(vacant); i++) {
		struct tls *t = vacant[i];
		if (!t || t->image.size < want->size || (-t->static_offset - (u64)want->image) & (want->align - 1))
			continue;
		vacant[i] = NULL;
		return t;
	}
	return NULL;
}

bool tls_make_static(struct module *m)
{
	if (m->init_started)
		return loader_fail("%s: its thread-local storage is in use already and cannot become static; "
			"link the program against it", m->name);
	struct tls *t = m->relocated ? NULL : take_vacant(&m->tls->image);	/* else its address is known already */
	if (t) {
		t->image.image = m->tls->image.image;
		t->image.len = m->tls->image.len;
		t->id = m->tls->id;
		loader_free(m->tls);
		m->tls = t;
	} else if (!tls_place_static(m)) {
		return false;
	}
	tls_publish();
	m->tls->unfilled = true;
	if (m->relocated)
		tls_fill_late(m);
	return true;
}

/* Once the image itself is relocated, every thread gets it. */
void tls_fill_late(struct module *m)
{
	if (m->tls && m->tls->unfilled)
		uk_tls_fill(&m->tls->image);
	if (m->tls)
		m->tls->unfilled = false;
}

void tls_vacate(struct tls *t)
{
	t->image.len = 0;
	for (unsigned i = 0; i < array_len(vacant); i++)
		if (!vacant[i]) {
			vacant[i] = t;
			return;
		}
}
