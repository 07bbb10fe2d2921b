package launch

import (
	"context"
	"fmt"
	"strings"

	"uk.example/kvmboot"
	"uk.example/kvmboot/firecracker"
)

// RunFirecracker boots the machine that a configuration file of Firecracker's
// describes on the built-in runner, see [kvmboot.RunFirecracker]. Of opt, the standard
// streams, Notice, Stats, SmallPages and Confine count. Notice is told what of the file has no effect.
func RunFirecracker(ctx context.Context, file string, opt Options) (kvmboot.Status, error) {
	c, err := firecracker.Read(file)
	if err != nil {
		return kvmboot.Status{}, err
	}
	if opt.Notice != nil {
		for _, n := range c.Notes {
			opt.Notice(n)
		}
	}
	if err := kvmboot.Detect(); err != nil {
		reason, _, _ := strings.Cut(err.Error(), ";")
		return kvmboot.Status{}, fmt.Errorf("%s; Firecracker's machine needs KVM", reason)
	}
	return kvmboot.RunFirecracker(ctx, c, kvmboot.Config{
		Stdin: opt.Stdin, Stdout: opt.Stdout, Stats: opt.Stats, SmallPages: opt.SmallPages, Confine: opt.Confine,
	})
}
