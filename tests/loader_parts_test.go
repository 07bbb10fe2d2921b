package tests

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
)

// A kernel's dynamic linker holds what the image's files need, and no more.
func TestLoaderPartsSelected(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	all := []string{"exec_tls", "exec_copies", "exec_rare_relocations", "exec_sysv_hash", "exec_musl"}
	parts := func(flags ...string) builder { return c("loader/parts.c", flags...) }
	for _, tt := range []struct {
		name  string
		build builder
		want  []string
	}{
		{"plain", parts(), nil},
		{"copy", c("loader/copyvars.c", "-no-pie", "-fno-pie"), []string{"exec_copies"}},
		{"ifunc", parts("-DIFUNC"), []string{"exec_rare_relocations"}},
		{"relr", parts("-Wl,-z,pack-relative-relocs"), []string{"exec_rare_relocations"}},
		{"text", parts("-DTEXT", "-Wl,-z,notext"), []string{"exec_rare_relocations"}},
		{"sysv", parts("-Wl,--hash-style=sysv"), []string{"exec_sysv_hash"}},
		{"tls", parts("-DTLS"), []string{"exec_tls"}},
		{"dlopen", parts("-DDLOPEN"), all},
	} {
		b := prepare(t, &program{name: tt.name, build: tt.build})
		names, err := os.ReadFile(filepath.Join(filepath.Dir(b.img.Kernel()), "kernel.sym"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, part := range all {
			if bytes.Contains(names, []byte(" "+part+"\n")) {
				got = append(got, part)
			}
		}
		if len(got) != len(tt.want) || len(got) > 0 && len(got) < len(all) && got[0] != tt.want[0] {
			t.Errorf("%s: the kernel has %q, want %q", tt.name, got, tt.want)
		}
	}
}
