package kvmboot

import "golang.org/x/sys/unix"

// maxEntropy bounds what one entropy request gets, in bytes.
const maxEntropy = 4096

// entropy is the entropy device, virtio 1.2 section 5.4. It may fill less than the
// whole buffer.
type entropy struct{ scratch chain }

func (d *entropy) id() uint32                { return virtioIDEntropy }
func (d *entropy) features() uint64          { return 0 }
func (d *entropy) queues() int               { return 1 }
func (d *entropy) config() []byte            { return nil }
func (d *entropy) ready(int) bool            { return true }
func (d *entropy) finish(*transport)         {}
func (d *entropy) serve(t *transport, q int) { t.drain(q, &d.scratch, d.request) }

func (d *entropy) request(c *chain) (uint32, error) {
	if c.readLen > 0 || c.writeLen == 0 {
		return 0, badQueue("entropy request of %d readable and %d writable bytes", c.readLen, c.writeLen)
	}
	b := c.write[0]
	b = b[:min(len(b), maxEntropy)]
	n, err := unix.Getrandom(b, 0)
	if err != nil {
		return 0, nil
	}
	return uint32(n), nil
}
