package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"uk.example/linker"
)

// links measures how long a kernel takes to link, beside GNU ld with the same archives, symbols and roots.
func (b *bench) links() ([]figure, error) {
	var fs []figure
	node := ""
	if path, err := exec.LookPath("node"); err == nil {
		node = filepath.Join(b.dir, "node.uk")
		if _, _, err := b.command(0, "build", "-q", "-o", node, path); err != nil {
			return nil, err
		}
	}
	for _, x := range []struct {
		name, image string
	}{{"a C hello", b.hello}, {"the Go external PIE", b.gopie}, {"node", node}} {
		if x.image == "" {
			continue
		}
		ours, theirs, err := b.link(filepath.Join(x.image, "kernel.map.json"))
		if err != nil {
			return fs, err
		}
		fs = append(fs, figure{name: "link of a kernel for " + x.name, value: ours,
			note: fmt.Sprintf("GNU ld, without link map: %.0f ms", theirs)})
	}
	return fs, nil
}

// link times the kernel that a link map is of: with everything read anew, and written with its symbols and link map.
func (b *bench) link(linkMap string) (ours, theirs float64, err error) {
	m, err := linker.ReadMap(linkMap)
	if err != nil {
		return 0, 0, err
	}
	kitDir := filepath.Join(b.repo, "build", "kit", "x64")
	opt := linker.Options{Profile: linker.ProfileNone, Symbols: m.Symbols, Syscalls: m.Syscalls, Output: filepath.Join(b.dir, "link.elf"), Force: true}
	for _, r := range m.Roots {
		switch r.Kind {
		case linker.KeepDriver, linker.KeepPart, linker.KeepModule:
			name := r.Symbol
			if name == "" {
				name = r.Name
			}
			opt.Roots = append(opt.Roots, name)
		}
	}
	ld, err := b.ldArguments(kitDir, m.Symbols, append(opt.Roots, prefixed("systab_", m.Syscalls)...))
	if err != nil {
		return 0, 0, err
	}
	var a, c []time.Duration
	for i := range b.rounds + 1 {
		start := time.Now()
		if opt.Kit, err = linker.OpenKit(kitDir); err != nil {
			return 0, 0, err
		}
		if _, err := linker.Link(context.Background(), opt); err != nil {
			return 0, 0, err
		}
		first := time.Now()
		if out, err := exec.Command("ld", ld...).CombinedOutput(); err != nil {
			return 0, 0, fmt.Errorf("ld: %w: %s", err, out)
		}
		if i > 0 {
			a, c = append(a, first.Sub(start)), append(c, time.Since(first))
		}
	}
	return ms(middle(a)), ms(middle(c)), nil
}

func prefixed(prefix string, names []string) []string {
	var out []string
	for _, n := range names {
		out = append(out, prefix+n)
	}
	return out
}

// ldArguments are those with which GNU ld makes such a kernel.
func (b *bench) ldArguments(kit string, symbols, roots []string) ([]string, error) {
	var script strings.Builder
	script.WriteString("{\n")
	if len(symbols) > 0 {
		script.WriteString("global:\n")
	}
	for _, s := range symbols {
		script.WriteString(s + ";\n")
	}
	script.WriteString("local: *;\n};\n")
	versions := filepath.Join(b.dir, "versions")
	if err := os.WriteFile(versions, []byte(script.String()), 0o666); err != nil {
		return nil, err
	}
	args := []string{"-m", "elf_x86_64", "-nostdlib", "-static", "-E", "--no-dynamic-linker", "--hash-style=gnu", "--gc-sections", "--build-id=none",
		"-z", "noexecstack", "-z", "norelro", "-z", "nodynamic-undefined-weak", "-z", "max-page-size=64", "--no-warn-rwx-segments",
		"-T", filepath.Join(b.repo, "linker", "testdata", "kernel.ld"), "--version-script=" + versions, "-o", filepath.Join(b.dir, "ld.elf")}
	for _, r := range append(roots, symbols...) {
		args = append(args, "-u", r)
	}
	args = append(args, "--whole-archive", filepath.Join(kit, "libalways.a"), "--no-whole-archive", "--start-group")
	for _, a := range []string{"kernel", "glue", "c", "nosys", "gcc", "fast"} {
		args = append(args, filepath.Join(kit, "lib"+a+".a"))
	}
	return append(args, "--end-group"), nil
}
