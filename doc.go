// Package uk makes unikernel images of ordinary Linux programs and runs them.
//
// [Build] reads a manifest, or makes one of a program, works out which kernel
// and C library symbols the program's files use, links a kernel that holds only
// those, and packs the files into a read-only root file system. The result is an
// image: a folder with the kernel, the file system, and uk.json, which says
// how they belong together. [Open] reads such a folder, and [Image.Run] starts
// it under KVM, or under QEMU; [Image.Disk] makes a disk of it that a machine with
// UEFI firmware boots.
//
//	img, err := uk.Build(ctx, uk.Options{Binary: "./server", Output: "server.img"})
//	...
//	st, err := img.Run(ctx, uk.RunOptions{Stdout: os.Stdout, Stderr: os.Stderr})
//
// [Why] tells what keeps a part of an image's kernel, [Report] what an image is made
// of, what that costs, and what of it can be attacked.
//
// The package is a face. Each step is a package of its own (manifest, symbols,
// linker, rofs, kvmboot) that can be used without the others, and internal/build,
// internal/launch and internal/explain string them together. These define the
// structures of options, too, whose fields `go doc uk.example/internal/build.Options` and
// `go doc uk.example/internal/launch.Options` list; programs use them by their names here.
//
// Manifests, programs, kits and images may be hostile; what is wrong with one is an
// error of one line that names the file and the fix. A wrong value of an option is an
// [OptionError]. Nothing is executed but QEMU, where that is asked for.
package uk
