// Threads that end in the midst of C++ frames: by pthread_exit(), and by cancellation. What runs, in which order, and what must not
// be done.
#include <cxxabi.h>
#include <pthread.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *name;

struct Loud {
	const char *what;
	Loud(const char *w) : what(w) {}
	~Loud() { printf("%s: ~%s\n", name, what); }
};

static thread_local Loud *late;
struct Late { ~Late() { printf("%s: thread_local gone\n", name); } };
static thread_local Late late_object;

static pthread_key_t key;
static void key_gone(void *p) { printf("%s: key %s\n", name, (char *)p); }

static void handler(void *p) { printf("%s: handler %s\n", name, (char *)p); }

[[noreturn]] static void end() { pthread_exit((void *)"result"); }

static void *plain(void *)
{
	Loud a("a");
	{ Loud b("b"); end(); }
	return nullptr;
}

static void *rethrown(void *)
{
	Loud a("a");
	try {
		Loud b("b");
		end();
	} catch (...) {
		printf("%s: caught\n", name);
		throw;
	}
	return nullptr;
}

static void *forced(void *)
{
	Loud a("a");
	try {
		Loud b("b");
		end();
	} catch (int) {
		printf("%s: wrong\n", name);
	} catch (abi::__forced_unwind &) {
		printf("%s: forced\n", name);
		throw;
	}
	return nullptr;
}

static void handlers_in()
{
	Loud c("c");
	pthread_cleanup_push(handler, (void *)"inner");
	Loud d("d");
	end();
	pthread_cleanup_pop(0);
}

static void *handlers(void *)
{
	Loud a("a");
	pthread_cleanup_push(handler, (void *)"outer");
	Loud b("b");
	handlers_in();
	pthread_cleanup_pop(0);
	return nullptr;
}

static void *locals(void *)
{
	(void)&late_object;
	late = nullptr;
	pthread_setspecific(key, "value");
	Loud a("a");
	end();
}

// pthread_cleanup_push() as C has it: a jump to the frame that called it.
extern "C" {
struct Jump { long registers[8]; int mask_was_saved; void *spare[4]; };
int __sigsetjmp(void *, int) noexcept;
void __pthread_register_cancel(Jump *), __pthread_unregister_cancel(Jump *);
[[noreturn]] void __pthread_unwind_next(Jump *);
}

static void as_in_c(const char *what, void (*next)())
{
	Jump j;
	if (__builtin_expect(__sigsetjmp(&j, 0), 0)) {
		printf("%s: jumped %s\n", name, what);
		__pthread_unwind_next(&j);
	}
	__pthread_register_cancel(&j);
	next();
	__pthread_unregister_cancel(&j);
}

static void from_c() { Loud b("b"); as_in_c("inner", [] { Loud c("c"); end(); }); }
static void *c_frames(void *)
{
	Loud a("a");
	as_in_c("outer", from_c);
	return nullptr;
}

static void *nested(void *)
{
	struct Exits { ~Exits() { printf("%s: in a destructor\n", name); } };
	Exits e;
	try {
		try {
			throw 1;
		} catch (int i) {
			Loud a("in a handler");
			end();
		}
	} catch (...) {
		printf("%s: outer catch\n", name);
		throw;
	}
	return nullptr;
}

static void show(const char *n, void *(*f)(void *))
{
	pthread_t t;
	void *r = nullptr;

	name = n;
	pthread_create(&t, nullptr, f, nullptr);
	pthread_join(t, &r);
	printf("%s: joined, %s\n", name, r == PTHREAD_CANCELED ? "canceled" : r ? (char *)r : "none");
}

#ifdef CANCEL
static int pipes[2];
static volatile int ready;

static void *reads(void *)
{
	Loud a("a");
	char c;
	try {
		Loud b("b");
		ready = 1;
		read(pipes[0], &c, 1);
	} catch (...) {
		printf("%s: caught\n", name);
		throw;
	}
	return nullptr;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

struct Guard {
	Guard() { pthread_mutex_lock(&lock); }
	~Guard() { printf("%s: unlock %d\n", name, pthread_mutex_unlock(&lock)); }
};

static void *waits(void *)
{
	Guard g;
	ready = 1;
	for (;;)
		pthread_cond_wait(&cond, &lock);
}

static void *tests(void *)
{
	Loud a("a");
	ready = 1;
	for (;;)
		pthread_testcancel();
}

static void *sleeps(void *)
{
	Loud a("a");
	pthread_cleanup_push(handler, (void *)"sleeps");
	Loud b("b");
	ready = 1;
	for (;;)
		sleep(100);
	pthread_cleanup_pop(0);
}

static void *ends_itself(void *)
{
	Loud a("a");
	ready = 1;
	pthread_cancel(pthread_self());
	printf("%s: goes on\n", name);
	pthread_testcancel();
	printf("%s: wrong\n", name);
	return nullptr;
}

static void *later(void *)
{
	int old;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
	Loud a("a");
	ready = 1;
	char c;
	read(pipes[0], &c, 1);
	printf("%s: read %c\n", name, c);
	pthread_setcancelstate(old, nullptr);
	usleep(1);
	printf("%s: wrong\n", name);
	return nullptr;
}

static void cancel(const char *n, void *(*f)(void *), bool feed = false)
{
	pthread_t t;
	void *r = nullptr;

	name = n;
	ready = 0;
	pthread_create(&t, nullptr, f, nullptr);
	while (!ready)
		usleep(100);
	usleep(2000);
	if (f != ends_itself)
		pthread_cancel(t);
	if (feed)
		usleep(2000), (void)!write(pipes[1], "x", 1);
	pthread_join(t, &r);
	printf("%s: joined, %s\n", name, r == PTHREAD_CANCELED ? "canceled" : "not canceled");
}
#endif

static void *swallows(void *)
{
	try { end(); } catch (...) { printf("%s: swallowed\n", name); }
	return nullptr;
}

static void cannot() noexcept { Loud a("a"); end(); }
static void *throws_not(void *) { cannot(); return nullptr; }

int main(int argc, char **argv)
{
	setvbuf(stdout, nullptr, _IONBF, 0);
	pthread_key_create(&key, key_gone);
	if (argc > 1) {
		show(argv[1], strcmp(argv[1], "swallow") ? throws_not : swallows);
		return 1;
	}
	show("plain", plain);
	show("rethrown", rethrown);
	show("forced", forced);
	show("handlers", handlers);
	show("C's", c_frames);
	show("locals", locals);
	show("nested", nested);
#ifdef CANCEL
	(void)!pipe(pipes);
	cancel("read", reads);
	cancel("cond", waits);
	cancel("test", tests);
	cancel("sleep", sleeps);
	cancel("itself", ends_itself);
	cancel("later", later, true);
#endif
	name = "main";
	Loud m("main's");
	atexit([] { printf("atexit\n"); });
	end();
}
