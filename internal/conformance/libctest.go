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
				if mode == "static" && (strings.HasPrefix(name, "tls_") || strings.HasPrefix(name, "dlopen")) {
					continue // they load a library
				}
				units = append(units, Unit{
					Suite: "libc-test-" + mode, Name: kind + "/" + name,
					Prepare: func(dir string) (Command, error) { return libcTest(src, test, mode, common, dir) },
					Parse:   one(name),
				})
			}
		}
	}
	return units, nil
}

// libcTest compiles a test with the part that all share. The libraries that some
// open are made beside it, under the names that the tests ask for.
func libcTest(src, test, mode string, common []string, dir string) (Command, error) {
	bin := filepath.Join(dir, "test")
	args := []string{"-std=c99", "-D_POSIX_C_SOURCE=200809L", "-w", "-I" + filepath.Join(src, "src/common"), "-o", bin, test}
	for _, c := range common {
		if !strings.Contains(filepath.Base(c), "runtest") && !strings.Contains(filepath.Base(c), "mtest") {
			args = append(args, c)
		}
	}
	if mode == "static" {
		args = append(args, "-static")
	} else {
		args = append(args, "-rdynamic")
	}
	for _, lib := range []string{"_dso", "_align_dso", "_init_dso"} {
		so := strings.TrimSuffix(test, ".c") + lib + ".c"
		if _, err := os.Stat(so); err == nil && mode == "dynamic" {
			out := filepath.Join(dir, strings.TrimSuffix(filepath.Base(so), ".c")+".so")
			if b, err := exec.Command("gcc", "-w", "-shared", "-fPIC", "-I"+filepath.Join(src, "src/common"), "-o", out, so).CombinedOutput(); err != nil {
				return Command{}, fmt.Errorf("%s: %w: %s", so, err, b)
			}
		}
	}
	args = append(args, "-lpthread", "-lm", "-lrt", "-ldl", "-lcrypt", "-lutil")
	cmd := exec.Command("gcc", args...)
	if b, err := cmd.CombinedOutput(); err != nil {
		return Command{}, fmt.Errorf("%s: %w: %s", test, err, b)
	}
	return Command{Path: bin, Dir: dir, Shares: []string{dir}}, nil
}
