package uk

import (
	"context"

	"uk.example/internal/badoption"
	"uk.example/internal/build"
	"uk.example/internal/diskimage"
	"uk.example/internal/image"
	"uk.example/internal/kits"
	"uk.example/internal/launch"
)

// Options say what [Build] makes. One of Manifest and Binary must be set, and
// Output; every other field may stay empty. A field that a manifest also has
// wins over it.
type Options = build.Options

// OptionError is the error that a field of a structure of options cannot have
// the value that it was given: a caller error. Its Option is the field's name.
type OptionError = badoption.Error

// Build makes an image, a folder, at opt.Output. It appears whole or not at all,
// and on an error nothing is left behind and an older image stays as it was.
func Build(ctx context.Context, opt Options) (*Image, error) { return wrap(build.Build(ctx, opt)) }

// An Image was built or opened. Its fields are those of [Info], and Dir, the
// folder that holds it; its methods say where its files are, check it, run it,
// and make disks of it.
type Image struct {
	*image.Bundle
}

// Info is the content of an image's uk.json: what it holds and how it is run.
type Info = image.Info

// ImageError is the error that a folder is no usable image.
type ImageError = image.Error

// Open reads the image in the folder dir and checks that its kernel and its root
// file system belong together: the kernel by its whole contents, the file system
// by its whole contents too if that is quick, else by its size, its start and
// its end, where the tables of an image are. Image.Check leaves nothing out.
func Open(dir string) (*Image, error) { return wrap(image.Open(dir)) }

// OpenDisk takes the image out of a disk that [Image.Disk] made, in any of its
// formats. The folder dir, which must not be there, becomes the image; it lacks
// the kernel's symbols and link map, which no disk has. progress is told how
// many bytes of how many are copied; nil: nobody is.
func OpenDisk(ctx context.Context, disk, dir string, progress func(done, total int64)) (*Image, error) {
	return wrap(image.OpenDisk(ctx, disk, dir, progress))
}

func wrap(b *image.Bundle, err error) (*Image, error) {
	if err != nil {
		return nil, err
	}
	return &Image{b}, nil
}

// FindKit returns the folder of the kit, which the kernels of images are linked
// from: dir if it is not empty, else what $UK_KIT names, else the one that this
// program carries or that lies beside it.
func FindKit(dir string) (string, error) { return kits.Find(dir) }

// DiskOptions say how an image becomes a disk.
type DiskOptions = launch.DiskOptions

// Disk makes a disk image that a machine with UEFI firmware boots.
func (im *Image) Disk(ctx context.Context, opt DiskOptions) (*diskimage.Result, error) {
	return launch.Disk(ctx, im.Bundle, opt)
}
