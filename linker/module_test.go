package linker

import (
	"bytes"
	"debug/elf"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk.example/internal/elffile"
)

func TestModuleOfKit(t *testing.T) {
	k := realKit(t)
	m, err := ReadModule(filepath.Join(k.Dir, "modules", "virtio_rng.so"))
	if err != nil {
		t.Fatal(err)
	}
	if m.Name != "virtio_rng" || m.Fingerprint != k.Fingerprint || !slices.Equal(m.Needs, []string{"virtio.so"}) ||
		!slices.Equal(m.Aliases, []string{"entropy_read", "virtio:4"}) || !slices.Equal(m.Implements(), []string{"entropy_read"}) ||
		!slices.Contains(m.Undefined, "virtqueue_add_one") || !slices.Contains(m.Defined, "drv_virtio_rng") || m.Memory%pageSize != 0 || m.Memory == 0 {
		t.Errorf("%+v", m)
	}
	// What no kit's description says, the file does.
	kit, err := k.Modules()
	if err != nil {
		t.Fatal(err)
	}
	for i := range kit {
		of := &kit[i]
		m, err := ReadModule(filepath.Join(k.Dir, of.File))
		if err != nil {
			t.Fatal(err)
		}
		if m.Size != of.Size || !slices.Equal(m.Undefined, of.Undefined) || !slices.Equal(m.Aliases, of.Aliases) {
			t.Errorf("%s: modules.json says %+v, the file %+v", of.File, of, m)
		}
	}
}

func FuzzModule(f *testing.F) {
	for _, name := range []string{"modules/virtio_rng.so", "modules/virtio_mmio.so", kitLoader} {
		if data, err := os.ReadFile(filepath.Join("../build/kit/x64", name)); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = ParseModule(bytes.NewReader(data), int64(len(data)), "fuzz.so")
		_, _ = bindLoader(data, map[string]uint64{"kprintf": 0x400000100000}, "")
	})
}

func TestModuleSets(t *testing.T) {
	k := realKit(t)
	resolve := func(settings ...string) *Resolution {
		var list []Setting
		for _, s := range settings {
			one, err := ParseDrivers(s, "")
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, one...)
		}
		p, err := k.Profile("base")
		if err != nil {
			t.Fatal(err)
		}
		r, err := k.Resolve(p, list)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if set, err := k.SelectModules(resolve("mmio=y", "rng=y"), nil); set != nil || err != nil {
		t.Errorf("without a module: %+v, %v", set, err)
	}
	// What a module needs is a module, or is built in with what it needs.
	set, err := k.SelectModules(resolve("mmio=m", "rng=m"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(set.Names(), []string{"virtio", "virtio_mmio", "virtio_rng"}) || len(set.BuiltIn) > 0 || slices.Contains(set.symbols(), "virtqueue_add") {
		t.Errorf("all as modules: %v, built in %v, wanted %v", set.Names(), set.BuiltIn, set.symbols())
	}
	index := string(set.Index([]string{"virtio_rng"}, true))
	for _, line := range []string{"on-failure stop\n", "module virtio.so\n", "boot virtio_rng.so\n", "virtio:4 virtio_rng.so\n", "cmdline:virtio_mmio.device virtio_mmio.so\n"} {
		if !strings.Contains(index, line) {
			t.Errorf("no %q in the index:\n%s", line, index)
		}
	}
	set, err = k.SelectModules(resolve("mmio=y", "rng=m"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(set.Names(), []string{"virtio_rng"}) || !slices.Equal(set.BuiltIn, []string{"virtio.so"}) || !slices.Contains(set.symbols(), "virtqueue_add_one") {
		t.Errorf("the bus built in: %v, built in %v, wanted %v", set.Names(), set.BuiltIn, set.symbols())
	}
	// A function of an interface is in one place.
	other := &Module{Name: "mine", File: "mine.so", Undefined: []string{"interface_entropy_read"}, Fingerprint: k.Fingerprint}
	for _, value := range []string{"y", "m"} {
		if _, err := k.SelectModules(resolve("mmio=y", "rng="+value), []*Module{other}); err == nil || !strings.Contains(err.Error(), "mine.so: has entropy_read, and so has ") {
			t.Errorf("two with the same function, rng=%s: %v", value, err)
		}
	}
	// What the kernel will refuse is told.
	other = &Module{Name: "mine", File: "mine.so", Needs: []string{"gone.so"}, Undefined: []string{"nothing_has_this"}, Fingerprint: strings.Repeat("00", fingerprintSize)}
	if set, err = k.SelectModules(resolve(), []*Module{other}); err != nil || len(set.Missing) != 3 {
		t.Errorf("%v, %v", set, err)
	}
	a, b := &Module{Name: "a", File: "a.so", Needs: []string{"b.so"}}, &Module{Name: "b", File: "b.so", Needs: []string{"a.so"}}
	user := &Module{Name: "user", File: "user.so", Needs: []string{"a.so"}}
	if set, err = k.SelectModules(resolve(), []*Module{user, a, b}); err != nil || len(set.Missing) != 2 || !strings.Contains(set.Missing[1], "module b.so needs itself through others") {
		t.Errorf("a circle: %+v, %v", set, err)
	}
}

func TestBindLoader(t *testing.T) {
	k := realKit(t)
	data, err := os.ReadFile(filepath.Join(k.Dir, kitLoader))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bindLoader(data, nil, ""); err == nil || !strings.Contains(err.Error(), "the kernel has no ") {
		t.Errorf("without addresses: %v", err)
	}
	names, err := elffile.SymbolNames(filepath.Join(k.Dir, kitLoader), (*elffile.Symbol).Undefined)
	if err != nil {
		t.Fatal(err)
	}
	addresses := map[string]uint64{textEnd: 0x400000100123, rodataEnd: 0x400000200000}
	for i, n := range names {
		addresses[n] = 0x400000100000 + uint64(i)
	}
	out, err := bindLoader(data, addresses, "uk.mount")
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if words := string(bytes.TrimRight(out[pageSize-moduleWords:pageSize], "\x00")); words != "uk.mount" {
		t.Errorf("words %q", words)
	}
	if f.Type != elf.ET_EXEC || f.Entry < loaderBase {
		t.Errorf("type %v, entry %#x", f.Type, f.Entry)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && p.Vaddr != loaderBase+p.Off || p.Type == elf.PT_DYNAMIC || p.Flags&(elf.PF_W|elf.PF_X) == elf.PF_W|elf.PF_X {
			t.Errorf("%+v", p.ProgHeader)
		}
	}
	for n, a := range addresses {
		if n != textEnd && n != rodataEnd && !bytes.Contains(out, []byte{byte(a), byte(a >> 8), byte(a >> 16), byte(a >> 24), 0, 0x40, 0, 0}) {
			t.Errorf("the address of %s is nowhere", n)
		}
	}
}

// A damaged module or loader is an error or something else that is a module, never
// a panic.
func TestModuleDamaged(t *testing.T) {
	k := realKit(t)
	for _, name := range []string{"modules/virtio_rng.so", kitLoader} {
		data, err := os.ReadFile(filepath.Join(k.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for i := range data {
			if i > 0x1000 && i%16 != 0 { // code
				continue
			}
			bad := slices.Clone(data)
			bad[i] ^= 0xff
			_, _ = ParseModule(bytes.NewReader(bad), int64(len(bad)), name)
			_, _ = bindLoader(bad, nil, "")
			_, _ = ParseModule(bytes.NewReader(data[:i]), int64(i), name)
			_, _ = bindLoader(data[:i], nil, "")
		}
	}
}

// What cannot be a module has the reason in its description.
func TestReasonsOfBuiltIn(t *testing.T) {
	k := realKit(t)
	for i := range k.Drivers {
		if d := &k.Drivers[i]; (d.Type == TypeBool) != (d.BuiltIn != "") {
			t.Errorf("%s: CONFIG_%s is a %s with the reason %q", d.Where, d.Config, d.Type, d.BuiltIn)
		}
	}
	_, err := ParseKconfig("x.kconfig", []byte("config X\n\ttristate \"x\"\n\tbuiltin \"no\"\n"))
	if err == nil || !strings.Contains(err.Error(), "a tristate with a reason not to be a module") {
		t.Error(err)
	}
}
