package linker

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Combinations of drivers, made from what the kit has: each driver as y, m and
// n, alone, with each driver that needs it, and within each profile.

// combination is one set of changes to a profile.
type combination struct {
	profile string
	options []string // "virtio_blk=y"
}

func (c combination) String() string { return c.profile + " " + strings.Join(c.options, ",") }

// values that d can have.
func (d *Driver) values() string {
	if d.Type == TypeBool {
		return "yn"
	}
	return "ymn"
}

// combinations lists those that must link, and those that must be refused.
func combinations(t *testing.T, k *Kit) (good, bad []combination) {
	set := func(d *Driver, v byte) string { return fmt.Sprintf("%s=%c", d.Name, v) }
	for i := range k.Drivers {
		d := &k.Drivers[i]
		need := k.Dependents(d.Config)
		for _, p := range k.Profiles() {
			r, _, err := combination{p, nil}.resolve(k)
			if err != nil {
				t.Fatal(err)
			}
			good = append(good, combination{p, []string{set(d, 'y')}})
			for _, v := range []byte(d.values())[1:] {
				c := combination{p, nil}
				for _, l := range r.Lower(d.Config, v, "") {
					c.options = append(c.options, set(k.byConfig[l.Config], l.Value))
				}
				good = append(good, c)
				// What is built in cannot do with a module, nor without it. What is
				// there by default goes.
				if slices.ContainsFunc(r.Dependents(d.Config), func(c string) bool { s := r.Find(c); return s.Value == 'y' && !strings.HasPrefix(s.Why, "default ") }) {
					bad = append(bad, combination{p, c.options[:1]})
				}
			}
		}
		for _, v := range []byte(d.values()) {
			good = append(good, combination{ProfileNone, []string{set(d, v)}})
			for _, e := range need {
				for _, w := range []byte(e.values()) {
					c := combination{ProfileNone, []string{set(d, v), set(e, w)}}
					if rank(w) > rank(v) {
						bad = append(bad, c)
					} else {
						good = append(good, c)
					}
				}
			}
		}
	}
	// Everything that can be a module, and everything as far as it can be built in.
	var modules, builtin []string
	for i := range k.Drivers {
		d := &k.Drivers[i]
		if builtin = append(builtin, set(d, 'y')); d.Type == TypeTristate {
			modules = append(modules, set(d, 'm'))
		}
	}
	return append(good, combination{ProfileNone, modules}, combination{ProfileNone, builtin}), bad
}

func (c combination) resolve(k *Kit) (*Resolution, []Setting, error) {
	p, err := k.Profile(c.profile)
	if err != nil {
		return nil, nil, err
	}
	var settings []Setting
	for _, o := range c.options {
		s, err := ParseDrivers(o, "")
		if err != nil {
			return nil, nil, err
		}
		settings = append(settings, s...)
	}
	r, err := k.Resolve(p, settings)
	return r, settings, err
}

func TestTristateRefused(t *testing.T) {
	k := realKit(t)
	_, bad := combinations(t, k)
	for _, c := range bad {
		_, _, err := c.resolve(k)
		if err == nil {
			t.Errorf("%v: a contradiction is not refused", c)
			continue
		}
		for _, o := range c.options {
			if !strings.Contains(err.Error(), "driver option "+o) || c.profile != ProfileNone && !strings.Contains(err.Error(), ".conf:") {
				t.Errorf("%v: the error does not name %s: %v", c, o, err)
			}
		}
	}
	t.Logf("%d combinations refused", len(bad))
}

// Every combination links; what it selects is there, and nothing else of the
// drivers is. Those that come to the same drivers are linked once.
func TestTristateLinks(t *testing.T) {
	k := realKit(t)
	good, _ := combinations(t, k)
	unique := map[string]combination{}
	for _, c := range good {
		r, _, err := c.resolve(k)
		if err != nil {
			t.Errorf("%v: %v", c, err)
			continue
		}
		for _, o := range c.options {
			s, _ := ParseDrivers(o, "")
			d, _ := k.Find(s[0].Config)
			if v := r.Value(d.Config); v != s[0].Value {
				t.Errorf("%v: %s is %c", c, d.Config, v)
			}
		}
		var key []string
		for _, s := range r.Selected {
			key = append(key, fmt.Sprintf("%s=%c", s.Name, s.Value))
		}
		if _, have := unique[strings.Join(key, " ")]; !have {
			unique[strings.Join(key, " ")] = c
		}
	}
	t.Logf("%d combinations, %d sets of drivers", len(good), len(unique))
	work := make(chan combination)
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Add(1)
		out := filepath.Join(t.TempDir(), fmt.Sprint(i), "kernel.elf")
		if err := os.Mkdir(filepath.Dir(out), 0o777); err != nil {
			t.Fatal(err)
		}
		go func() {
			defer wg.Done()
			for c := range work {
				linkCombination(t, k, c, out)
			}
		}()
	}
	for _, c := range unique {
		work <- c
	}
	close(work)
	wg.Wait()
}

func linkCombination(t *testing.T, k *Kit, c combination, out string) {
	r, settings, err := c.resolve(k)
	if err != nil {
		t.Errorf("%v: %v", c, err)
		return
	}
	res, err := Link(context.Background(), Options{Kit: k, Profile: c.profile, Settings: settings, Symbols: helloSymbols, Roots: []string{"exec_dynamic"}, Output: out})
	if err != nil {
		t.Errorf("%v: %v", c, err)
		return
	}
	text, err := os.ReadFile(res.SymbolFile)
	if err != nil {
		t.Error(err)
		return
	}
	have := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 3 {
			have[f[2]] = true
		}
	}
	for i := range k.Drivers {
		d := &k.Drivers[i]
		if d.Root != "" && have[d.Root] != (r.Value(d.Config) == 'y') {
			t.Errorf("%v: %s=%c, but %s in the kernel: %v", c, d.Config, r.Value(d.Config), d.Root, have[d.Root])
		}
	}
}

// The profiles of the kit resolve and link without a warning, and the more they
// hold the larger the kernel is.
func TestProfiles(t *testing.T) {
	k := realKit(t)
	sizes := map[string]int64{}
	for _, name := range append(k.Profiles(), ProfileNone) {
		r, err := Link(context.Background(), Options{Kit: k, Profile: name, Symbols: helloSymbols, Roots: []string{"exec_dynamic"},
			Output: filepath.Join(t.TempDir(), "kernel.elf")})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sizes[name] = r.Size
		if len(r.Warnings) > 0 {
			t.Errorf("%s: %v", name, r.Warnings)
		}
		t.Logf("%s: %d bytes, %v", name, r.Size, r.Drivers)
		if name == "all" && len(r.Drivers) != len(k.Drivers) {
			t.Errorf("profile all has %d of %d drivers: %v", len(r.Drivers), len(k.Drivers), r.Drivers)
		}
		// what is there by default costs nothing unless a program uses it
		if (name == "base" && !slices.Equal(r.Drivers, []string{"af_unix", "inet", "netlink", "proc", "socket"})) || (name == ProfileNone && len(r.Drivers) > 0) {
			t.Errorf("profile %s has drivers: %v", name, r.Drivers)
		}
	}
	if !(sizes["base"] < sizes["virtio-mmio"] && sizes["virtio-mmio"] < sizes["all"]) {
		t.Errorf("sizes are not base < virtio-mmio < all: %v", sizes)
	}
	const tails = 8 // zeros at the ends of segments are not in the file, as many as there are
	for name, size := range sizes {
		if size < sizes[ProfileNone]-tails || size > sizes["all"] {
			t.Errorf("%s with %d bytes is not between none and all", name, size)
		}
	}
}
