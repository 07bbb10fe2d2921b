/* The types of file systems that can be mounted. Each registers itself at boot, or when
 * its module is loaded: mounting the type NAME asks for the module of "fs-NAME". */
#include "file_system.h"
#include "module_request.h"

#define NAME_SIZE 32

static struct file_system *types;

int file_system_register(struct file_system *t)
{
	struct file_system **end = &types;

	while (*end)
		end = &(*end)->next;
	*end = t;
	return 0;
}

void file_system_unregister(struct file_system *t)
{
	struct file_system **at = &types;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
}

static struct file_system *find(const char *name)
{
	struct file_system *t = types;

	while (t && strcmp(t->name, name))
		t = t->next;
	return t;
}

struct file_system *file_system_find(const char *name)
{
	struct file_system *t = find(name);
	char alias[NAME_SIZE];

	if (t || strlen(name) > sizeof(alias) - sizeof("fs-"))
		return t;
	ksnprintf(alias, sizeof(alias), "fs-%s", name);
	return module_request(alias) ? find(name) : NULL;
}

void file_systems_show(struct text *t)
{
	for (struct file_system *f = types; f; f = f->next)
		text_printf(t, "%s\t%s\n", f->on_disk ? "" : "nodev", f->name);
}
IMPLEMENT(file_systems_show);
