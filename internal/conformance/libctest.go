package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// LibcTest gives two units, dynamic and static, for each functional and
// regression test of musl's libc-test, whose source is in folder src.
func LibcTest(src string) ([]Unit, error) {
	common, err := filepath.Glob(filepath.Join(src, "src/common/*.c"))
	if err != nil || len(common) == 0 {
		return nil, fmt.Errorf("%s: no src/common of libc-test; name the folder of its source", src)
	}
	var units []Unit
	for _, kind := range []string{"functional", "regression"} {
		tests, err := filepath.Glob(filepath.Join(src, "src", kind, "*.c"))
		if err != nil {
			return nil, err
		}
		for _, test := range tests {
			name := strings.TrimSuffix(filepath.Base(test), ".c")
			if strings.HasSuffix(name, "_dso") {
				continue
			}
			for _, mode := range []string{"dynamic", "static"} {
				if mode == "static" && strings.Contains(rules(test), ".BINS:=$(B)/$(N).exe") {
					continue // it loads a library
				}
				units = append(units, Unit{
					Suite: "libc-test-" + mode, Name: kind + "/" + name,
					Prepare: func(dir string) (Command, error) { return libcTest(test, mode, common, dir) },
					Parse:   one(name),
				})
			}
		}
	}
	return units, nil
}

// rules are what the test's own part of libc-test's makefile says, or "".
func rules(test string) string {
	b, _ := os.ReadFile(strings.TrimSuffix(test, ".c") + ".mk")
	return string(b)
}

// libcTest compiles a test with the part that all share. Tests look for the
// libraries that they open beside themselves or in src/KIND of the working folder.
func libcTest(test, mode string, common []string, dir string) (Command, error) {
	kind := filepath.Dir(test)
	out := filepath.Join(dir, "src", filepath.Base(kind))
	if err := os.MkdirAll(out, 0o777); err != nil {
		return Command{}, err
	}
	include := "-I" + filepath.Join(kind, "../common")
	bin := filepath.Join(out, "test")
	args := []string{"-std=c99", "-D_POSIX_C_SOURCE=200809L", "-w", include, "-o", bin, test}
	for _, c := range common {
		if !strings.Contains(filepath.Base(c), "runtest") && !strings.Contains(filepath.Base(c), "mtest") {
			args = append(args, c)
		}
	}
	linked := strings.Contains(rules(test), ".LDLIBS")
	dso := strings.TrimSuffix(test, ".c") + "_dso.c"
	if mode == "static" {
		args = append(args, "-static")
		if linked {
			args = append(args, dso)
		}
		return Command{Path: bin, Dir: "/tmp"}, gcc(append(args, libcLibraries...)...)
	}
	args = append(args, "-rdynamic", "-Wl,-rpath,$ORIGIN")
	var files []string
	all, err := filepath.Glob(filepath.Join(kind, "*_dso.c"))
	if err != nil {
		return Command{}, err
	}
	for _, c := range all {
		if !strings.HasPrefix(filepath.Base(test), strings.TrimSuffix(filepath.Base(c), "_dso.c")) {
			continue
		}
		so := filepath.Join(out, strings.TrimSuffix(filepath.Base(c), ".c")+".so")
		if err := gcc("-w", "-shared", "-fPIC", include, "-o", so, c, "-Wl,-soname,"+filepath.Base(so)); err != nil {
			return Command{}, err
		}
		files = append(files, so)
		if linked && c == dso {
			args = append(args, so)
		}
	}
	return Command{Path: bin, Dir: dir, Files: files}, gcc(append(args, libcLibraries...)...)
}

var libcLibraries = []string{"-lpthread", "-lm", "-lrt", "-ldl", "-lcrypt", "-lutil"}

func gcc(args ...string) error {
	if b, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("gcc %s: %w: %s", strings.Join(args, " "), err, b)
	}
	return nil
}
