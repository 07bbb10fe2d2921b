package osv

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// libgcc is the library whose folder the variable libgcc_s_dir names.
const libgcc = "libgcc_s.so.1"

// Variable returns the value that OSv's build gives a variable of the manifest
// in the folder dir, and whether it knows one. The compiler is asked where its
// runtime library is, as scripts/build does; where OSv's sources and its
// build are, the environment says, or the folders above dir.
func Variable(name, dir string) (string, bool) {
	switch name {
	case "libgcc_s_dir":
		return libgccFolder()
	case "OSV_BASE":
		return base(dir)
	case "OSV_BUILD_PATH":
		return buildPath(dir)
	}
	return "", false
}

// libgccFolder is where the compiler has its runtime library, links followed.
func libgccFolder() (string, bool) {
	for _, cc := range []string{cmp.Or(os.Getenv("CC"), "gcc"), "cc"} {
		words := strings.Fields(cc)
		if len(words) == 0 {
			continue
		}
		out, err := exec.Command(words[0], append(words[1:], "-print-file-name="+libgcc)...).Output()
		name := strings.TrimSpace(string(out))
		if err != nil || !filepath.IsAbs(name) { // a compiler that has none answers with the bare name
			continue
		}
		if real, err := filepath.EvalSymlinks(name); err == nil {
			return filepath.Dir(real), true
		}
	}
	for _, d := range []string{"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib", "/lib"} {
		if real, err := filepath.EvalSymlinks(filepath.Join(d, libgcc)); err == nil {
			return filepath.Dir(real), true
		}
	}
	return "", false
}

// base is the folder of OSv's sources, above dir. Applications are in apps/NAME there.
func base(dir string) (string, bool) {
	if b := os.Getenv("OSV_BASE"); b != "" {
		return b, true
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", false
	}
	for d := dir; d != "/"; d = filepath.Dir(d) {
		if isFile(filepath.Join(d, "scripts", "module.py")) {
			return d, true
		}
	}
	if apps := filepath.Dir(dir); filepath.Base(apps) == "apps" {
		return filepath.Dir(apps), true
	}
	return "", false
}

// buildPath is the folder of the build that was made last.
func buildPath(dir string) (string, bool) {
	if p := os.Getenv("OSV_BUILD_PATH"); p != "" {
		return p, true
	}
	if b, ok := base(dir); ok {
		if p, err := filepath.EvalSymlinks(filepath.Join(b, "build", "last")); err == nil {
			return p, true
		}
	}
	return "", false
}

func isFile(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.Mode().IsRegular()
}
