/* Views of and knobs for glibc's allocator. musl's has none, so knobs answer "not done" and counts are 0. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct mallinfo { int n[10]; };
struct mallinfo2 { size_t n[10]; };

struct mallinfo mallinfo(void) { return (struct mallinfo){ { 0 } }; }
struct mallinfo2 mallinfo2(void) { return (struct mallinfo2){ { 0 } }; }
int mallopt(int what, int value) { return 0; }
int malloc_trim(size_t keep) { return 0; }
void malloc_stats(void) {}
int malloc_info(int options, FILE *f)
{
	if (options) {
		errno = EINVAL;
		return -1;
	}
	return fputs("<malloc version=\"1\">\n</malloc>\n", f) < 0 ? -1 : 0;
}
