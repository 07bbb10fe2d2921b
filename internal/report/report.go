package report

import (
	"uk.example/kvmboot"
	"uk.example/linker"
)

// Format is the version of the report's JSON.
const Format = 1

// Report is all that is known of one image. Sizes are in bytes.
type Report struct {
	Format int    `json:"format"`
	Path   string `json:"path"`
	Image  Image  `json:"image"`

	Sizes   Sizes     `json:"sizes"`
	Surface Surface   `json:"surface"`
	Files   *Files    `json:"files,omitempty"`   // nil for a kernel alone
	Modules *Modules  `json:"modules,omitempty"` // nil without modules
	Sites   []Sites   `json:"syscall_sites,omitempty"`
	Runtime *Runtime  `json:"runtime,omitempty"` // nil: not booted; Notes says why
	Notes   []string  `json:"notes,omitempty"`   // single lines: what could not be found out
	Kernel  []Subtree `json:"kernel"`            // subsystem → archive member → function
}

// Sites are the syscall instructions of a file.
type Sites struct {
	File  string     `json:"file"`
	Jumps int        `json:"jumps"` // that the kernel makes jumps of
	Traps []TrapSite `json:"traps"` // the others, by address
}

// TrapSite is a syscall instruction that stays one.
type TrapSite struct {
	Addr uint64 `json:"addr"`
	Func string `json:"func,omitempty"`
	Why  string `json:"why"`
}

// Image says what the report is of.
type Image struct {
	ID           string   `json:"id,omitempty"` // SHA-256 of the root file system
	KernelSHA256 string   `json:"kernel_sha256"`
	Fingerprint  string   `json:"fingerprint"` // of the kit
	Profile      string   `json:"profile"`
	Drivers      []string `json:"drivers"`
	Command      []string `json:"command,omitempty"`
	Libc         string   `json:"libc,omitempty"`     // kernel or image
	LibcWhy      string   `json:"libc_why,omitempty"` // why the build chose image
	ASLR         string   `json:"aslr,omitempty"`     // on, off, or the number that the addresses come from
}

// Sizes say where the kernel's bytes are. Each of the lists adds up to one of the
// three sums at the top.
type Sizes struct {
	KernelFile   int64 `json:"kernel_file"`   // of kernel.elf
	KernelMemory int64 `json:"kernel_memory"` // of the sections in memory, as size(1) counts
	KernelPages  int64 `json:"kernel_pages"`  // from the first to the last address, whole pages

	FileParts []FilePart   `json:"file_parts"` // add up to KernelFile
	GNU       GNUSize      `json:"gnu_size"`
	Segments  []Segment    `json:"segments"`
	Sections  []SectionSum `json:"sections"` // add up to KernelMemory
	Causes    []CauseSum   `json:"causes"`   // add up to KernelMemory

	Drivers []DriverSum `json:"drivers"`
	Symbols []CauseCost `json:"symbols"` // exported, the costliest first
	// Exact says that a kernel was linked without each symbol; else what they cost is an estimate.
	Exact bool `json:"exact,omitempty"`

	// Unneeded is what no exported symbol, driver, system call, part or boot step
	// reaches: it should be 0.
	Unneeded         int64    `json:"unneeded"`
	UnneededSections []string `json:"unneeded_sections,omitempty"`
}

// FilePart is a run of bytes of the kernel's file.
type FilePart struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// GNUSize is what size(1) prints of the kernel before it was stripped: read-only
// or executable sections, writable ones with contents, those without.
type GNUSize struct {
	Text  int64 `json:"text"`
	Data  int64 `json:"data"`
	BSS   int64 `json:"bss"`
	Total int64 `json:"total"`
}

// Segment is a part of the kernel with rights of its own.
type Segment struct {
	Rights string `json:"rights"` // such as "r-x"
	Addr   string `json:"address"`
	File   int64  `json:"file"`
	Memory int64  `json:"memory"`
}

// SectionSum is an output section.
type SectionSum struct {
	Name    string `json:"name"`
	Addr    string `json:"address"`
	Bytes   int64  `json:"bytes"`
	Padding int64  `json:"padding"` // of Bytes: alignment, and what merged strings left
	Rights  string `json:"rights"`  // of the segment that it is in
	Zero    bool   `json:"zero,omitempty"`
}

// CauseSum is what one kind of cause keeps, along shortest chains.
type CauseSum struct {
	Kind  string `json:"kind"` // a Keep constant of the linker, or "padding"
	Bytes int64  `json:"bytes"`
}

// DriverSum is a driver of the image.
type DriverSum struct {
	Name string `json:"name"`
	Why  string `json:"why"` // the profile's line, or who needs it
	Own  int64  `json:"own"` // of its own source files
	// Alone is what the kernel would not hold without the driver, its own files and
	// all that nothing else reaches.
	Alone int64 `json:"alone"`
}

// CauseCost is what the kernel would not hold if one thing were not asked for.
type CauseCost struct {
	Name  string `json:"name"`
	Alone int64  `json:"alone"`          // bytes in memory
	File  *int64 `json:"file,omitempty"` // bytes of the file, if it was found exactly
}

// Surface is what an attacker can reach.
type Surface struct {
	Exported  int      `json:"exported"`         // symbols that programs can bind to
	Offered   int      `json:"offered"`          // that a kernel can export at most
	Symbols   []string `json:"symbols"`          // the exported ones
	Unused    []string `json:"unused,omitempty"` // exported, but no file of the image imports them
	Direct    []string `json:"direct_calls"`     // system calls that the C library's code reaches
	Raw       []string `json:"raw_calls"`        // answered on the syscall instruction
	Refused   []string `json:"refused_calls"`    // that only say ENOSYS
	Calls     int      `json:"calls"`            // different ones in Direct and Raw
	AllCalls  int      `json:"all_calls"`        // that Linux has
	Parsers   []Parser `json:"parsers"`
	Writable  int64    `json:"writable"`   // bytes of kernel segments that can be written
	Exec      int64    `json:"executable"` // that can be executed
	ReadOnly  int64    `json:"read_only"`
	WriteExec int64    `json:"writable_and_executable"`
	Libraries []File   `json:"libraries,omitempty"` // shared libraries in the image
	LibBytes  int64    `json:"library_bytes"`
}

// Parser is code that reads what comes from outside.
type Parser struct {
	Name    string `json:"name"`
	Reads   string `json:"reads"`
	Members int    `json:"members"`
	Bytes   int64  `json:"bytes"` // executable
}

// Modules are the drivers that the image has as modules.
type Modules struct {
	List []Module `json:"list"`
	// Loader is what the kernel holds only for its modules' sake, all together;
	// Kernel of each module is its share that the others do not need.
	Loader int64 `json:"kernel_alone"`
}

// Module is one of them.
type Module struct {
	Name    string   `json:"name"`
	Path    string   `json:"path"`         // in the image
	File    int64    `json:"file"`         // bytes of the file
	Memory  int64    `json:"memory"`       // that it takes when it is loaded
	Kernel  int64    `json:"kernel_alone"` // bytes that the kernel would not hold without it
	Needs   []string `json:"needs"`        // files of modules
	Aliases []string `json:"aliases"`      // what loads it
	Symbols []string `json:"symbols"`      // of the kernel that it refers to
}

// Files are the root file system.
type Files struct {
	Size int64 `json:"size"` // of root.rofs
	Data int64 `json:"data"` // of the files' contents
	// Stored is what the image has of them: holes and what two files have in common is there once or not at
	// all. The rest of Size is tables and alignment.
	Stored int64  `json:"stored"`
	Count  int    `json:"count"` // regular files
	List   []File `json:"list"`
}

// File is a file of the image.
type File struct {
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
	Kind  string `json:"kind,omitempty"` // program, library, or empty
	// Kernel is what the kernel would not hold without the symbols that only this
	// file imports.
	Kernel  int64 `json:"kernel_alone,omitempty"`
	AtStart bool  `json:"at_start,omitempty"` // loaded with the program, not by dlopen
}

// Subtree is a node of the tree of what the kernel holds.
type Subtree struct {
	Name  string    `json:"name"`
	Bytes int64     `json:"bytes"`
	Why   string    `json:"why,omitempty"` // what keeps it, or most of it
	Parts []Subtree `json:"parts,omitempty"`
}

// Runtime is what was measured while the image ran under the built-in runner.
type Runtime struct {
	Runs     int       `json:"runs"`
	Status   string    `json:"status"` // how the guest ended
	Timeline []Moment  `json:"timeline"`
	TSCKHz   int       `json:"tsc_khz"`
	Missed   []string  `json:"missed,omitempty"`
	Guest    GuestUse  `json:"guest"`
	Runner   RunnerUse `json:"runner"`
}

// Moment is a mark of the start-up, over all runs.
type Moment struct {
	Name  string  `json:"name"`
	What  string  `json:"what"`
	Micro float64 `json:"us"`     // since the first mark, median, by the runner's clock
	Min   float64 `json:"min_us"` // the least and the most of all runs
	Max   float64 `json:"max_us"`
	// TSC is the time since the guest's first instruction by the guest's own
	// counter, median; nil for marks outside of the guest.
	TSC *float64 `json:"tsc_us,omitempty"`
}

// GuestUse is the guest's memory.
type GuestUse struct {
	Memory int64 `json:"memory"` // that the guest has
	// Boot is at main(), Exit at the end (nil if the guest did not end), with
	// small pages, so that what is touched counts by 4 KB.
	Boot *kvmboot.MemoryUse `json:"boot,omitempty"`
	Exit *kvmboot.MemoryUse `json:"exit,omitempty"`
	// Huge is what is touched at main() with huge pages, as guests run by default.
	Huge int64 `json:"touched_huge"`
}

// RunnerUse is the runner's process as the host sees it.
type RunnerUse struct {
	Boot *Process `json:"boot,omitempty"` // at main()
	Exit *Process `json:"exit,omitempty"` // at the end
	// Two is the sum over two runners of the same image at main(), Further what
	// the second adds to the first.
	Two     *Process `json:"two,omitempty"`
	Further int64    `json:"further_pss"`
}

// Process is /proc/PID/smaps_rollup, and the page tables that the kernel of the
// host keeps for the process.
type Process struct {
	RSS     int64 `json:"rss"`
	PSS     int64 `json:"pss"`
	Private int64 `json:"private"` // clean and dirty
	Shared  int64 `json:"shared"`
	Anon    int64 `json:"anonymous"`
	Tables  int64 `json:"page_tables"` // VmPTE of /proc/PID/status
}

// Input is what Analyze works on.
type Input struct {
	Path    string
	Kernel  *Kernel
	Needs   *Needs
	Offered []string // every name that a kernel can export
	// CallNumber says whether a name is that of a system call; AllCalls counts them.
	CallNumber func(name string) bool
	AllCalls   int
	Files      *Files   // without Kernel of each file
	Modules    *Modules // without the figures of the kernel
	Sites      []Sites
}

// kinds is the order of causes in a report.
var kinds = []string{linker.KeepEntry, linker.KeepDriver, linker.KeepSymbol, linker.KeepSyscall, linker.KeepPart, linker.KeepModule, linker.KeepAlways,
	linker.KeepLinker, linker.KeepUnneeded}
