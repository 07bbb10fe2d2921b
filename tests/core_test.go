package tests

import (
	"bytes"
	"context"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"uk.example"
	"uk.example/internal/testenv"
)

// A program that a signal ends leaves a core file, of which gdb knows all threads, with their callers, and the variables.
func TestCore(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	testenv.MustHave(t, "gdb")
	needKVM(t)
	for _, v := range []struct {
		name, how string
		cc        []string
		libc      string
		status    int
		want      []string
	}{
		{"kernel-segv", "s", nil, "kernel", 128 + 11, []string{`terminated with signal SIGSEGV`, `#3 .* deep \(p=0x10.*n=3\)`, `#4 .* end \(how=115 's'\)`, `^\$\d = \(void \*\) 0x10`}},
		{"kernel-abort", "a", nil, "kernel", 128 + 6, []string{`kernel:raise \(\)`, ` abort \(\)`, ` end \(how=97 'a'\)`}},
		{"static-abort", "a", []string{"-static"}, "", 128 + 6, []string{`terminated with signal SIGABRT`, ` end \(how=97 'a'\)`}},
		{"imagelibc-segv", "s", nil, "image", 128 + 11, []string{`terminated with signal SIGSEGV`, `#4 .* end \(how=115 's'\)`, `^\$\d = \(void \*\) 0x10`}},
	} {
		t.Run(v.name, func(t *testing.T) {
			name, _, _ := strings.Cut(v.name, "-")
			b := prepare(t, &program{name: "gdb-" + name, build: c("seeing/debugged.c", append([]string{"-g", "-O0", "-pthread"}, v.cc...)...), status: 7, kernel: uk.Options{Libc: v.libc}})
			ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
			defer cancel()
			dir := t.TempDir()
			var out bytes.Buffer
			var notes []string
			s, err := b.img.Run(ctx, uk.RunOptions{Core: dir, Args: []string{v.how}, Stdout: &out, Stderr: &out, Notice: func(l string) { notes = append(notes, l) }})
			if err != nil || s.ExitCode() != v.status {
				t.Fatalf("%v %v\n%s", s, err, out.String())
			}
			files, _ := filepath.Glob(filepath.Join(dir, "core.prog.*"))
			if len(files) != 2 || files[1] != files[0]+".kernel" || !strings.Contains(strings.Join(notes, "\n"), "core "+files[0]) {
				t.Fatalf("files %q, notes %q", files, notes)
			}
			if left, _ := os.ReadDir(dir); len(left) != 2 {
				t.Errorf("left behind: %v", left)
			}
			if st, err := os.Stat(files[0]); err != nil || st.Mode() != 0o600 {
				t.Errorf("%v %v", st, err)
			}
			if f, err := elf.Open(files[0]); err != nil || f.Type != elf.ET_CORE {
				t.Errorf("debug/elf: %v", err)
			}
			said, err := exec.CommandContext(ctx, "gdb", "-nx", "-batch", "-ex", "set width 0", "-ex", "add-symbol-file "+files[1], "-ex", "core "+files[0], "-ex", "thread apply all backtrace",
				"-ex", "print where", "-ex", "print half", "-ex", "print $_siginfo._sifields._sigfault.si_addr", "-ex", "info threads", b.path).CombinedOutput()
			if err != nil {
				t.Errorf("gdb: %v", err)
			}
			expect(t, string(said), append(v.want, `pause \(\)`, ` waits \(arg=0x0\)`, ` main \(argc=2, argv=0x`, `^\$1 = \{x = 7, y = 4\}$`, `^\$2 = 1\.5$`)...)
		})
	}
	t.Run("sparse", func(t *testing.T) { // of a program with more addresses than could be looked at one by one
		b := prepare(t, &program{name: "core-sparse", build: c("seeing/sparse.c"), status: 128 + 6})
		ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
		defer cancel()
		dir := t.TempDir()
		if s, err := b.img.Run(ctx, uk.RunOptions{Core: dir}); err != nil || s.ExitCode() != 128+6 {
			t.Fatalf("%v %v", s, err)
		}
		var st unix.Stat_t
		files, _ := filepath.Glob(filepath.Join(dir, "core.prog.*"))
		if len(files) != 2 || unix.Stat(files[0], &st) != nil || st.Size < 1<<40 || st.Blocks*512 > 16<<20 {
			t.Errorf("%q, %d bytes, %d on disk", files, st.Size, st.Blocks*512)
		}
	})
	t.Run("none", func(t *testing.T) { // of a program that ends by itself
		b := prepare(t, &program{name: "gdb-kernel", build: c("seeing/debugged.c", "-g", "-O0", "-pthread"), status: 7, kernel: uk.Options{Libc: "kernel"}})
		dir := t.TempDir()
		if s, err := b.img.Run(context.Background(), uk.RunOptions{Core: dir}); err != nil || s.ExitCode() != 7 {
			t.Errorf("%v %v", s, err)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
		for dir, want := range map[string]string{"/none": "no such file", b.path: "is no folder"} {
			if _, err := b.img.Run(context.Background(), uk.RunOptions{Core: dir}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("--core %s: %v", dir, err)
			}
		}
		if _, err := b.img.Run(context.Background(), uk.RunOptions{Core: dir, VMM: uk.VMMQEMU, Accel: uk.AccelTCG}); err == nil || !strings.Contains(err.Error(), "built-in runner") {
			t.Errorf("under QEMU: %v", err)
		}
	})
}

// A profile has the order of what a program is known to do, and go tool pprof reads it.
func TestProfile(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	needKVM(t)
	b := prepare(t, &program{name: "profile-split", build: c("seeing/split.c", "-O1", "-fomit-frame-pointer")})
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	defer cancel()
	p := &uk.Profile{HZ: 500}
	var out bytes.Buffer
	if s, err := b.img.Run(ctx, uk.RunOptions{Profile: p, Stdout: &out, Stderr: &out}); err != nil || s.ExitCode() != 0 || out.String() != "1\n" {
		t.Fatalf("%v %v %q", s, err, out.String())
	}
	var folded bytes.Buffer
	if err := p.WriteFolded(&folded); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(folded.String(), ";main;heavy") || p.Total() < 10 {
		t.Fatalf("%d samples:\n%s", p.Total(), folded.String())
	}
	file := filepath.Join(t.TempDir(), "p.pb.gz")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.WritePprof(f); err != nil {
		t.Fatal(err)
	}
	f.Close()
	top, err := exec.CommandContext(ctx, testenv.MustHave(t, "go"), "tool", "pprof", "-top", "-nodecount=10", file).CombinedOutput()
	if err != nil {
		t.Fatalf("go tool pprof: %v\n%s", err, top)
	}
	heavy, light := strings.Index(string(top), " heavy\n"), strings.Index(string(top), " light\n")
	if heavy < 0 || light >= 0 && light < heavy {
		t.Errorf("heavy is not before light:\n%s", top)
	}
}
