package main

import (
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/linker"
)

// moduleParts is what one module is linked from.
type moduleParts struct {
	name    string
	objects []string

	defined   map[string]bool
	undefined []string // sorted
	needs     []string // names of modules, sorted
	busy      bool     // being linked: meeting it again is a circle
	done      bool
}

// parseModules reads the words of -modules: NAME=OBJECT,OBJECT...
func parseModules(words string) (map[string]*moduleParts, []string, error) {
	mods, order := map[string]*moduleParts{}, []string{}
	for _, w := range strings.Fields(words) {
		name, list, ok := strings.Cut(w, "=")
		if !ok || list == "" {
			return nil, nil, fmt.Errorf("module %s has no source: it needs a file %s.c or a folder %s beside its .kconfig", name, name, name)
		}
		m := &moduleParts{name: name, objects: strings.Split(list, ","), defined: map[string]bool{}}
		for _, o := range m.objects {
			if err := m.readObject(o); err != nil {
				return nil, nil, err
			}
		}
		m.undefined = slices.DeleteFunc(m.undefined, func(s string) bool { return m.defined[s] })
		slices.Sort(m.undefined)
		m.undefined = slices.Compact(m.undefined)
		mods[name], order = m, append(order, name)
	}
	slices.Sort(order)
	return mods, order, nil
}

// kernelTables are sections that the kernel gathers entries from and a module cannot add to.
// Entries of .procnode. are in a module that has all of /proc (module.ld).
var kernelTables = []string{".systab.", ".fs.", ".rootfs.", ".devnode.", ".init."}

func (m *moduleParts) readObject(name string) error {
	f, err := elf.Open(name)
	if err != nil {
		return fmt.Errorf("%s: %v", name, err)
	}
	defer f.Close()
	for _, s := range f.Sections {
		if i := slices.IndexFunc(kernelTables, func(t string) bool { return strings.HasPrefix(s.Name, t) }); i >= 0 {
			return fmt.Errorf("%s: has an entry for the kernel's table %s, which a module cannot have: make the driver bool, or move the entry to a file of its own", name, s.Name)
		}
	}
	syms, err := f.Symbols()
	if err != nil {
		return nil // none
	}
	for _, s := range syms {
		switch {
		case s.Name == "" || elf.ST_BIND(s.Info) == elf.STB_LOCAL:
		case s.Section == elf.SHN_UNDEF:
			m.undefined = append(m.undefined, s.Name)
		default:
			m.defined[s.Name] = true
		}
	}
	return nil
}

// moduleLinker links the modules of a kit.
type moduleLinker struct {
	kit     string
	script  string // linker script
	common  string // object that every module has
	mods    map[string]*moduleParts
	drivers []linker.Driver
}

// reach returns the modules that a driver may use: those that its .kconfig says
// it depends on or selects, and what these do.
func (l *moduleLinker) reach(name string, seen map[string]bool) {
	for i := range l.drivers {
		d := &l.drivers[i]
		if d.Name != name {
			continue
		}
		for _, n := range slices.Concat(d.Depends, d.Selects) {
			if strings.Contains(n, "||") { // whichever there is: it is not called
				continue
			}
			if n = strings.ToLower(n); !seen[n] {
				seen[n] = true
				l.reach(n, seen)
			}
		}
	}
}

// link links the module and, before it, what it needs.
func (l *moduleLinker) link(m *moduleParts) error {
	if m.done {
		return nil
	}
	if m.busy {
		return fmt.Errorf("module %s needs itself through others: modules must not go in a circle", m.name)
	}
	m.busy = true
	reach := map[string]bool{}
	l.reach(m.name, reach)
	for _, s := range m.undefined {
		for name, other := range l.mods {
			if other == m || !other.defined[s] {
				continue
			}
			if !reach[name] && slices.Contains(other.undefined, "interface_"+s) {
				continue // it calls whatever the kernel has for it
			}
			if !reach[name] {
				return fmt.Errorf("module %s uses %s of module %s: write `select %s` or `depends on %s` into its .kconfig", m.name, s, name, strings.ToUpper(name), strings.ToUpper(name))
			}
			m.needs = append(m.needs, name)
		}
	}
	slices.Sort(m.needs)
	m.needs = slices.Compact(m.needs)
	args := append(l.flags(l.file(m.name), l.script), "-soname", m.name+".so")
	args = append(args, m.objects...)
	args = append(args, l.common)
	for _, n := range m.needs {
		if err := l.link(l.mods[n]); err != nil {
			return err
		}
		args = append(args, l.file(n))
	}
	m.done = true
	return tool("ld", args...)
}

func (l *moduleLinker) flags(output, script string) []string {
	return []string{"-shared", "-m", "elf_x86_64", "-T", script, "--hash-style=gnu", "--build-id=none",
		"-Bsymbolic", "-z", "now", "-z", "noexecstack", "-z", "norelro", "-z", "max-page-size=4096", "-o", output}
}

// loader links the loader of modules, which the linker package binds to a kernel.
func (l *moduleLinker) loader(objects []string) error {
	return tool("ld", append(append(l.flags(filepath.Join(l.kit, "loader.so"), filepath.Join(l.kit, "loader.ld")), "--gc-sections"), objects...)...)
}

func (l *moduleLinker) file(name string) string {
	return filepath.Join(l.kit, "modules", name+".so")
}

// modules links every module and describes it. Have are the names that a kernel
// can be asked for.
func (l *moduleLinker) modules(order []string, have map[string]bool) ([]linker.Module, error) {
	if err := os.RemoveAll(filepath.Join(l.kit, "modules")); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(l.kit, "modules"), 0o777); err != nil {
		return nil, err
	}
	list := []linker.Module{}
	for _, name := range order {
		if err := l.link(l.mods[name]); err != nil {
			return nil, err
		}
		m, err := linker.ReadModule(l.file(name))
		if err != nil {
			return nil, err
		}
		for _, s := range m.Undefined {
			if !have[s] && !slices.ContainsFunc(l.mods[name].needs, func(n string) bool { return l.mods[n].defined[s] }) {
				return nil, fmt.Errorf("module %s uses %s, which neither the kernel nor a module that it needs defines", name, s)
			}
		}
		m.File = "modules/" + name + ".so"
		m.Config = strings.ToUpper(name)
		list = append(list, *m)
	}
	return list, nil
}

// fingerprintSource is the note that says of which kit a kernel or a module is.
func fingerprintSource(hexDigits string) string {
	var b strings.Builder
	b.WriteString("/* Generated by mkkit. */\n\t.section .note.uk, \"a\", @note\n\t.balign 4\n\t.long 3, 32, 1\n\t.asciz \"uk\"\n\t.balign 4\n" +
		"\t.globl kit_fingerprint\n\t.hidden kit_fingerprint\n\t.type kit_fingerprint, @object\n\t.size kit_fingerprint, 32\nkit_fingerprint:\n\t.byte ")
	for i := 0; i < len(hexDigits); i += 2 {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("0x" + hexDigits[i:i+2])
	}
	b.WriteString("\n\t.section .note.GNU-stack, \"\", @progbits\n")
	return b.String()
}

func tool(name string, args ...string) error {
	cmd := exec.Command(name, args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %v: %s", name, err, strings.TrimSpace(string(out)))
	}
	return nil
}
