package interpreters

import (
	"bufio"
	"encoding/binary"
	"os"
	"path"
	"path/filepath"
	"strings"

	"uk.example/internal/bounded"
	"uk.example/internal/lazyregexp"
)

var pythonVersion = lazyregexp.New(`^python(\d+\.\d+)`)

// sitePackages is the folder of what was installed beside the standard library.
const sitePackages = "site-packages"

// pythonFolders finds the library as CPython's getpath.py does: a virtual environment by its
// pyvenv.cfg, then from the folder of the program upwards lib/pythonX.Y/os.py.
func pythonFolders(im *image, exe, _ string) (out []string) {
	version := pythonVersion.FindStringSubmatch(filepath.Base(exe))
	if version == nil {
		im.warnf("%s: the version of this Python is not in its name, so that its library is not found: --share gives it to the program", exe)
		return nil
	}
	name := "python" + version[1]
	venv, err := filepath.Abs(im.opt.Program)
	if env := path.Dir(path.Dir(venv)); err == nil && pythonHome(env) != "" {
		im.moved.host, im.moved.guest = env, path.Dir(path.Dir(im.m.App.Command[0])) // the same, unless it is hidden
		out = append(out, path.Join(env, "pyvenv.cfg"), path.Join(env, "lib", name, sitePackages))
	}
	prefix := ""
	for dir := path.Dir(exe); prefix == "" && dir != "/"; dir = path.Dir(dir) {
		if st, err := os.Stat(path.Join(dir, "lib", name, "os.py")); err == nil && st.Mode().IsRegular() {
			prefix = dir
		}
	}
	if prefix == "" {
		im.warnf("%s: there is no lib/%s/os.py above it, so that its library is not found: --share gives it to the program", exe, name)
		return out
	}
	out = append(out, path.Join(prefix, "lib", name))
	im.packages = append(im.packages, path.Join(prefix, "lib", name, sitePackages))
	if prefix == "/usr" { // Debian's packages, and what was installed beside them
		im.packages = append(im.packages, path.Join("/usr/local/lib", name, "dist-packages"), "/usr/lib/python3/dist-packages")
	}
	return out
}

// pythonHome is the folder that a virtual environment was made of, "" if dir is none.
func pythonHome(dir string) string {
	f, _, err := bounded.Open(path.Join(dir, "pyvenv.cfg"))
	if err != nil {
		return ""
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if key, value, ok := strings.Cut(s.Text(), "="); ok && strings.TrimSpace(key) == "home" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

const (
	pycHeader    = 16
	pycHashBased = 1 // and not checked against the source (PEP 552)
)

// compiled reads a .pyc and makes it valid in an image, where the source has another time: by PEP
// 552 it then counts without a look at the source. One that is not its source's
// is left out (nil).
func compiled(name string) ([]byte, error) {
	f, _, err := bounded.Open(name)
	if err != nil {
		return nil, nil // Python does without
	}
	defer f.Close()
	data, err := bounded.Read(f, maxFolder)
	if err != nil || len(data) < pycHeader {
		return nil, nil
	}
	le := binary.LittleEndian
	if le.Uint32(data[4:]) != 0 {
		return data, nil
	}
	source := path.Join(path.Dir(path.Dir(name)), strings.SplitN(path.Base(name), ".", 2)[0]+".py")
	st, err := os.Stat(source)
	if err != nil || uint32(st.ModTime().Unix()) != le.Uint32(data[8:]) || uint32(st.Size()) != le.Uint32(data[12:]) {
		return nil, nil
	}
	le.PutUint32(data[4:], pycHashBased)
	return data, nil
}
