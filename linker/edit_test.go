package linker

import (
	"slices"
	"strings"
	"testing"
	"testing/quick"
)

func TestEditor(t *testing.T) {
	k := configKit(t, resolveKconfig)
	for _, tt := range []struct{ start, sets, text, effects string }{
		{"# mine\nCONFIG_BLK=y\n\n# end", "", "# mine\nCONFIG_BLK=y\n\n# end", ""},
		{"# mine\nCONFIG_BLK=y\n\n# end", "VIRTIO_RNG=y", "# mine\nCONFIG_BLK=y\n\n# end\nCONFIG_VIRTIO_RNG=y\n", "CONFIG_VIRTIO_RNG: y, was n"},
		{"# mine\nCONFIG_BLK=y\n# end\n", "BLK=n", "# mine\n# CONFIG_BLK is not set\n# end\n",
			"CONFIG_BLK: n, was y; CONFIG_BUS: n, was y; CONFIG_LOG: n, was y; CONFIG_TRACE: n, was y"},
		{"# mine\nCONFIG_BLK=y\n# end\n", "BLK=", "# mine\n# end\n",
			"CONFIG_BLK: n, was y; CONFIG_BUS: n, was y; CONFIG_LOG: n, was y; CONFIG_TRACE: n, was y"},
		{"", "NET=m", "CONFIG_NET=m\n",
			"CONFIG_NET: m, was n; CONFIG_VIRTIO_RNG: m, was n: selected by CONFIG_NET (as set here); CONFIG_STACK: m, was n: needed by CONFIG_NET (as set here); " +
				"CONFIG_BUS: m, was n: needed by CONFIG_NET (as set here); CONFIG_TRACE: m, was n"},
		// What is in the way gives way.
		{"CONFIG_BLK=y\nCONFIG_VIRTIO_RNG=y\n", "TRACE=n BUS=n", "# CONFIG_BLK is not set\n# CONFIG_VIRTIO_RNG is not set\n# CONFIG_TRACE is not set\n# CONFIG_BUS is not set\n",
			"CONFIG_TRACE: n, was y; CONFIG_BLK: n, was y; CONFIG_VIRTIO_RNG: n, was y; CONFIG_BUS: n, was y; CONFIG_LOG: n, was y"},
		{"CONFIG_BLK=y\n", "TRACE=n BUS=m", "CONFIG_BLK=m\n# CONFIG_TRACE is not set\nCONFIG_BUS=m\n",
			"CONFIG_TRACE: n, was y; CONFIG_BLK: m, was y; CONFIG_BUS: m, was y"},
		{"CONFIG_BUS=n\nCONFIG_TRACE=n\n", "BLK=y", "CONFIG_TRACE=n\nCONFIG_BLK=y\n",
			"CONFIG_BLK: y, was n; CONFIG_BUS: y, was n: needed by CONFIG_BLK (as set here); CONFIG_LOG: y, was n"},
		{"CONFIG_MMIO=n\nCONFIG_PCI=n\nCONFIG_TRACE=n\n", "DISK=y", "CONFIG_MMIO=y\nCONFIG_PCI=n\nCONFIG_TRACE=n\nCONFIG_DISK=y\n",
			"CONFIG_BUS: y, was n: selected by CONFIG_MMIO (p:1); CONFIG_DISK: y, was n; CONFIG_MMIO: y, was n"},
		{"", "CORE=m", "", "error: CONFIG_CORE cannot be a module"},
		{"", "TAPE=y", "", "error: no driver CONFIG_TAPE in the kit"},
	} {
		e, err := NewEditor(k, "p", []byte(tt.start))
		if err != nil {
			t.Fatal(err)
		}
		var effects []string
		for set := range strings.FieldsSeq(tt.sets) {
			config, v, _ := strings.Cut(set, "=")
			value := byte(0)
			if v != "" {
				value = v[0]
			}
			list, err := e.Set(config, value)
			if err != nil {
				effects = append(effects, "error: "+err.Error())
			}
			for _, x := range list {
				effects = append(effects, x.String())
			}
		}
		if got := string(e.Text()); got != tt.text {
			t.Errorf("%q, %s:\ngot  %q\nwant %q", tt.start, tt.sets, got, tt.text)
		}
		if got := strings.Join(effects, "; "); got != tt.effects {
			t.Errorf("%q, %s:\ngot  %s\nwant %s", tt.start, tt.sets, got, tt.effects)
		}
		if e.Changed() != (tt.start != tt.text) {
			t.Errorf("%q, %s: changed: %v", tt.start, tt.sets, e.Changed())
		}
	}
	if _, err := NewEditor(k, "p", []byte("CONFIG_BUS=n\nCONFIG_BLK=y")); err == nil || !strings.HasPrefix(err.Error(), "p:2: CONFIG_BLK=y needs CONFIG_BUS, but p:1") {
		t.Errorf("a contradiction to begin with: %v", err)
	}
}

// Whatever is set in whatever order: the driver has the value afterwards, the
// text reads back as the same, and it ends.
func TestEditorHolds(t *testing.T) {
	k := configKit(t, resolveKconfig)
	check := func(sets []uint16) bool {
		e, err := NewEditor(k, "p", []byte("# head\nCONFIG_NET=m\nCONFIG_DISK=y\n"))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sets[:min(len(sets), 12)] {
			d := &k.Drivers[int(s>>2)%len(k.Drivers)]
			v := []byte{'n', 'm', 'y', 0}[s&3]
			if _, err := e.Set(d.Config, v); err != nil {
				if d.Type == TypeBool && v == 'm' {
					continue
				}
				t.Log(err)
				return false
			}
			if v != 0 && e.Resolution().Value(d.Config) != v {
				return false
			}
			again, err := NewEditor(k, "again", e.Text())
			if err != nil {
				t.Log(err)
				return false
			}
			same := slices.EqualFunc(again.Resolution().Selected, e.Resolution().Selected, func(a, b Selected) bool { return a.Driver == b.Driver && a.Value == b.Value })
			if !same {
				t.Logf("%q", e.Text())
				return false
			}
		}
		return true
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 3000}); err != nil {
		t.Error(err)
	}
}
