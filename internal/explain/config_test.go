package explain

import (
	"testing"

	"uk.example/internal/testenv"
	"uk.example/linker"
)

func testConfig(t *testing.T, opt ConfigOptions) *Config {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	c, err := OpenConfig(opt)
	testenv.Need(t, err)
	return c
}

// adds checks that a difference is explained to the byte.
func adds(t *testing.T, what string, c *ConfigCost) {
	t.Helper()
	var bytes, memory, byCause, symbols int64
	for _, d := range c.Deltas {
		bytes, memory = bytes+d.Bytes, memory+d.Memory
	}
	for _, x := range c.Causes {
		byCause += x.Bytes
	}
	if want := c.To.Size - c.From.Size; bytes != want || byCause != want || c.Bytes != want {
		t.Errorf("%s: %d bytes by object file, %d by cause and %d in all of %d", what, bytes, byCause, c.Bytes, want)
	}
	if want := c.To.Memory - c.From.Memory; memory != want || c.Memory != want {
		t.Errorf("%s: %d and %d bytes of memory of %d", what, memory, c.Memory, want)
	}
	symbols = int64(len(c.Added) - len(c.Removed))
	if want := int64(c.To.Symbols - c.From.Symbols); symbols != want {
		t.Errorf("%s: %d symbols of %d", what, symbols, want)
	}
}

func TestConfigExplain(t *testing.T) {
	c := testConfig(t, ConfigOptions{})
	for _, p := range [][2]string{{"base", "virtio-mmio"}, {"virtio-mmio", "all"}, {"all", "base"}, {"virtio-pci", "microvm"}, {"all", "all"}} {
		cost, err := c.CompareProfiles(t.Context(), p[0], p[1])
		if err != nil {
			t.Fatal(err)
		}
		adds(t, p[0]+" to "+p[1], cost)
		if p[0] == p[1] && (cost.Bytes != 0 || len(cost.Deltas) > 0) {
			t.Errorf("%s differs from itself: %+v", p[0], cost)
		}
	}
	for _, d := range c.Kit.Drivers {
		x, err := c.Explain(t.Context(), d.Name)
		if err != nil {
			t.Errorf("%s: %v", d.Name, err)
			continue
		}
		adds(t, d.Config, x.Cost)
		// Some are only linked if the program can use them: their root alone may make the padding smaller.
		if x.Cost.Bytes < -16 {
			t.Errorf("%s costs %d bytes", d.Config, x.Cost.Bytes)
		}
		if (x.Module != nil) != (d.Type == linker.TypeTristate) {
			t.Errorf("%s is a %s, as a module: %+v", d.Config, d.Type, x.Module)
		}
		t.Logf("%s: %d bytes, %d symbols; as a module %+v", d.Config, x.Cost.Bytes, x.Cost.To.Symbols-x.Cost.From.Symbols, x.Module)
	}
}

// What is shown of a profile is what it is linked with.
func TestConfigShow(t *testing.T) {
	c := testConfig(t, ConfigOptions{Drivers: []string{"rng=m", "-console"}})
	p, err := c.Show(t.Context(), "virtio-mmio")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"VIRTIO_BLK": "y", "VIRTIO_RNG": "m", "VIRTIO_CONSOLE": "n", "PCI": "n"}
	for _, o := range p.Options {
		if w := want[o.Config]; w != "" && w != o.Value {
			t.Errorf("CONFIG_%s=%s, want %s", o.Config, o.Value, w)
		}
		if (o.Value != "n" || o.Config == "VIRTIO_CONSOLE") && o.Why == "" {
			t.Errorf("CONFIG_%s=%s for no reason", o.Config, o.Value)
		}
	}
	if len(p.Modules) == 0 || p.Size == 0 || p.Memory < p.Size || p.Symbols == 0 {
		t.Errorf("%+v", p)
	}
}
