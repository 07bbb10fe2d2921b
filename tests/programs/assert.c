/* A failed assertion says where, then aborts. */
#undef NDEBUG
#include <assert.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	puts("before");
	fflush(stdout);
	assert(argc > 100 && "too few");
	return !argv;
}
