// What a program does with memory, run with an allocator of Debian's in place of libc's (its library
// is named when the program is linked): libc's memory is freed by it, threads come and go.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <map>
#include <string>
#include <thread>
#include <vector>

static void churn(unsigned seed, size_t *total)
{
	std::map<unsigned, std::string> kept;
	for (unsigned i = 0; i < 3000; i++) {
		seed = seed * 1103515245 + 12345;
		kept[seed >> 16 & 255] = std::string(seed >> 20, 'x');
		free(strdup("libc's own memory"));
	}
	for (auto &k : kept)
		*total += k.second.size();
}

int main()
{
	size_t total = 0, each[4] = {};
	std::vector<std::thread> threads;
	for (unsigned i = 0; i < 4; i++)
		threads.emplace_back(churn, i, &each[i]);
	for (auto &t : threads)
		t.join();
	for (size_t e : each)
		total += e;
	printf("threads kept %zu\n", total);
	void *p = nullptr;
	int error = posix_memalign(&p, 4096, 100);
	printf("posix_memalign %d, aligned %d\n", error, p && !((size_t)p & 4095));
	free(p);
	p = aligned_alloc(64, 640);
	printf("aligned_alloc %d, usable %d\n", p && !((size_t)p & 63), malloc_usable_size(p) >= 640);
	free(p);
	p = memalign(128, 1);
	printf("memalign %d\n", p && !((size_t)p & 127));
	free(p);
	char *s = nullptr, *line = nullptr;
	size_t n = 0;
	printf("asprintf %d\n", asprintf(&s, "%s %f", "text", 1.5));
	FILE *f = fmemopen(s, strlen(s), "r");
	ssize_t length = getline(&line, &n, f);
	printf("getline %zd %s\n", length, line);
	fclose(f);
	free(line);
	s = (char *)realloc(s, 1 << 20);
	printf("realloc %.4s\n", s);
	free(s);
	s = realpath("/proc/..", nullptr);
	puts(s);
	free(s);
	p = malloc(64 << 20);
	memset(p, 1, 64 << 20);
	free(p);
	char *zero = (char *)calloc(1000, 1000);
	printf("calloc %d\n", zero[0] || zero[999999]);
	free(zero);
	return 0;
}
