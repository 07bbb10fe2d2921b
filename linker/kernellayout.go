package linker

import (
	"debug/elf"

	"uk.example/linker/elflink"
)

// kernelLayout says what lies where in a kernel: an executable that is linked high in the lower half and loaded at 1 MB of
// physical memory.
//
//	physical = virtual - kernelOffset
//
//	monitor   ring 0 only: entry, IDT and SYSCALL stubs (RX), then its data (RW)
//	text      ring 3 kernel, libc (RX)
//	rodata    constants, dynamic symbols, gathered tables (R)
//	data      .data, .bss (RW)
//
// Each segment starts on its own page in memory; in the file they are packed, as PVH loaders copy bytes and never map
// them. Sections of one kind lie by their alignment, which leaves hardly a hole between them.
//
// Gathered tables: an object places an entry in .systab.NAME, .drivers.NAME, ... and code walks systab_start ..
// systab_end. systab and drivers are not kept: roots systab_NAME and drv_NAME are what selects an entry. fs,
// devnode and procnode live as long as the code that names them with KEEP(). init entries are drivers that find no
// device (MODULE_INIT); they come first, and are kept when the object file that holds them is linked at all.
var kernelLayout = elflink.Layout{
	Base:     kernelOffset + kernelPhys,
	Offset:   kernelOffset,
	Absolute: map[string]uint64{"KERNEL_OFFSET": kernelOffset, "KERNEL_PHYS": kernelPhys},
	// A PVH loader takes the entry from the note. With CONFIG_BOOT_PARAMS the header has that of the Linux 64-bit boot
	// protocol.
	Start: "_start",
	Entry: "entry64",
	First: "kernel_start",
	End:   "kernel_end",
	Segments: []elflink.Segment{
		{Flags: elf.PF_R | elf.PF_X, Outputs: []elflink.Output{
			{Name: ".monitor.text", Parts: []elflink.Part{
				name("monitor_text_start"),
				kept(".monitor.entry"),
				take(".monitor.text", ".monitor.text.*"),
				take(".monitor.rodata", ".monitor.rodata.*"),
				name("monitor_text_end"),
			}},
		}},
		{Flags: elf.PF_R | elf.PF_W, Outputs: []elflink.Output{
			{Name: ".monitor.data", Parts: []elflink.Part{
				name("monitor_data_start"),
				take(".monitor.pagetables"),
				take(".monitor.data", ".monitor.data.*"),
			}},
			{Name: ".monitor.bss", NoBits: true, Parts: []elflink.Part{
				take(".monitor.bss", ".monitor.bss.*"),
				name("monitor_data_end"),
			}},
		}},
		{Flags: elf.PF_R | elf.PF_X, Outputs: []elflink.Output{
			{Name: ".text", Parts: []elflink.Part{
				name("kernel_text_start"),
				// The ways in and out of the kernel, which no signal may interrupt.
				name("entry_text_start"),
				take(".entry.text", ".entry.text.*"),
				name("entry_text_end"),
				aligned(take(".text*")),
				name("kernel_text_end"),
			}},
		}},
		{Flags: elf.PF_R, Outputs: []elflink.Output{
			{Name: ".note", Parts: []elflink.Part{
				name("kernel_rodata_start"),
				kept(".note.Xen", ".note.uk", ".note.uk.*"),
			}},
			{Name: ".gnu.hash", Parts: []elflink.Part{{Made: elflink.GNUHash}}},
			{Name: ".dynsym", Parts: []elflink.Part{{Made: elflink.DynSym}}},
			{Name: ".dynstr", Parts: []elflink.Part{{Made: elflink.DynStr}}},
			{Name: ".tables", Parts: []elflink.Part{
				nameAt("systab_start", 8),
				sorted(take(".systab.*")),
				name("systab_end"),
				nameAt("drivers_start", 8),
				sorted(kept(".init.*")),
				sorted(take(".drivers.*")),
				name("drivers_end"),
				nameAt("root_fs_start", 8),
				sorted(take(".rootfs.*")),
				name("root_fs_end"),
				name("fs_start"),
				sorted(take(".fs.*")),
				name("fs_end"),
				nameAt("devnode_start", 8),
				sorted(take(".devnode.*")),
				name("devnode_end"),
				nameAt("procnode_start", 8),
				sorted(take(".procnode.*")),
				name("procnode_end"),
				// musl runs the constructors between these: the kernel has none.
				name("__init_array_start"), name("__init_array_end"),
				name("__fini_array_start"), name("__fini_array_end"),
			}},
			{Name: ".rodata", Parts: []elflink.Part{
				aligned(take(".rodata*")),
				{Made: elflink.GOT},
				aligned(take(".data.rel.ro*")),
			}},
			{Name: ".dynamic", Parts: []elflink.Part{{Made: elflink.Dynamic}}},
			{Name: ".tdata", Parts: []elflink.Part{take(".tdata", ".tdata.*")}},
			{Name: ".tbss", Parts: []elflink.Part{take(".tbss", ".tbss.*")}},
			{Parts: []elflink.Part{name("kernel_rodata_end")}},
		}},
		{Flags: elf.PF_R | elf.PF_W, Outputs: []elflink.Output{
			{Name: ".data", Parts: []elflink.Part{
				name("kernel_data_start"),
				aligned(ofKernel(take(".data*"))),
				// What system calls may read and write for a program: core/mm/user.c.
				name("libc_data_start"),
				aligned(take(".data*")),
				// Variables a program may take over with a COPY relocation: {original address, current address}, see
				// musl/copyvar.sh.
				nameAt("copyvar_start", 8),
				sorted(take(".copyvar.*")),
				name("copyvar_end"),
			}},
			{Name: ".bss", NoBits: true, Parts: []elflink.Part{
				name("kernel_bss_start"),
				notOfKernel(take(".bss", ".bss.*", "COMMON")),
				name("libc_data_end"),
				take(".bss", ".bss.*", "COMMON"),
				nameAt("kernel_bss_end", 8),
			}},
		}},
	},
	Discard: []string{".comment", ".eh_frame", ".eh_frame_hdr", ".note.GNU-stack", ".note.gnu.*", ".interp", ".syscall_levels"},
}

const (
	kernelOffset = 0x400000000000
	kernelPhys   = 0x100000
)

// Parts of a layout.
func name(s string) elflink.Part                 { return elflink.Part{Define: s} }
func nameAt(s string, align uint64) elflink.Part { return elflink.Part{Define: s, Align: align} }
func take(patterns ...string) elflink.Part       { return elflink.Part{Take: patterns} }
func kept(patterns ...string) elflink.Part       { return elflink.Part{Take: patterns, Keep: true} }
func sorted(p elflink.Part) elflink.Part         { p.Sort = elflink.ByName; return p }
func aligned(p elflink.Part) elflink.Part        { p.Sort = elflink.ByAlignment; return p }
func ofKernel(p elflink.Part) elflink.Part       { p.From = "libkernel.a"; return p }
func notOfKernel(p elflink.Part) elflink.Part    { p.NotFrom = "libkernel.a"; return p }
