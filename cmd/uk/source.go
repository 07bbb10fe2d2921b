package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"uk.example"
	"uk.example/internal/cache"
	"uk.example/internal/target"
)

// imageOf opens the image that name is, or has verb make one, which cleanup
// removes. What an image is given in place of its own arguments goes to args;
// change may adjust how one is built.
func imageOf(ctx context.Context, e *env, b *buildFlags, verb, name string, words []string, args *[]string, change func(*uk.Options)) (*uk.Image, func(), error) {
	nothing := func() {}
	kind, path, err := target.Identify(name)
	if err != nil {
		return nil, nothing, err
	}
	if kind == target.Image || kind == target.Disk {
		if len(words) > 0 && words[0] == "--" {
			words = words[1:]
		}
		if len(words) > 0 {
			*args = words
		}
		if err := b.forImage(verb, name); err != nil {
			return nil, nothing, err
		}
		return openImage(ctx, e, path)
	}
	opt, err := b.options(e, verb, name, words)
	if err != nil {
		return nil, nothing, err
	}
	change(&opt)
	output, cleanup, err := cache.TempDir()
	if err != nil {
		return nil, nothing, err
	}
	opt.Output = output
	e.names().As(output+"/", name+": ")
	img, err := uk.Build(ctx, opt)
	if err != nil {
		cleanup()
		return nil, nothing, noRoom(err, output)
	}
	return img, cleanup, nil
}

// noRoom tells where the disk is full on which a temporary image was to lie.
func noRoom(err error, output string) error {
	if errors.Is(err, unix.ENOSPC) && strings.Contains(err.Error(), output) {
		return fmt.Errorf("%s: %w: make room there, or name another folder with $XDG_CACHE_HOME", filepath.Dir(filepath.Dir(output)), unix.ENOSPC)
	}
	return err
}

// openImage opens an image, or the one that a disk holds, in a folder that cleanup removes.
func openImage(ctx context.Context, e *env, name string) (img *uk.Image, cleanup func(), err error) {
	kind, path, err := target.Identify(name)
	if err != nil || kind != target.Disk {
		img, err = uk.Open(name)
		return img, func() {}, err
	}
	dir, cleanup, err := cache.TempDir()
	if err != nil {
		return nil, nil, err
	}
	e.setProgress("reading " + path)
	if img, err = uk.OpenDisk(ctx, path, dir, e.setBytes); err != nil {
		cleanup()
		return nil, nil, err
	}
	return img, cleanup, nil
}
