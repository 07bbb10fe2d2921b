/* Databases of net groups and aliases: there are none, and lookups find nothing. */
#include <errno.h>
#include <stddef.h>

struct aliasent;

int innetgr(const char *group, const char *host, const char *user, const char *domain) { return 0; }
int setnetgrent(const char *group) { return 0; }
void endnetgrent(void) {}
int getnetgrent(char **host, char **user, char **domain) { return 0; }
int getnetgrent_r(char **host, char **user, char **domain, char *buf, size_t n) { return 0; }

void setaliasent(void) {}
void endaliasent(void) {}
struct aliasent *getaliasent(void) { errno = ENOENT; return NULL; }
struct aliasent *getaliasbyname(const char *name) { errno = ENOENT; return NULL; }
