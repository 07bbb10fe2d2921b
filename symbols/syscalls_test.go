package symbols

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"uk.example/internal/elffile"
	"uk.example/internal/testenv"
)

func TestSyscallTable(t *testing.T) {
	b, err := os.ReadFile(testenv.MustHaveFile(t, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"))
	if err != nil {
		t.Fatal(err)
	}
	ms := regexp.MustCompile(`(?m)^#define __NR_(\w+) (\d+)$`).FindAllStringSubmatch(string(b), -1)
	if len(ms) < 300 {
		t.Fatalf("the header has %d calls", len(ms))
	}
	for _, m := range ms {
		n, _ := strconv.Atoi(m[2])
		if n < len(syscallNames) && SyscallName(n) != m[1] {
			t.Errorf("%d is %q, the header says %q", n, SyscallName(n), m[1])
		}
		if k, ok := SyscallNumber(m[1]); n < len(syscallNames) && (!ok || k != n) {
			t.Errorf("%s is %d, the header says %d", m[1], k, n)
		}
	}
	if SyscallName(-1) != "" || SyscallName(1<<20) != "" || SyscallName(400) != "" {
		t.Error("a number without a call has a name")
	}
}

func scan(t *testing.T, path string) *SyscallNeeds {
	t.Helper()
	f, err := OpenELF(path)
	if err != nil || f == nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer f.Close()
	n, err := ScanSyscalls(f, path)
	if err != nil {
		t.Fatal(err)
	}
	if n == nil {
		n = &SyscallNeeds{}
	}
	return n
}

// TestSyscallShapes has a row for each way in which code gets at a number.
func TestSyscallShapes(t *testing.T) {
	const head = `
#define CALL(n) ({ long r; __asm__ volatile ("syscall" : "=a"(r) : "a"((long)(n)), "D"(0L), "S"(0L), "d"(0L) : "rcx", "r11", "memory"); r; })
#define NI __attribute__((noinline))
`
	tests := []struct {
		name, src string
		flags     []string
		want      string // names, and "dynamic"
	}{
		{"constant", `void _start(void) { CALL(39); CALL(231); }`, nil, "getpid exit_group"},
		{"unoptimised", `void _start(void) { CALL(39); CALL(231); }`, []string{"-O0"}, "getpid exit_group"},
		{"branches", `int x; void _start(void) { long n = x ? 1 : 20; if (x > 3) n = 0; CALL(n); }`, nil, "read write writev"},
		{"loop", `void _start(void) { for (int i = 0; i < 9; i++) CALL(24); }`, nil, "sched_yield"},
		{"parameter", `NI static long go(long a, long n) { return CALL(n); } void _start(void) { go(1, 39); go(2, 102); }`, nil, "getpid getuid"},
		{"parameter, unoptimised", `NI static long go(long a, long n) { return CALL(n); } void _start(void) { go(1, 39); go(2, 102); }`, []string{"-O0"}, "getpid getuid"},
		{"parameter, twice", `NI static long go(long n) { return CALL(n); } NI static long go2(int a, int n) { return go(n); } void _start(void) { go2(1, 39); go(102); }`, nil, "getpid getuid"},
		{"parameter on the stack", `NI static long go(int a, int b, int c, int d, int e, int f, long n) { return CALL(n); } void _start(void) { go(1,2,3,4,5,6,39); }`, []string{"-O1", "-fno-ipa-sra", "-fno-ipa-cp"}, "getpid"},
		{"kept across a call", `NI static void f(void) { __asm__ volatile (""); } NI static long go(long n) { f(); return CALL(n); } void _start(void) { go(39); }`, []string{"-O1", "-fno-ipa-ra"}, "getpid"},
		{"function pointer", `long go(long n) { return CALL(n); } long (*volatile p)(long) = go; void _start(void) { p(39); }`, nil, "dynamic"},
		{"variable", `volatile int n = 39; void _start(void) { CALL(n); }`, []string{"-Wl,-z,norelro"}, "getpid"},
		{"changed variable", `volatile int n = 39; void _start(void) { n = 3; CALL(n); }`, nil, "dynamic"},
		{"computed", `int a[9]; void _start(void) { CALL(a[3] * 3); }`, nil, "dynamic"},
		{"filled by index", `volatile long v; NI void go(int c) { volatile long a[8]; for (int i = 0; i < c; i++) a[i] = v; switch (c) {
			case 1: CALL(a[0]); break; case 2: CALL(a[0]); v = a[1]; break; case 3: CALL(a[0]); v = 7; break;
			case 4: CALL(a[0]); v = a[2] + a[3]; break; case 5: CALL(a[0]); v = 1; break; } } void _start(void) { go(v); }`, nil, "dynamic"},
		{"push and pop", `void _start(void) { __asm__ volatile ("push $60; pop %rax; syscall"); }`, nil, "exit"},
		{"low byte", `void _start(void) { __asm__ volatile ("xor %eax,%eax; mov $0x3c,%al; syscall"); }`, nil, "exit"},
		{"zeros before a function", `__asm__ (".globl _start; _start: mov $39, %edi; call go; jmp .; .zero 3; go: push %rbp; mov %rsp, %rbp; mov %rdi, %rax; syscall; pop %rbp; ret");`, nil, "getpid"},
		{"no instruction", `unsigned long x; void _start(void) { __asm__ volatile ("mov $0x050f,%%ecx; movabs $0x050f0000,%%rdx" ::: "rcx", "rdx"); }`, nil, ""},
		{"data only", `const unsigned char d[] = {0xb8, 1, 0, 0, 0, 0x0f, 0x05}; void _start(void) { __asm__ volatile ("" :: "r"(d)); }`, nil, ""},
		{"number without a call", `void _start(void) { CALL(999); }`, nil, "#999"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			flags := append([]string{"-O2", "-static", "-nostdlib", "-nostartfiles", "-fno-stack-protector"}, tt.flags...)
			p := testenv.Compile(t, "p", head+tt.src, flags...)
			check := func(what string) {
				n := scan(t, p)
				got := slices.Clone(n.Names)
				if len(n.Dynamic) > 0 {
					got = append(got, "dynamic")
				}
				if s := strings.Join(got, " "); s != tt.want {
					t.Errorf("%s: got %q, want %q; %+v", what, s, tt.want, n.Dynamic)
				}
			}
			check("with symbols")
			testenv.Run(t, testenv.MustHave(t, "strip"), p)
			check("stripped")
			// Without exception frames nothing tells of functions; then it
			// may be dynamic, but never too little.
			b, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			clear(b[40:48])
			clear(b[58:64])
			os.WriteFile(p, b, 0o777)
			n := scan(t, p)
			for _, w := range strings.Fields(tt.want) {
				if w != "dynamic" && !slices.Contains(n.Names, w) && len(n.Dynamic) == 0 {
					t.Errorf("without tables: got %q, want %q", n.Names, tt.want)
				}
			}
		})
	}
}

func TestSyscallFunction(t *testing.T) {
	const src = `#include <unistd.h>
#include <sys/syscall.h>
int main(int c, char **v) { syscall(SYS_gettid); if (c > 1) syscall(SYS_membarrier, 0, 0, 0); return 0; }`
	for _, flags := range [][]string{{"-O2"}, {"-O2", "-fno-plt"}, {"-O2", "-no-pie", "-fno-pie"}, {"-O0"}, {"-O2", "-fcf-protection=none"}, {"-O2", "-Wl,-z,now"}} {
		n := scan(t, testenv.Compile(t, "p", src, flags...))
		if s := strings.Join(n.Names, " "); s != "gettid membarrier" || len(n.Dynamic) > 0 {
			t.Errorf("%q: got %q, dynamic %+v", flags, s, n.Dynamic)
		}
	}
}

// TestSyscallAddress has a row for each way in which a program calls syscall()
// by its address.
func TestSyscallAddress(t *testing.T) {
	const head = `#include <unistd.h>
#include <sys/syscall.h>
#include <dlfcn.h>
#include <string.h>
typedef long call(long, ...);
#define NI __attribute__((noinline))
`
	for _, tt := range []struct {
		name, src string
		flags     string
		want      string
	}{
		{"through the GOT", `int main(int c, char **v) { syscall(SYS_gettid); if (c > 1) return syscall(SYS_membarrier, 0, 0, 0); }`, "-O2 -fno-plt", "gettid membarrier"},
		{"kept in a register", `int main(int c, char **v) { long r = 0; for (int i = 0; i < c; i++) r += syscall(SYS_gettid) * i; return r; }`, "-O2 -fno-plt -fno-gcse", "gettid"},
		{"loaded and called", `int main(int c, char **v) { long r; __asm__ volatile ("mov syscall@GOTPCREL(%%rip), %%r8; mov %%r8, %%rbx; call *%%rbx" : "=a"(r) : "D"(186L), "0"(0L) : "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory"); return r; }`, "-O0", "gettid"},
		{"passed on", `NI long go(call *f, long n) { return f(n); } int main(void) { return go(syscall, SYS_gettid); }`, "-O0", "dynamic"},
		{"in a structure", `struct s { call *f; long n; } volatile s; int main(void) { s.f = syscall; s.n = SYS_gettid; return s.f(s.n); }`, "-O2", "dynamic"},
		{"in a table", `call *volatile f[] = { 0, syscall }; int main(int c, char **v) { return f[c](SYS_gettid); }`, "-O2", "dynamic"},
		{"at fixed addresses", `call *volatile f[] = { 0, syscall }; int main(int c, char **v) { return f[c](SYS_gettid); }`, "-O2 -no-pie -fno-pie", "dynamic"},
		{"looked up", `int main(void) { call *f = (call *)dlsym(RTLD_DEFAULT, "syscall"); return f(SYS_gettid); }`, "-O2", "dynamic"},
		{"only a word", `int main(int c, char **v) { return strcmp(v[0], "syscall"); }`, "-O2", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := scan(t, testenv.Compile(t, "p", head+tt.src, strings.Fields(tt.flags)...))
			got := slices.Clone(n.Names)
			if len(n.Dynamic) > 0 {
				got = append(got, "dynamic")
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("got %q, want %q; %+v", s, tt.want, n.Dynamic)
			}
		})
	}
}

// TestSyscallsTraced runs static programs under strace: what they do must be
// among what was found, and nothing may be dynamic.
func TestSyscallsTraced(t *testing.T) {
	strace := testenv.MustHave(t, "strace")
	const csrc = `#include <stdio.h>
#include <stdlib.h>
#include <pthread.h>
#include <time.h>
#include <sys/stat.h>
static void *run(void *p) { printf("thread %p\n", p); return p; }
int main(void) {
	pthread_t t; void *r; struct stat st; struct timespec ts = {0, 1000};
	pthread_create(&t, 0, run, 0); pthread_join(t, &r);
	stat("/etc/passwd", &st); nanosleep(&ts, 0); FILE *f = fopen("/etc/hosts", "r"); fgetc(f); fclose(f);
	free(malloc(1 << 20)); return system("true") == -1;
}`
	const gosrc = `package main
import ("fmt"; "net"; "os"; "os/exec"; "sync"; "time"; "path/filepath")
func main() {
	var wg sync.WaitGroup
	for i := range 4 { wg.Add(1); go func() { defer wg.Done(); time.Sleep(time.Millisecond); fmt.Println(i) }() }
	wg.Wait()
	d, _ := os.MkdirTemp("", "x"); os.WriteFile(filepath.Join(d, "f"), []byte("x"), 0o600); os.ReadDir(d); os.Rename(d+"/f", d+"/g"); os.RemoveAll(d)
	l, err := net.Listen("tcp", "127.0.0.1:0"); if err == nil { go func() { c, _ := l.Accept(); c.Write([]byte("x")); c.Close() }(); c, err := net.Dial("tcp", l.Addr().String()); if err == nil { c.Read(make([]byte, 1)); c.Close() } }
	exec.Command("true").Run()
	os.Hostname()
}`
	progs := []struct {
		name string
		make func() string
	}{
		{"glibc", func() string { return testenv.Compile(t, "p", csrc, "-static") }},
		{"glibc stripped", func() string { return testenv.Compile(t, "p", csrc, "-static", "-s") }},
		{"glibc static PIE", func() string { return testenv.Compile(t, "p", csrc, "-static-pie", "-O2") }},
		{"musl", func() string { return testenv.CompileWith(t, "musl-gcc", ".c", "p", csrc, "-static") }},
		{"musl stripped", func() string { return testenv.CompileWith(t, "musl-gcc", ".c", "p", csrc, "-static", "-s", "-O2") }},
		{"go", func() string { return testenv.GoBuild(t, gosrc, []string{"CGO_ENABLED=0"}) }},
		{"go stripped", func() string { return testenv.GoBuild(t, gosrc, []string{"CGO_ENABLED=0"}, "-ldflags=-s -w") }},
		{"go without optimisation", func() string { return testenv.GoBuild(t, gosrc, []string{"CGO_ENABLED=0"}, "-gcflags=all=-N -l") }},
		{"busybox", func() string { return testenv.MustHaveFile(t, "/usr/bin/busybox", "/bin/busybox") }},
	}
	line := regexp.MustCompile(`(?m)^(?:\d+ +)?(\w+)\(`)
	for _, tt := range progs {
		t.Run(tt.name, func(t *testing.T) {
			p := tt.make()
			n := scan(t, p)
			if len(n.Dynamic) > 0 {
				t.Errorf("dynamic: %+v", n.Dynamic)
			}
			out := filepath.Join(t.TempDir(), "trace")
			// Only the program's own calls: children that it executes are
			// other programs, so the trace ends with their execve.
			args := []string{"-f", "-o", out, p}
			if tt.name == "busybox" {
				args = append(args, "ls", "-lR", "/etc/apt")
			}
			if b, err := exec.Command(strace, args...).CombinedOutput(); err != nil {
				testenv.MustHave(t, "a strace that may trace here: "+err.Error()+" "+string(b))
			}
			b, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			gone := make(map[string]bool)
			seen := make(map[string]bool)
			for l := range strings.Lines(string(b)) {
				pid, _, _ := strings.Cut(l, " ")
				m := line.FindStringSubmatch(l)
				if m == nil || gone[pid] {
					continue
				}
				seen[m[1]] = true
				if m[1] == "execve" && len(seen) > 1 {
					gone[pid] = true
				}
			}
			for s := range seen {
				if s != "execve" && s != "restart_syscall" && !slices.Contains(n.Names, s) {
					t.Errorf("the program calls %s, which was not found", s)
				}
			}
			t.Logf("%d calls seen, %d found", len(seen), len(n.Names))
		})
	}
}

func TestSyscallPolicy(t *testing.T) {
	c := &SyscallNeeds{Guest: "/c", Names: []string{"read", "#999"}}
	dyn := &SyscallNeeds{Guest: "/d", Names: []string{"write"}, Dynamic: []DynamicSite{{Addr: 0x10}}}
	goDyn := &SyscallNeeds{Guest: "/g", Names: []string{"write"}, Dynamic: []DynamicSite{{Addr: 0x10, Func: "f"}}, Go: "go1.26", Packages: []string{"os/user"}}
	tests := []struct {
		words string
		needs []*SyscallNeeds
		all   bool
		names string
		notes int
	}{
		{"", []*SyscallNeeds{c}, false, "read", 0},
		{"auto uname", []*SyscallNeeds{c}, false, "read uname", 0},
		{"auto", []*SyscallNeeds{c, dyn}, true, "read write", 1},
		{"auto", []*SyscallNeeds{c, goDyn}, false, "getegid geteuid getgid getuid read write", 1},
		{"all", []*SyscallNeeds{c, dyn}, true, "read write", 0},
		{"uname close", []*SyscallNeeds{c, dyn}, false, "close uname", 0},
		{"none", []*SyscallNeeds{c}, false, "", 0},
	}
	for _, tt := range tests {
		p, err := ParseSyscallPolicy(strings.Fields(tt.words))
		if err != nil {
			t.Fatal(err)
		}
		s := SelectSyscalls(p, tt.needs)
		if s.All != tt.all || strings.Join(s.Names, " ") != tt.names || len(s.Notes) != tt.notes {
			t.Errorf("%q: got %+v", tt.words, s)
		}
	}
	for _, w := range []string{"reed", "auto all"} {
		if _, err := ParseSyscallPolicy(strings.Fields(w)); err == nil {
			t.Errorf("%q is no error", w)
		}
	}
}

func TestGoClassNames(t *testing.T) {
	for _, n := range goClass(nil) {
		if _, ok := SyscallNumber(n); !ok {
			t.Errorf("%q is no system call", n)
		}
	}
}

func TestGoPackage(t *testing.T) {
	for name, want := range map[string]string{
		"main.main": "main", "internal/poll.(*FD).Read": "internal/poll", "a.b/c.f[go/x.T]": "a.b/c",
		"puts": "", "_cgo_init": "", "": "", "golang.org/x/sys/unix.Syscall": "golang.org/x/sys/unix",
	} {
		if got := goPackage(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func FuzzScanSyscalls(f *testing.F) {
	for _, name := range []string{"pie.elf", "exec.elf"} {
		b, err := os.ReadFile("../internal/elffile/testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		// With system calls in its code.
		f.Add([]byte(strings.ReplaceAll(string(b), "\x31\xff", "\x0f\x05")))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ef, err := elffile.NewFile(strings.NewReader(string(b)), int64(len(b)), "fuzz")
		if err == nil {
			ScanSyscalls(ef, "/fuzz")
		}
	})
}

// TestPlainCalls asks whether Go programs make calls in ways that only code of their own makes them.
func TestPlainCalls(t *testing.T) {
	const locks = `l := syscall.Flock_t{Type: syscall.F_WRLCK}
		if err := syscall.FcntlFlock(1, syscall.F_SETLK, &l); err != nil { panic(err) }`
	for _, c := range []struct {
		name, code string
		plain      []string
	}{
		{"none", `syscall.SetNonblock(1, false)`, []string{"fcntl", "futex", "prlimit64"}},
		{"locks", locks, []string{"futex", "prlimit64"}},
		{"an owner", `syscall.Syscall(syscall.SYS_FCNTL, 1, 8, 1)`, []string{"futex", "prlimit64"}},
		{"a futex", `syscall.RawSyscall6(syscall.SYS_FUTEX, 0, 6, 0, 0, 0, 0)`, []string{"fcntl", "prlimit64"}},
		{"a limit", `syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})`, []string{"fcntl", "futex"}},
		{"a limit's value", `syscall.Getrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})`, []string{"fcntl", "futex"}},
		{"any", `n, _ := strconv.Atoi(os.Args[1]); syscall.Syscall(uintptr(n), 0, 0, 0)`, nil},
	} {
		file := testenv.GoBuild(t, "package main\nimport (\"fmt\"; \"os\"; \"strconv\"; \"syscall\")\nfunc main() {\n"+c.code+
			"\nfmt.Println(strconv.Itoa(len(os.Args)), syscall.Getpid())\n}\n", []string{"CGO_ENABLED=0"})
		got := slices.DeleteFunc(scan(t, file).Plain, func(s string) bool { return s == "prctl" }) // by newer Go only
		if slices.Sort(got); !slices.Equal(got, c.plain) {
			t.Errorf("%s: plain calls %v, want %v", c.name, got, c.plain)
		}
	}
}

// TestIdleCalls asks for the calls of Go's standard library that a program holds and never makes.
func TestIdleCalls(t *testing.T) {
	pidfds, timers := []string{"pidfd_open", "pidfd_send_signal"}, []string{"timer_create", "timer_delete", "timer_settime"}
	for _, c := range []struct {
		name, imports, code string
		idle, used          []string
	}{
		{"none", "", ``, append(pidfds, timers...), []string{"clone"}},
		{"processes", "", `p, err := os.FindProcess(1); fmt.Println(p, err)`, timers, append(pidfds, "clone")},
		{"profiles", `; "runtime/pprof"`, `pprof.StartCPUProfile(os.Stdout); pprof.StopCPUProfile()`, pidfds, timers},
	} {
		file := testenv.GoBuild(t, "package main\nimport (\"fmt\"; \"os\""+c.imports+")\nfunc main() {\n"+c.code+
			"\nfmt.Println(len(os.Args), os.Getpid())\n}\n", []string{"CGO_ENABLED=0"})
		got := scan(t, file)
		for _, n := range c.idle {
			if slices.Contains(got.Names, n) {
				t.Errorf("%s: %s is among the calls %v", c.name, n, got.Names)
			}
		}
		for _, n := range c.used {
			if !slices.Contains(got.Names, n) {
				t.Errorf("%s: %s is not among the calls %v; idle: %v", c.name, n, got.Names, got.Idle)
			}
		}
	}
}
