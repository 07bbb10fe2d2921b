package main

import (
	"context"

	"uk"
)

// imageOf opens the image that name is, or has verb make one, which cleanup
// removes. What an image is given in place of its own arguments goes to args;
// change may adjust how one is built.
func imageOf(ctx context.Context, e *env, b *buildFlags, verb, name string, words []string, args *[]string, change func(*uk.Options)) (*uk.Image, func(), error) {
	nothing := func() {}
	target, path, err := uk.Identify(name)
	if err != nil {
		return nil, nothing, err
	}
	if target == uk.TargetImage {
		if len(words) > 0 && words[0] == "--" {
			words = words[1:]
		}
		if len(words) > 0 {
			*args = words
		}
		if err := b.forImage(verb, name); err != nil {
			return nil, nothing, err
		}
		img, err := uk.Open(path)
		return img, nothing, err
	}
	opt, err := b.options(e, verb, name, words)
	if err != nil {
		return nil, nothing, err
	}
	change(&opt)
	output, cleanup, err := uk.TempDir()
	if err != nil {
		return nil, nothing, err
	}
	opt.Output = output
	img, err := uk.Build(ctx, opt)
	if err != nil {
		cleanup()
		return nil, nothing, err
	}
	return img, cleanup, nil
}
