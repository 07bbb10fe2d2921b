package build

import (
	"context"

	"uk.example/internal/image"
	"uk.example/linker"
	"uk.example/symbols"
)

// Options say what Build makes. Either Manifest or Binary must be set; every
// other field may stay empty. A field that a manifest also has wins over it.
type Options struct {
	// Manifest is the path of a manifest, of a folder with a usr.manifest, or of an archive (tar or cpio, as it is
	// or compressed by gzip or zstd) with a whole root file system. Args then begin with the program in that.
	Manifest string
	// Defines are the manifest's variables.
	Defines map[string]string
	// Binary is a program on the host; its libraries are found by reading ELF
	// structures.
	Binary string
	// Typed is the word by which a person named Binary: the program finds it as its own name,
	// argv[0], if it leads to the program in the guest too.
	Typed string

	// Command is the command line instead of the manifest's, as OSv's loader reads it:
	// --env=NAME=VALUE and --cwd=FOLDER may stand before the program.
	Command string
	// Args are the program's arguments. With a manifest they take the place
	// of those that its command has; if it has none they are the command.
	Args []string
	Env  []string // NAME=VALUE, added to the manifest's
	Cwd  string   // working folder in the guest
	User string   // UID or UID:GID that the program runs as; empty: the manifest's, else root
	// Ulimits are resource limits of the program, NAME=SOFT[:HARD], added to the manifest's; see [manifest.ParseUlimit].
	Ulimits []string
	Memory  int64 // bytes
	CPUs    int

	// LibraryPath are folders to look for libraries in, before the usual ones.
	LibraryPath []string
	// NoLibraries keeps what a manifest does not list out of the image.
	NoLibraries bool

	Kit     string // folder of the kit; "": see [kits.Find]
	Profile string // name of the kit's or path; "": DefaultProfile
	// FallbackProfile takes the place of DefaultProfile.
	FallbackProfile string
	Drivers         []string // changes of the profile, see [linker.ParseDrivers]
	// Need are services for devices that a run will have, see
	// [launch.Options.Needs]; other settings of theirs stay as they are.
	Need []linker.Service
	// OptionName is how messages call an option of the run that needs a driver; nil: by its name.
	OptionName func(option string) string
	// RunEnv are the words NAME=VALUE that a run will add: the image gets the time zones,
	// locales and libraries that they name.
	RunEnv []string
	// RunCwd is the working folder that a run will give the program, "" if it gives none.
	RunCwd string
	// Shares are folders that a run will have.
	Shares []image.Share
	// MountPoints are folders that the image gets if it has none there, for mounts of a
	// run, see [launch.Options.MountPoints].
	MountPoints []string
	// Terminal is the type of the terminal (TERM) that a run will have: the image
	// gets its description if the program's libraries read such. "": none.
	Terminal string
	// NoDefaultDevices starts from no driver at all, instead of a profile.
	NoDefaultDevices bool

	// VersionScript is a file that says which symbols stay dynamic, in place
	// of what the program's files ask for.
	VersionScript string
	Symbols       []string // offered besides, for dlsym
	DLSym         string   // "auto" (also ""), "warn" or "off"
	// Syscalls are the system calls to answer on the syscall instruction:
	// names, "auto" for what the files' code makes (also nil), or "all".
	Syscalls []string
	// Libc is "kernel" (also "") or "image": whether the kernel stands in for
	// the C library, or the image brings its own.
	Libc string

	// Exact keeps out of what Pack makes all that the manifest does not list.
	Exact bool
	// Format is that of the root file system: "rofs2" (also ""), which keeps modes,
	// owners and times, or "rofs1", OSv's.
	Format string
	// Owner is whose the image's files are: "auto" (also ""), "keep", UID or UID:GID;
	// see package internal/attributes.
	Owner string

	KeepDebug bool // also make kernel.elf.debug
	Trace     bool // the kernel can tell of system calls, see [launch.Options]
	Force     bool // link even if a kernel for the same inputs is at hand

	// Output is the bundle's folder. An older bundle there, if nothing else is, is replaced in
	// one step; anything else that is there is an error.
	Output string

	// Progress is told when a step begins; nil: nobody is.
	Progress func(step string)
	// Bytes is told how many bytes of how many are written, of a step with a lot of them.
	Bytes func(done, total int64)
	// Warn takes single lines about what is probably not meant; nil: nobody
	// reads them.
	Warn func(line string)
	// Notice takes single lines about what was decided otherwise than usual; nil: Warn does.
	Notice func(line string)

	archive        *archiveRoot  // that Manifest names, once it is unpacked
	memo           *symbols.Memo // of files that were analysed before
	imageLibraries bool          // bring the host's of manifest.Leaves: Plan.imageLibraries
	packsModules   bool          // an image is made, with the modules that its kernel has: Plan.procSettings
}

// DefaultProfile is what an image is made for when nothing else is said.
const DefaultProfile = "virtio-mmio"

func (o *Options) step(ctx context.Context, name string) error {
	if o.Progress != nil {
		o.Progress(name)
	}
	return ctx.Err()
}

func (o *Options) optionName(option string) string {
	if o.OptionName != nil {
		return o.OptionName(option)
	}
	return "option " + option
}

func (o *Options) warn(line string) {
	if o.Warn != nil {
		o.Warn(line)
	}
}

func (o *Options) notice(line string) {
	if o.Notice != nil {
		o.Notice(line)
	} else {
		o.warn(line)
	}
}
