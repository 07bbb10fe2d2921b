package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"uk.example"
	exportedsymbols "uk.example/exported_symbols"
	"uk.example/internal/diskimage"
	"uk.example/internal/explain"
	"uk.example/internal/image"
	"uk.example/internal/volumes"
	"uk.example/linker"
	"uk.example/manifest"
)

// values adds what the value of a flag may be.
func (p *position) values(c *completions) {
	if choice, ok := p.flag.Value.(choiceFlag); ok {
		c.add(p.typed, "", choice.choices...)
		return
	}
	if net, ok := p.flag.Value.(*netFlag); ok {
		c.add(p.typed, "", net.values()...)
		return
	}
	switch p.flag.Name {
	case "format":
		for _, f := range diskimage.Formats {
			c.add(p.typed, "", string(f))
		}
	case "profile", "from", "to":
		c.files = anyFiles
		p.profiles(c)
	case "drivers":
		p.drivers(c)
	case "syscalls":
		names := []string{"auto", "all"}
		if k := openKit(); k != nil {
			names = append(names, k.SyscallNames()...)
		}
		p.listed(c, names)
	case "symbols":
		if exported, err := exportedsymbols.Load(); err == nil {
			p.listed(c, exported.Names())
		}
	case "env":
		for _, e := range os.Environ() {
			name, _, _ := strings.Cut(e, "=")
			c.add(p.typed, "", name)
		}
	case "ulimit":
		for _, name := range manifest.UlimitNames() {
			c.add(p.typed, "", name+"=")
		}
	case "restart":
		c.add(p.typed, "", "no", "on-failure", "always", "unless-stopped")
	case "signal":
		c.add(p.typed, "", "HUP", "INT", "KILL", "QUIT", "TERM", "USR1", "USR2")
	case "kit", "share", "library-path":
		c.files = folders
	case "drive", "env-file", "stdin", "output", "firecracker-config", "print-module", "sign-key", "sign-cert", "version-script", "html", "vsock", "for":
		c.files = anyFiles
	}
}

// listed completes the last word of a list with commas.
func (p *position) listed(c *completions, names []string) {
	head, typed := "", p.typed
	if i := strings.LastIndexByte(typed, ','); i >= 0 {
		head, typed = typed[:i+1], typed[i+1:]
	}
	for _, n := range names {
		if strings.HasPrefix(n, typed) {
			c.words = append(c.words, candidate{word: head + n})
		}
	}
}

func (p *position) profiles(c *completions) {
	if k := openKit(); k != nil {
		c.add(p.typed, "profile", k.Profiles()...)
	}
}

// drivers completes changes of a profile.
func (p *position) drivers(c *completions) {
	k := openKit()
	if k == nil {
		return
	}
	var names []string
	for _, d := range k.Drivers {
		names = append(names, d.Name, "+"+d.Name, "-"+d.Name, d.Name+"=m")
	}
	p.listed(c, names)
}

// openKit opens the kit, or returns nil: what it has cannot be told then.
func openKit() *linker.Kit {
	dir, err := uk.FindKit("")
	if err != nil {
		return nil
	}
	k, err := linker.OpenKit(dir)
	if err != nil {
		return nil
	}
	return k
}

// arguments adds what the next argument of the verb may be.
func (p *position) arguments(c *completions) {
	n := len(p.args)
	switch p.verb.name {
	case "help":
		for _, v := range commands() {
			c.add(p.typed, v.short, v.name)
		}
	case "completion":
		c.add(p.typed, "", "bash", "zsh", "fish")
	case "cache":
		c.add(p.typed, "", "show", "clear")
	case "volume":
		if n == 0 {
			c.add(p.typed, "", "create", "ls", "inspect", "rm", "prune")
		} else if s, err := volumes.Open(); err == nil {
			all, _ := s.List()
			for _, v := range all {
				c.add(p.typed, "", v.Name)
			}
		}
	case "kit":
		c.add(p.typed, "", "show")
	case "version":
	case "config":
		p.configArguments(c)
	case "module":
		p.moduleArguments(c)
	case "why":
		if n == 0 {
			p.parts(c)
		} else if n == 1 {
			p.images(c)
		}
	case "report":
		p.images(c)
	case "inspect":
		p.images(c)
		p.machines(c, true)
	case "logs", "port":
		if n == 0 {
			p.machines(c, true)
		}
	case "rm", "wait":
		p.machines(c, true)
	case "start":
		p.machines(c, true)
	case "stop", "kill", "restart", "stats":
		p.machines(c, false)
	case "attach":
		if n == 0 {
			p.machines(c, false)
		}
	case "ps":
	case "run", "build", "image", "manifest", "symbols", "pack":
		c.files = anyFiles
		p.fromPath(c)
	default:
		c.files = anyFiles
	}
}

// machines adds the names of machines: those that run, or all.
func (p *position) machines(c *completions, all bool) {
	list, err := listMachines(all)
	if err != nil {
		return
	}
	for _, m := range list {
		c.add(p.typed, machineStatus(m), m.Name)
	}
}

func (p *position) configArguments(c *completions) {
	if len(p.args) == 0 {
		c.add(p.typed, "", "list", "show", "explain", "edit")
		return
	}
	switch p.args[0] {
	case "show":
		p.profiles(c)
		c.files = anyFiles
	case "edit":
		c.files = anyFiles
	case "explain":
		if k := openKit(); k != nil {
			for _, d := range k.Drivers {
				c.add(p.typed, d.Prompt, "CONFIG_"+d.Config)
			}
		}
	}
}

// moduleArguments: what to do, an image, and modules that it may get or has.
func (p *position) moduleArguments(c *completions) {
	switch len(p.args) {
	case 0:
		c.add(p.typed, "", "list", "add", "remove")
		return
	case 1:
		p.images(c)
		return
	}
	switch p.args[0] {
	case "add":
		c.files = anyFiles
		if k := openKit(); k != nil {
			for _, d := range k.Drivers {
				if d.Type == linker.TypeTristate {
					c.add(p.typed, d.Prompt, d.Name)
				}
			}
		}
	case "remove":
		if im, err := uk.Open(p.args[1]); err == nil {
			c.add(p.typed, "", im.Modules...)
		}
	}
}

// fromPath adds programs of $PATH, once a letter of one is there.
func (p *position) fromPath(c *completions) {
	if p.typed == "" || strings.Contains(p.typed, "/") {
		return
	}
	found := map[string]bool{}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		list, _ := os.ReadDir(dir)
		for _, e := range list {
			if strings.HasPrefix(e.Name(), p.typed) && !found[e.Name()] {
				if st, err := os.Stat(filepath.Join(dir, e.Name())); err == nil && st.Mode().IsRegular() && st.Mode()&0o111 != 0 {
					found[e.Name()] = true
				}
			}
		}
	}
	c.add(p.typed, "program", slices.Sorted(maps.Keys(found))...)
}

// images adds images, disks and kernels, and folders that may hold some; with none about, any file.
func (p *position) images(c *completions) {
	dir, base := filepath.Split(p.typed)
	list, _ := os.ReadDir(filepath.Clean(dir + "."))
	for _, e := range list {
		name := dir + e.Name()
		if !strings.HasPrefix(e.Name(), base) || strings.HasPrefix(e.Name(), ".") && base == "" {
			continue
		}
		st, err := os.Stat(name)
		switch {
		case err != nil:
		case st.IsDir() && image.IsBundle(name):
			c.words = append(c.words, candidate{name, "image"})
		case st.IsDir():
			c.words = append(c.words, candidate{word: name + "/"})
		case slices.Contains([]string{".elf", ".rofs", ".raw", ".qcow2", ".iso", ".efi", ".ko", ".so"}, filepath.Ext(name)):
			c.words = append(c.words, candidate{word: name})
		}
	}
	if len(c.words) == 0 {
		c.files = anyFiles
	}
}

// parts adds names that `uk why` knows: of the image behind the cursor, or of all images here.
func (p *position) parts(c *completions) {
	targets := p.after
	if len(targets) == 0 {
		targets, _ = filepath.Glob("*.uk")
	}
	seen := map[string]bool{}
	for _, t := range targets {
		names, err := explain.PartNames(t)
		if err != nil {
			continue
		}
		for _, n := range names {
			seen[n] = true
		}
	}
	c.add(p.typed, "", slices.Sorted(maps.Keys(seen))...)
}
