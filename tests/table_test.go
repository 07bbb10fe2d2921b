package tests

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"uk.example"
)

const mb = 1 << 20

// table is every program that is compared, in no order that matters.
func table() []*program {
	rows := []*program{}
	add := func(p program) { rows = append(rows, &p) }
	for _, r := range [][]program{appRows(), ofKernelLibc(), regsRows(), honestRows(), libcRows(), sysRows(), featureRows(), ipcRows(), inetRows(), conformRows(), signalRows(), fileRows(), ptyRows(), vsockRows(), cpuRows(), linkageRows(), goRows(), rustRows(), procRows(), speedRows(), jumpRows()} {
		for _, p := range r {
			add(p)
		}
	}
	for _, p := range slices.Concat(memoryRows(), kernelRows(), debianRows()) {
		add(p)
	}
	return rows
}

// ofKernelLibc are programs that try the kernel's C library, also where a name that they
// use is told to differ from glibc's.
func ofKernelLibc() []program {
	rows := slices.Concat(cRows(), glueRows(), loaderRows(), linkRows(), cxxRows(), appMainRows())
	for i := range rows {
		if rows[i].kernel.Libc == "" {
			rows[i].kernel.Libc = "kernel"
		}
	}
	return rows
}

func appRows() []program {
	return []program{
		{name: "app-native-example", build: app("native-example"), tcg: true},
		{name: "app-hello-cxx", build: app("hello-cxx"), tcg: true},
		{name: "app-golang-pie-example", build: app("golang-pie-example"), tcg: true},
		{name: "app-golang-static", build: app("golang-static"), tcg: true},
		{name: "app-rust-hello", build: app("rust-hello"), tcg: true},
		{name: "app-musl-hello", build: app("musl-hello"), tcg: true},
		{name: "app-lua", build: app("lua"), tcg: true, host: func(dir string) []string {
			return []string{"/usr/bin/lua5.4", filepath.Join(dir, "script.lua")}
		}},
		{name: "app-busybox-ls", build: app("busybox"), tcg: true, check: busyboxListing},
		{name: "app-busybox-sh", build: app("busybox"), tcg: true, args: []string{"sh", "/run.sh"}, status: 3, host: func(dir string) []string {
			return []string{"/bin/busybox", "sh", filepath.Join(dir, "run.sh")}
		}},
		{name: "app-busybox-sha256sum", build: app("busybox"), tcg: true, args: []string{"sha256sum", "/run.sh", "/bin/busybox"}, check: func(t *testing.T, out string) {
			for guest, host := range map[string]string{"/run.sh": "../apps/busybox/run.sh", "/bin/busybox": "/bin/busybox"} {
				b, err := os.ReadFile(host)
				if err != nil {
					t.Fatal(err)
				}
				if want := fmt.Sprintf("%x  %s\n", sha256.Sum256(b), guest); !strings.Contains(out, want) {
					t.Errorf("output lacks %q:\n%s", want, out)
				}
			}
		}},
		// By GNU's functions of regular expressions.
		{name: "grep", build: onHost("/bin/grep"), args: []string{"-n", "^b.*[0-9]$"}, stdin: "a1\nb2\nbee\nb33\n"},
		{name: "sed", build: onHost("/bin/sed"), args: []string{"s/\\(.\\)\\1/<&>/"}, stdin: "letter\nword\n"},
		{name: "lua-expression", build: onHost("/usr/bin/lua5.4"), args: []string{"-e", "print(1+1)"}},
	}
}

// busyboxListing judges "ls -lR /": every file of the manifest, with its size.
func busyboxListing(t *testing.T, out string) {
	st, err := os.Stat("/bin/busybox")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`(?m)^/:$`, `(?m)^/bin:$`, `(?m)^/data:$`, `(?m)^/etc:$`, `(?m)^/dev:$`, `(?m)^/proc:$`,
		fmt.Sprintf(`(?m)^-.*\s%d .* busybox$`, st.Size()),
		`(?m)^l.* sh -> busybox$`, `(?m)^c.* 1, +3 .* null$`, `(?m)^d.* tmp$`, `(?m)^-.* passwd$`,
	} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("the listing has no line like %s", want)
		}
	}
	if t.Failed() {
		t.Logf("listing:\n%s", clip(out))
	}
}

func cRows() []program {
	lines := strings.Repeat("a line of input, not very long\n", 30000)
	return []program{
		{name: "exit7", build: c("exit7.c"), status: 7, tcg: true},
		{name: "printffloat", build: c("printffloat.c")},
		{name: "exitcodes", build: c("exitcodes.c"), status: 42},
		{name: "nullderef", build: c("nullderef.c"), status: 139, tcg: true},
		{name: "nullcall", build: c("nullcall.c"), status: 139},
		{name: "divzero", build: c("divzero.c"), status: 136, tcg: true},
		{name: "illegal", build: c("illegal.c"), status: 132},
		{name: "wxviolation", build: c("wxviolation.c"), tcg: true},
		{name: "abort", build: c("abort.c"), status: 134, tcg: true},
		{name: "assert", build: c("assert.c"), status: 134, startsWith: true},
		{name: "args", build: c("args.c"), args: []string{"one", "", "two words", `quo"te`, `back\slash`, "new\nline", "tab\t", "ünï", "a=b", "--", "'", "$HOME", strings.Repeat("long ", 2000)}, tcg: true},
		{name: "noargs", build: c("args.c")},
		{name: "environ", build: c("environ.c"), env: []string{"GREETING=hello", "EMPTY=", `QUOTED=a "b" \c`}, tcg: true},
		{name: "stdin", build: c("stdin.c"), stdin: "first\nsecond line\n\nlast without newline", tcg: true},
		{name: "nostdin", build: c("stdin.c"), tcg: true},
		{name: "stdinbig", build: c("stdinbig.c"), stdin: lines, tcg: true},
		{name: "stdoutbig", build: c("stdoutbig.c"), tcg: true},
		{name: "stderr", build: c("stderr.c")},
		{name: "bigalloc", build: c("bigalloc.c"), tcg: true},
		{name: "malloc", build: c("malloc.c")},
		{name: "recursion", build: c("recursion.c"), status: 139, tcg: true},
		{name: "deepstack", build: c("deepstack.c")},
		{name: "stackedge", build: c("memory/stackedge.c"), tcg: true},
		{name: "stackedge-threads", build: c("memory/stackedge.c", "-DTHREADS", "-pthread"), tcg: true},
		{name: "stackedge-threads-cpus2", build: c("memory/stackedge.c", "-DTHREADS", "-pthread"), cpus: 2, tcg: true},
		{name: "guardthread", build: c("guardthread.c")},
		{name: "threads1000", build: c("threads1000.c"), tcg: true},
		{name: "threads1000-cpus2", build: c("threads1000.c"), cpus: 2},
		{name: "threadchurn", build: c("threadchurn.c")},
		{name: "sync", build: c("sync.c"), tcg: true},
		{name: "sync-cpus2", build: c("sync.c"), cpus: 2, tcg: true},
		{name: "cancel", build: c("cancel.c")},
		{name: "files", build: c("files.c"), tcg: true},
		{name: "stdio", build: c("stdio.c")},
		{name: "readdir", build: c("readdir.c")},
		{name: "mmapfile", build: c("mmapfile.c"), tcg: true},
		{name: "devices", build: c("nullzero.c"), tcg: true},
		{name: "proc", build: c("proc.c"), tcg: true},
		{name: "clock", build: c("clock.c"), tcg: true},
		{name: "calendar", build: c("calendar.c")},
		{name: "signals", build: c("signals.c"), tcg: true},
		{name: "sigraise", build: c("sigraise.c"), status: 143, tcg: true},
		{name: "sigrestart", build: c("sigrestart.c")},
		{name: "unflushed", build: c("unflushed.c"), status: 4},
		{name: "mallocchurn", build: c("mallocchurn.c"), tcg: true},
		{name: "mallocchurn-cpus2", build: c("mallocchurn.c"), cpus: 2, tcg: true},
		{name: "sigaltstack", build: c("sigaltstack.c"), status: 9, tcg: true},
		{name: "alarm", build: c("alarm.c"), tcg: true},
		{name: "pthreadkill", build: c("pthreadkill.c")},
		{name: "sigkilled-term", build: c("sigkilled.c"), args: []string{"15"}, status: 143},
		{name: "sigkilled-kill", build: c("sigkilled.c"), args: []string{"9"}, status: 137},
		{name: "sigkilled-chld", build: c("sigkilled.c"), args: []string{"17"}},
		{name: "setjmp", build: c("setjmp.c")},
		{name: "printf", build: c("printf.c"), tcg: true},
		{name: "locale", build: c("locale.c")},
		{name: "strings", build: c("strings.c")},
		{name: "stdlib", build: c("stdlib.c")},
		{name: "math", build: c("math.c"), tcg: true},
		{name: "tls", build: c("tls.c"), tcg: true},
		{name: "tls-desc", build: c("tls.c", "-mtls-dialect=gnu2", "-fPIC")},
		{name: "pipepoll", build: c("pipepoll.c")},
		{name: "epoll", build: c("epoll.c")},
		{name: "signalfd", build: c("signalfd.c")},
		{name: "socketpair", build: c("socketpair.c"), status: 141},
		{name: "socketpair-cpus2", build: c("socketpair.c"), cpus: 2, status: 141},
		{name: "simd", build: c("simd.c"), tcg: true},
		{name: "simd-cpus2", build: c("simd.c"), cpus: 2},
		{name: "rlimit", build: c("rlimit.c")},
		{name: "fork", build: c("fork.c"), check: noFork},
		{name: "fork-static", build: compile("gcc", "fork.c", []string{"-static"}), check: noFork},
	}
}

// noFork expects of system() what glibc answers when the shell cannot be started.
func noFork(t *testing.T, out string) {
	if out != "fork refused 1, reason 1\nshell 0, its status 0x7f00\n" {
		t.Errorf("got %q", out)
	}
}

// linkageRows are the ways in which a program can be linked.
func linkageRows() []program {
	static := []string{"-static", "-pthread", "-lm"}
	rows := []program{
		{name: "dlopen", build: with(compile("gcc", "dlopen.c", []string{"-rdynamic", "-pthread"}, lib{"libplug.so", "plug.c", nil}), "libplug.so"), tcg: true, kernel: uk.Options{Libc: "kernel"}},
		{name: "library-with-interp", build: compile("gcc", "loader/runnable.c", []string{"-lrunnable"}, lib{"librunnable.so", "loader/librunnable.c", []string{"-Wl,-soname,librunnable.so"}})},
		{name: "initorder", build: compile("gcc", "initorder.c", []string{"-la"}, lib{"libb.so", "libb.c", nil}, lib{"liba.so", "liba.c", []string{"-lb"}}), tcg: true},
		{name: "symbols-pie", build: compile("gcc", "symbols.c", []string{"-lsym"}, lib{"libsym.so", "libsym.c", nil}), tcg: true},
		{name: "symbols-nopie", build: compile("gcc", "symbols.c", []string{"-no-pie", "-fno-pie", "-lsym"}, lib{"libsym.so", "libsym.c", nil}), tcg: true},
		{name: "symbols-now", build: compile("gcc", "symbols.c", []string{"-lsym", "-Wl,-z,now", "-fno-plt"}, lib{"libsym.so", "libsym.c", nil})},
		{name: "symbols-gnu2", build: compile("gcc", "symbols.c", []string{"-lsym"}, lib{"libsym.so", "libsym.c", []string{"-mtls-dialect=gnu2"}})},
		{name: "hello-static", build: compile("gcc", "exit7.c", static), status: 7, tcg: true},
		{name: "hello-static-pie", build: compile("gcc", "exit7.c", []string{"-static-pie"}), status: 7, tcg: true},
		{name: "hello-nopie", build: compile("gcc", "exit7.c", []string{"-no-pie"}), status: 7, tcg: true},
		{name: "hello-sysv-hash", build: compile("gcc", "exit7.c", []string{"-Wl,--hash-style=sysv"}), status: 7},
		{name: "hello-imagelibc", build: c("exit7.c"), kernel: uk.Options{Libc: "image"}, status: 7, tcg: true},
		{name: "hello-base", build: c("exit7.c"), kernel: uk.Options{Profile: "base"}, status: 7, tcg: true},
		{name: "static-base", build: compile("gcc", "files.c", static), kernel: uk.Options{Profile: "base"}},
		{name: "musl-static", build: musl("exit7.c", "-static"), status: 7},
		{name: "musl-files", build: musl("files.c")},
	}
	for _, p := range []program{
		{name: "threads1000", status: 0}, {name: "sync"}, {name: "files"}, {name: "signals"}, {name: "bigalloc"}, {name: "recursion", status: 139}, {name: "tls"}, {name: "mmapfile"},
	} {
		p.build = compile("gcc", p.name+".c", static)
		p.name += "-static"
		rows = append(rows, p)
	}
	for _, p := range []program{{name: "sync"}, {name: "tls"}, {name: "stdlib"}} {
		p.build = compile("gcc", p.name+".c", []string{"-pthread", "-lm"})
		p.kernel.Libc = "image"
		p.name += "-imagelibc"
		rows = append(rows, p)
	}
	return rows
}

func cxxRows() []program {
	return []program{
		{name: "cxx-exceptions", build: compile("g++", "cxxexceptions.cc", []string{"-lcxxthrow"}, lib{"libcxxthrow.so", "cxxthrow.cc", nil}), tcg: true},
		{name: "cxx-exceptions-static", build: cxx("cxxthreads.cc", "-static")},
		{name: "cxx-terminate", build: cxx("cxxterminate.cc"), status: 134},
		{name: "cxx-threadlocal", build: cxx("cxxthreadlocal.cc"), tcg: true},
		{name: "cxx-iostream", build: cxx("cxxiostream.cc"), stdin: "in one\nin two\n"},
		{name: "cxx-filesystem", build: cxx("cxxfilesystem.cc")},
		{name: "cxx-regex", build: cxx("cxxregex.cc")},
		{name: "cxx-threads", build: cxx("cxxthreads.cc")},
		{name: "cxx-thread-end", build: cxx("cxxthreadend.cc", "-w"), tcg: true},
		{name: "cxx-thread-end-swallow", build: cxx("cxxthreadend.cc", "-w"), args: []string{"swallow"}, status: 128 + 6},
		{name: "cxx-thread-end-noexcept", build: cxx("cxxthreadend.cc", "-w"), args: []string{"noexcept"}, status: 128 + 6},
		{name: "cxx-thread-cancel", build: cxx("cxxthreadend.cc", "-w", "-DCANCEL"), tcg: true},
		{name: "cxx-threads-cpus2", build: cxx("cxxthreads.cc"), cpus: 2},
	}
}

func goRows() []program {
	pie := []string{"-buildmode=pie", "-ldflags=-linkmode=external"}
	return []program{
		{name: "go-concurrency", build: golang("go/concurrency", false), tcg: true},
		{name: "go-relay", build: golang("go/relay", false), silent: true, tcg: true},
		{name: "go-concurrency-cpus2", build: golang("go/concurrency", false), cpus: 2},
		{name: "go-concurrency-pie", build: golang("go/concurrency", true, pie...)},
		{name: "go-memory", build: golang("go/memory", false)},
		{name: "go-timers", build: golang("go/timers", false)},
		{name: "go-files", build: golang("go/files", false), args: []string{"x", "y z"}, env: []string{"GREETING=hi", "EMPTY="}, stdin: "1\n2\n"},
		{name: "go-files-pie", build: golang("go/files", true, pie...), args: []string{"x", "y z"}, env: []string{"GREETING=hi", "EMPTY="}, stdin: "1\n2\n"},
		{name: "go-nilderef", build: golang("go/nilderef", false), tcg: true},
		{name: "go-nilderef-pie", build: golang("go/nilderef", true, pie...)},
		{name: "go-panics", build: golang("go/panics", false), status: 2, startsWith: true},
		{name: "go-exits", build: golang("go/exits", false), status: 7},
		{name: "go-deadlock", build: golang("go/deadlock", false), status: 2, startsWith: true},
		{name: "go-packages", build: golang("go/packages", false)},
		{name: "go-cgo", build: golang("cgo", true)},
		{name: "go-cgo-pie", build: golang("cgo", true, pie...), tcg: true},
	}
}

func rustRows() []program {
	return []program{
		{name: "rust-threads", build: rust("threads.rs")},
		{name: "rust-unwind", build: rust("unwind.rs"), tcg: true},
		{name: "rust-system", build: rust("system.rs"), args: []string{"a", "b c"}, env: []string{"GREETING=hi"}, stdin: "one\ntwo\n", status: 3},
		{name: "rust-panics", build: rust("panics.rs"), status: 101, startsWith: true},
		{name: "rust-overflow", build: rust("overflow.rs"), status: 134, without: regexp.MustCompile(` \(\d+\)`)}, // newer compilers add the thread's number
		{name: "rust-static", build: rust("unwind.rs", "-C", "target-feature=+crt-static")},
	}
}
