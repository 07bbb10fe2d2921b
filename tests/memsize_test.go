package tests

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

const gb = 1 << 30

// TestMemorySizes boots with the least and the most memory there can be, and uses RAM on both sides of the
// hole below 4 GB. Nothing of it is the host's before the guest uses it.
func TestMemorySizes(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	hello := &program{name: "exit7", build: c("exit7.c"), status: 7}
	high := &program{name: "cpu-highmem", build: c("cpu/highmem.c"), args: []string{"3800"}}
	for _, tt := range []struct {
		p      *program
		memory int64
	}{{hello, 4 * mb}, {hello, 5*mb + 4096}, {hello, 3 * gb}, {hello, 3*gb + 4096}, {hello, 384 * gb}, {hello, 512 * gb}, {high, 4 * gb}} {
		for _, vmm := range []string{uk.VMMBuiltin, kvmboot.MachineMicroVM, kvmboot.MachineQ35} {
			p := *tt.p
			opt := uk.RunOptions{VMM: vmm, Memory: tt.memory, Args: p.args, SmallPages: true}
			if vmm == uk.VMMBuiltin {
				needKVM(t)
			} else {
				testenv.MustHave(t, kvmboot.QEMUProgram)
				if p.args != nil {
					continue // as far as the guest goes it is the same
				}
				opt.VMM, opt.Accel, opt.Machine = uk.VMMQEMU, uk.AccelTCG, vmm
			}
			if vmm == kvmboot.MachineQ35 {
				p.name, p.kernel.Profile = p.name+"-q35", "virtio-pci"
			}
			b := prepare(t, &p)
			var out, messages bytes.Buffer
			opt.Stdout, opt.Stderr = &out, &messages
			ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
			st, err := b.img.Run(ctx, opt)
			cancel()
			if err != nil || st.ExitCode() != p.status || out.String() != b.host.out {
				t.Errorf("%s with %d MB: %v, %v, output %q\n%s", vmm, tt.memory/mb, st, err, out.String(), messages.String())
			}
		}
	}
}

// What does not fit is refused in one line.
func TestMemoryRefused(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	b := prepare(t, &program{name: "exit7", build: c("exit7.c"), status: 7})
	for _, memory := range []int64{512*gb + 1, 1 << 62, 4096} {
		_, err := b.img.Run(context.Background(), uk.RunOptions{Memory: memory})
		if err == nil || !strings.Contains(err.Error(), "512G") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%d bytes: %v", memory, err)
		}
	}
}
