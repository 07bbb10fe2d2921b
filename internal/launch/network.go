package launch

import (
	"errors"
	"fmt"

	"uk.example/internal/drivers"
	"uk.example/internal/image"
)

// chooseNetwork takes the network out of a run whose machine or kernel has none, unless it is wanted.
func chooseNetwork(im *image.Bundle, opt *Options, qemu bool) error {
	if opt.Network == nil {
		return nil
	}
	has := im.Serves(drivers.Network)
	if has && !qemu {
		return nil
	}
	if !opt.Network.Wanted {
		opt.Network = nil
		return nil
	}
	if n := opt.Network; !has && len(n.Publish)+len(n.Allow)+len(n.Deny)+len(n.Resolvers) == 0 && !n.PublishAll {
		opt.Network = nil // --net host, which is no more than the default
		return nil
	}
	if !has {
		return fmt.Errorf("nothing in this image makes sockets of the network: there is nothing to publish, allow or deny (--drivers +%s brings the driver in any case)", driverFor(im, drivers.Network))
	}
	return errors.New("QEMU's guests have no sockets of this machine: use the built-in runner to publish, allow or deny, or --net user, a network card")
}
