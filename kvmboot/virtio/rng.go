package virtio

import "golang.org/x/sys/unix"

// maxEntropy bounds what one entropy request gets, in bytes.
const maxEntropy = 4096

// entropy is the entropy device, virtio 1.2 section 5.4. It may fill less than the
// whole buffer.
type EntropyDevice struct{ scratch chain }

func (d *EntropyDevice) id() uint32                { return IDEntropy }
func (d *EntropyDevice) features() uint64          { return 0 }
func (d *EntropyDevice) queues() int               { return 1 }
func (d *EntropyDevice) config() []byte            { return nil }
func (d *EntropyDevice) ready(int) bool            { return true }
func (d *EntropyDevice) finish(*Transport)         {}
func (d *EntropyDevice) serve(t *Transport, q int) { t.drain(q, &d.scratch, d.request) }

func (d *EntropyDevice) request(c *chain) (uint32, error) {
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
