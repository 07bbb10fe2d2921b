package kvmboot

import (
	"strings"
	"testing"
)

// What boots an image elsewhere has the shares, or says that it cannot.
func TestPrintShares(t *testing.T) {
	cfg := Config{Kernel: "k", Shares: []Share{{Tag: "a", Path: "/x,y"}, {Tag: "b", Path: "/z", ReadOnly: true}}}
	argv, err := QEMUCommand(cfg, "tcg", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"-fsdev local,id=share0,path=/x,,y,security_model=none,multidevs=remap,readonly=off -device virtio-9p-device,fsdev=share0,mount_tag=a,",
		"-fsdev local,id=share1,path=/z,security_model=none,multidevs=remap,readonly=on -device virtio-9p-device,fsdev=share1,mount_tag=b,",
	} {
		if line := strings.Join(argv, " "); !strings.Contains(line, want) {
			t.Errorf("%s\nis not in %s", want, line)
		}
	}
	_, fire := FirecrackerJSON(cfg)
	_, cloud := CloudHypervisorCommand(cfg)
	for _, err := range []error{fire, cloud} {
		if err == nil || !strings.Contains(err.Error(), "has no 9P device") {
			t.Errorf("%v", err)
		}
	}
}

func TestMountLines(t *testing.T) {
	for _, c := range []struct {
		m          Mount
		line, fail string
	}{
		{Mount{"share0", "/data", "9p", "trans=virtio,ro"}, `uk.mount="share0 /data 9p trans=virtio,ro"`, ""},
		{Mount{"/dev/vdb", "/my data", "iso9660", ""}, `uk.mount="/dev/vdb /my\\040data iso9660"`, ""},
		{Mount{"", "/d", "9p", ""}, "", "name source, target and type"},
		{Mount{"s", "d", "9p", ""}, "", "start it with a slash"},
		{Mount{"s", `/d\040`, "9p", ""}, "", `neither \040`},
		{Mount{"s", "/d", "9p", "\x00"}, "", "NUL"},
	} {
		line, err := CommandLine(Config{Mounts: []Mount{c.m}})
		if c.fail == "" && (err != nil || line != c.line) || c.fail != "" && (err == nil || !strings.Contains(err.Error(), c.fail)) {
			t.Errorf("%+v: %s, %v", c.m, line, err)
		}
	}
}

func TestShareConfigErrors(t *testing.T) {
	for _, c := range []struct {
		want   string
		change func(*Config)
	}{
		{"another share's", func(cfg *Config) { cfg.Shares = []Share{{Tag: "a"}, {Tag: "a"}} }},
		{"want 1 to 31 bytes", func(cfg *Config) { cfg.Shares = []Share{{Tag: strings.Repeat("a", 32)}} }},
		{"want 1 to 31 bytes", func(cfg *Config) { cfg.Shares = []Share{{}} }},
		{"7 shares: at most 6", func(cfg *Config) { cfg.Shares = make([]Share, 7) }},
		{"no virtio devices", func(cfg *Config) { cfg.Shares, cfg.NoVirtio = []Share{{Tag: "a"}}, true }},
	} {
		cfg := Config{Kernel: "k"}
		c.change(&cfg)
		if err := cfg.normalize(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}
