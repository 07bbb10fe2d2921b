package kvmboot

import (
	"strings"
	"testing"
)

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
		{"no virtio device", func(cfg *Config) { cfg.Shares, cfg.NoVirtio = []Share{{Tag: "a"}}, true }},
	} {
		cfg := Config{Kernel: "k"}
		c.change(&cfg)
		if err := cfg.Normalize(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}
