package launch

import (
	"uk.example/internal/badoption"
	"uk.example/internal/image"
)

// check refuses what no run can have, and devices that the image has no drivers for.
func check(im *image.Bundle, opt *Options) error {
	if err := image.CheckASLR(opt.ASLR); err != nil {
		return err
	}
	if err := image.CheckMachine(opt.Memory, opt.CPUs, opt.Cwd, opt.Hostname); err != nil {
		return err
	}
	if err := image.CheckUser(opt.User); err != nil {
		return err
	}
	if opt.User != "" && im.User == "" {
		return badoption.Errorf("User", "the image was built for root, and its kernel knows no other user: build it with --user, or user= in [app]")
	}
	if err := image.CheckUlimits(opt.Ulimits); err != nil {
		return err
	}
	if len(opt.Ulimits) > 0 && len(im.Ulimits) == 0 {
		return badoption.Errorf("Ulimits", "the image was built without limits, and its kernel has no part for them: build it with --ulimit, or ulimits= in [app]")
	}
	return checkDrivers(im, opt)
}
