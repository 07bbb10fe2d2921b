package manifest

import (
	"fmt"
	"strings"
)

// Limits of a manifest.
const (
	maxManifest = 64 << 20 // bytes in a manifest file
	maxValue    = 64 << 10 // bytes in a line after expansion
	maxName     = 255      // bytes in a component of a guest path
	maxPath     = 4095     // bytes in a guest path or link target
	maxLinks    = 40       // links followed to one file, as Linux does
	maxCPUs     = 256
)

// Pos is a line of a manifest. The zero Pos is no place: the entry was made by
// the tool. Its text form is file:line.
type Pos struct {
	File string
	Line int // from 1
}

func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// MarshalText gives file:line.
func (p Pos) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Entry is one path of the image. Exactly one of Dir, Link, Data (not nil) and,
// if none of these, Host says what it holds. (A Dir's Host is only the path
// that the manifest gave for it.)
type Entry struct {
	Guest string `json:"guest"` // absolute and clean
	Host  string `json:"host,omitempty"`
	Link  string `json:"link,omitempty"` // target, kept as it is
	Dir   bool   `json:"dir,omitempty"`
	Data  []byte `json:"data,omitempty"` // contents made by the tool
	Pos   Pos    `json:"pos,omitzero"`
	// Like is the host path of a link or directory, whose owner, mode and time it gets.
	Like string `json:"-"`
	// Sparse says that the host file takes less room than its size: it may have holes.
	Sparse bool `json:"-"`
	// Opened says that it is in the image because the program may open it while it runs.
	Opened bool `json:"-"`
	// Broken says that it begins as an ELF file and is damaged: it is data, unless it is needed.
	Broken bool `json:"-"`
}

// App is the [app] section: how the program is run.
type App struct {
	Command []string `json:"command,omitempty"` // program (guest path) and arguments
	Program string   `json:"-"`                 // the host's path of it as [FromBinary] found it, links not followed; else empty
	Argv0   *string  `json:"argv0,omitempty"`   // the program's name as it is told; nil: its path
	Env     []string `json:"env,omitempty"`     // NAME=VALUE
	Cwd     string   `json:"cwd,omitempty"`     // absolute guest path
	User    string   `json:"user,omitempty"`    // UID or UID:GID; empty: root
	Ulimits []string `json:"ulimits,omitempty"` // NAME=SOFT[:HARD], see [ParseUlimit]
	Memory  int64    `json:"memory,omitempty"`  // bytes; 0: the runner's choice
	CPUs    int      `json:"cpus,omitempty"`    // 0: the runner's choice
	Mounts  []Mount  `json:"mounts,omitempty"`  // made before the program starts
}

// Mount is a line of fstab(5), its fields unescaped.
type Mount struct {
	Source  string `json:"source"` // a disk, as /dev/vdb, or what else the type knows
	Target  string `json:"target"` // absolute and clean
	Type    string `json:"type"`
	Options string `json:"options,omitempty"` // separated by commas
}

// Kernel is the [kernel] section: what the kernel is tailored to. Empty fields
// leave the choice to the command line and the defaults.
type Kernel struct {
	Profile string   `json:"profile,omitempty"` // name or file
	Drivers []string `json:"drivers,omitempty"` // NAME=y, NAME=m or NAME=n
	Modules []string `json:"modules,omitempty"` // modules to load at boot: the kit's by name, others by file
	// ModuleFailure is what to do when a module is refused: "continue" or "stop".
	ModuleFailure string   `json:"module_failure,omitempty"`
	Symbols       []string `json:"symbols,omitempty"`  // kept for dlsym
	Syscalls      []string `json:"syscalls,omitempty"` // names for raw system calls, or "all"
	Libc          string   `json:"libc,omitempty"`     // "kernel" or "image"
	Dlsym         string   `json:"dlsym,omitempty"`    // "auto", "warn" or "off"
	Overlay       string   `json:"overlay,omitempty"`  // "memory" or "off"
	ASLR          string   `json:"aslr,omitempty"`     // "on", "off", or a number that the addresses are made from
}

// Rule is one line of the [manifest] section, its variables expanded.
type Rule struct {
	Guest string
	Host  string
	Pos   Pos
}

// Manifest is what one manifest file says.
type Manifest struct {
	Name     string    `json:"name"`
	Entries  []Entry   `json:"entries"` // in the order of packing; made by Expand
	App      App       `json:"app"`
	Kernel   Kernel    `json:"kernel"`
	Warnings []Warning `json:"warnings,omitempty"`

	Rules []Rule         `json:"-"` // as parsed
	Dir   string         `json:"-"` // that relative host paths start from
	Where map[string]Pos `json:"-"` // line of each key, as "app.memory"
	// Folders has the host's path of each directory that a rule for a tree names or
	// goes through, by guest path. They need not be among Entries.
	Folders map[string]string `json:"-"`
	// Files is the [files] section, in its order.
	Files []FileRule `json:"files,omitempty"`

	// DriverAt has the line of each of Kernel.Drivers.
	DriverAt []Pos `json:"-"`
}

// Options of Load and Parse.
type Options struct {
	// Defines are variables for %(name)s and ${name}. Their values may use
	// others.
	Defines map[string]string
	// Variable tells the value of one that Defines lacks, if it knows it; nil: none.
	Variable func(name string) (value string, ok bool)
	// Dir is where relative host paths start; "" means the manifest's folder
	// (Load) or the working directory (Parse).
	Dir string
}

// Warning is something that is probably not meant but does no harm to say.
type Warning struct {
	Pos Pos    `json:"pos"`
	Msg string `json:"message"`
	// Lost says that the program cannot use a file as it is listed, which matters when it is run as well.
	Lost bool `json:"-"`
}

func (w Warning) String() string {
	if w.Pos == (Pos{}) { // of a file that no manifest lists
		return w.Msg
	}
	return w.Pos.String() + ": " + w.Msg
}

// Error is a fault of a manifest, or of a host file that it names.
type Error struct {
	Pos  Pos
	Path string // guest or host path that it is about, or ""
	Msg  string // what is wrong
	Fix  string // what to do about it
	Err  error  // cause, or nil
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Pos.String())
	b.WriteString(": ")
	if e.Path != "" {
		b.WriteString(printable(e.Path) + ": ")
	}
	b.WriteString(e.Msg)
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	if e.Fix != "" {
		b.WriteString("; " + e.Fix)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// printable keeps messages to one line whatever is in a manifest.
func printable(s string) string {
	if len(s) > 300 {
		s = s[:300] + "..."
	}
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == 0xfffd {
			q := fmt.Sprintf("%q", s)
			return q[1 : len(q)-1]
		}
	}
	return s
}
