package export

import (
	"strings"
	"testing"

	"uk.example/kvmboot"
	"uk.example/kvmboot/qemu"
)

// What boots an image elsewhere has the shares, or says that it cannot.
func TestPrintShares(t *testing.T) {
	cfg := kvmboot.Config{Kernel: "k", Shares: []kvmboot.Share{{Tag: "a", Path: "/x,y"}, {Tag: "b", Path: "/z", ReadOnly: true}}}
	argv, err := qemu.Command(cfg, "tcg", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"-fsdev local,id=share0,path=/x,,y,security_model=none,multidevs=remap,readonly=off -device virtio-9p-device,fsdev=share0,mount_tag=a,",
		"-fsdev local,id=share1,path=/z,security_model=none,multidevs=remap,readonly=on -device virtio-9p-device,fsdev=share1,mount_tag=b,",
	} {
		if line := strings.Join(argv, " "); !strings.Contains(line, want) {
			t.Errorf("%s\nis not in %s", want, line)
		}
	}
	_, fire := FirecrackerConfig(cfg)
	_, cloud := CloudHypervisor(cfg)
	for _, err := range []error{fire, cloud} {
		if err == nil || !strings.Contains(err.Error(), "has no 9P device") {
			t.Errorf("%v", err)
		}
	}
}
