package launch

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"uk.example/internal/image"
	"uk.example/kvmboot"
)

// TestWithoutKVM: one line says why there is no KVM and how to have it, and what runs in its place.
func TestWithoutKVM(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	why := errors.New("/dev/kvm: permission denied: fix it; --vmm=qemu works without")
	said := ""
	notice := func(line string) { said += line }
	if err := withoutKVM(why, notice); err == nil || said != "" ||
		err.Error() != "/dev/kvm: permission denied: fix it; or install QEMU, which is slow without KVM (Debian: qemu-system-x86)" {
		t.Errorf("%v, said %q", err, said)
	}
	if err := os.WriteFile(filepath.Join(bin, kvmboot.QEMUProgram), nil, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := withoutKVM(why, notice); err != nil || said != "running slowly under "+kvmboot.QEMUProgram+", as there is no KVM: /dev/kvm: permission denied: fix it" {
		t.Errorf("%v, said %q", err, said)
	}
}

// TestQuiet: warnings go to Notice, and nowhere if nothing is to be said.
func TestQuiet(t *testing.T) {
	var said []string
	opt := Options{Notice: func(line string) { said = append(said, line) }}
	opt.warn("one")
	opt.Quiet = true
	opt.warn("two")
	opt = Options{}
	opt.warn("three")
	if len(said) != 1 || said[0] != "one" {
		t.Errorf("said %q", said)
	}
}

// TestWithoutPCI: without QEMU a kernel that has its devices on PCI runs if it needs none of them.
func TestWithoutPCI(t *testing.T) {
	im, opt := &image.Bundle{}, Options{}
	if err := withoutPCI(im, &opt, false); err != nil || opt.VMM != VMMBuiltin {
		t.Errorf("%v, %q", err, opt.VMM)
	}
	if err := withoutPCI(im, &opt, true); err == nil || !strings.Contains(err.Error(), "install QEMU") || !strings.Contains(err.Error(), "--profile virtio-mmio") {
		t.Error(err)
	}
}

// TestOnlyBuiltin: what looks into a guest names the option, and why the built-in runner cannot do it, or to choose that.
func TestOnlyBuiltin(t *testing.T) {
	noKVM := errors.New("/dev/kvm: permission denied: fix it; --vmm=qemu works without")
	for _, tt := range []struct {
		option, want string
		noKVM        error
	}{
		{"Core", "Core: this looks into the guest from the built-in runner, which needs KVM: choose that, not QEMU", nil},
		{"Packets", "Packets: this looks into the guest from the built-in runner, which needs KVM: /dev/kvm: permission denied: fix it", noKVM},
		{"", "this looks into the guest from the built-in runner, which needs KVM: /dev/kvm: permission denied: fix it", noKVM},
	} {
		if err := onlyBuiltin(tt.option, tt.noKVM); err.Error() != tt.want {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}

func TestBackends(t *testing.T) {
	for _, tt := range []struct {
		vmm, accel string
		bad        string
	}{
		{"qemu", "tcg", ""}, {"qemu", "kvm", ""}, {"builtin", "", ""}, {"builtin", "kvm", ""}, {"", "tcg", ""},
		{"builtin", "tcg", "--vmm=qemu"}, {"other", "", "builtin, qemu or auto"}, {"auto", "tcg", ""}, {"", "other", "kvm or tcg"},
	} {
		_, _, err := chooseVMM(&Options{VMM: tt.vmm, Accel: tt.accel})
		if tt.bad == "" && err != nil || tt.bad != "" && (err == nil || !strings.Contains(err.Error(), tt.bad)) {
			t.Errorf("%q %q: %v", tt.vmm, tt.accel, err)
		}
	}
}
