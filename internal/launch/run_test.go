package launch

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
