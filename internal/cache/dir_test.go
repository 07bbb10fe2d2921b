package cache

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"uk.example/internal/testenv"
)

// TestClearWaits: a kernel that is linked or copied stays until that is over.
func TestClearWaits(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	kernels, err := Dir(Kernels)
	if err != nil {
		t.Fatal(err)
	}
	kernel := filepath.Join(kernels, "one")
	if err := os.Mkdir(kernel, 0o700); err != nil {
		t.Fatal(err)
	}
	release := Hold(kernels)
	done := make(chan error)
	go func() { done <- Clear() }()
	Hold(kernels)() // others may go on
	if _, err := os.Stat(kernel); err != nil {
		t.Error(err)
	}
	release()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(kernel); err == nil {
		t.Error("the kernel is still there")
	}
}

// The cache is a folder that its user alone can write, or there is another one.
func TestCacheDir(t *testing.T) {
	base := t.TempDir()
	others := otherTemporary
	otherTemporary = nil
	t.Cleanup(func() { otherTemporary = others })
	t.Setenv("XDG_RUNTIME_DIR", "")
	in := func(name string) string { return filepath.Join(base, name) }
	for _, name := range []string{"home", "open/uk/kernels/planted", "open/uk/kits/planted", "open/uk/facts/planted", "tmp", "squatted", "blocked/.cache", "anybody"} {
		if err := os.MkdirAll(in(name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	temp := "uk-" + strconv.Itoa(os.Geteuid())
	for _, err := range []error{
		os.WriteFile(in("file"), nil, 0o666),
		os.WriteFile(in("blocked/.cache/uk"), nil, 0o666),
		os.Chmod(in("open/uk"), 0o777),
		os.Symlink(in("tmp"), in("open/uk/run")),
		os.WriteFile(in("open/uk/mine"), nil, 0o666),
		os.Chmod(in("anybody"), 0o777), // others may rename what is there
		os.Symlink(in("home"), in("squatted/"+temp)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(in("anybody"))
	for _, tt := range []struct{ name, home, xdg, tmp, want string }{
		{"home", "home", "", "tmp", "home/.cache/uk/kernels"},
		{"named", "home", "new/cache", "tmp", "new/cache/uk/kernels"},
		{"home is a file", "file", "", "tmp", "tmp/" + temp + "/kernels"},
		{"no home", "none", "", "tmp", "tmp/" + temp + "/kernels"},
		{"a file in its place", "blocked", "", "tmp", "tmp/" + temp + "/kernels"},
		{"cache is a file", "home", "file", "tmp", "tmp/" + temp + "/kernels"},
		{"others could write there", "home", "open", "tmp", "open/uk/kernels"},
		{"another's link", "file", "", "squatted", "squatted/" + forNowPrefix + "*/kernels"},
		{"no sticky bit", "file", "", "anybody", "error: " + in("anybody") + ": other users"},
		{"nothing", "file", "", "none", "error: none/" + temp + ": no such file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("HOME", in(tt.home))
			t.Setenv("TMPDIR", in(tt.tmp))
			t.Setenv("XDG_CACHE_HOME", "")
			if tt.xdg != "" {
				t.Setenv("XDG_CACHE_HOME", in(tt.xdg))
			}
			dir, err := Dir(Kernels)
			if want, ok := strings.CutPrefix(tt.want, "error: "); ok {
				if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
					t.Fatalf("%q, %v: want the error %q", dir, err, want)
				}
				return
			}
			if same, _ := filepath.Match(in(tt.want), dir); err != nil || !same {
				t.Fatalf("%q, %v: want %q", dir, err, in(tt.want))
			}
			var told []string
			forNow.tell(func(line string) { told = append(told, line) })
			forNow.tell(func(line string) { told = append(told, line) })
			if unkept := strings.Contains(dir, forNowPrefix); unkept != (len(told) == 1) || unkept && !strings.Contains(told[0], "is no folder") {
				t.Errorf("told %q of %s", told, dir)
			}
			defer func() {
				Drop()
				if _, err := os.Stat(dir); (err == nil) == strings.Contains(dir, forNowPrefix) {
					t.Errorf("%s: %v", dir, err)
				}
			}()
			if st, err := os.Stat(filepath.Dir(dir)); err != nil || st.Mode().Perm()&0o022 != 0 {
				t.Errorf("%v, %v", st, err)
			}
		})
	}
	// Another user's home, as sudo leaves it, is left alone; a second folder for temporary files serves.
	if os.Geteuid() == 0 {
		if err := os.Chown(in("home"), 4321, 4321); err != nil {
			t.Fatal(err)
		}
		t.Setenv("HOME", in("home"))
		t.Setenv("TMPDIR", in("none"))
		otherTemporary = []string{in("squatted"), in("tmp")}
		if err := os.RemoveAll(in("home/.cache")); err != nil {
			t.Fatal(err)
		}
		if dir, err := Dir(Kernels); err != nil || strings.HasPrefix(dir, in("home")) {
			t.Errorf("with another user's home: %s, %v", dir, err)
		}
		if _, err := os.Stat(in("home/.cache")); err == nil {
			t.Error("another user's home has a .cache now")
		}
		t.Setenv("XDG_CACHE_HOME", in("file"))
		if dir, err := Dir(Kernels); err != nil || dir != in("tmp/"+temp+"/kernels") {
			t.Errorf("without a cache folder and $TMPDIR: %s, %v", dir, err)
		}
	}
	if _, err := os.Stat(in("open/uk/mine")); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"none", "open/uk/kernels/planted", "open/uk/kits", "open/uk/facts", "open/uk/run"} {
		if _, err := os.Stat(in(name)); err == nil {
			t.Errorf("%s is there", name)
		}
	}
}

// What another user put into the cache and this one cannot remove is not believed the next time either.
func TestPlantedStays(t *testing.T) {
	const uid = 54321
	if os.Getenv("UK_PLANTED") != "" {
		for range 2 {
			if dir, err := userCache(); err == nil {
				t.Errorf("%s is taken", dir)
			}
		}
		return
	}
	if os.Geteuid() != 0 {
		t.Log("only root can be another user")
		return
	}
	dir, err := os.MkdirTemp("/tmp", "uk-planted-") // t.TempDir() is this user's alone
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		os.Chmod(dir, 0o755), os.MkdirAll(in("uk/kits/planted"), 0o755), os.WriteFile(in("uk/kits/planted/kit.json"), nil, 0o644),
		os.Chown(in("uk/kits"), uid+1, uid+1), os.Chown(in("uk"), uid, uid), os.Chmod(in("uk"), 0o777),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	testenv.AsUser(t, uid, "UK_PLANTED=1", "XDG_CACHE_HOME="+dir)
}
