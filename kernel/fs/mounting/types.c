/* The types of file systems that can be mounted. Each registers itself at boot, or when
 * its module is loaded: mounting the type NAME asks for the module of "fs-NAME". */
#include "file_system.h"
#include "module_request.h"

#define NAME_SIZE 32

int file_system_register(struct file_system *t)
{
	struct file_system **end = &file_systems;

	while (*end)
		end = &(*end)->next;
	*end = t;
	return 0;
}

void file_system_unregister(struct file_system *t)
{
	struct file_system **at = &file_systems;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
}

static struct file_system *find(const char *name)
{
	struct file_system *t = file_systems;

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
