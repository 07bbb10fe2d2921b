package kvmboot

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestWithoutKVM: each reason has words and a fix of its own.
func TestWithoutKVM(t *testing.T) {
	base := surroundings{err: unix.EACCES, uid: 1000, user: "me", groups: []int{1000}, exists: true, mode: 0o660, group: 104, name: "kvm", module: true, vendor: "kvm_intel"}
	seen := map[string]string{}
	for _, tt := range []struct {
		what   string
		change func(*surroundings)
		want   string
	}{
		{"not in the group", func(*surroundings) {}, "add this user to the group kvm, with usermod -aG kvm me as root"},
		{"in the group since", func(s *surroundings) { s.isMember = true }, "log in again, or use newgrp kvm"},
		{"mode 0600", func(s *surroundings) { s.mode = 0o600 }, "only root may use it (mode 0600): as root, chgrp kvm /dev/kvm && chmod 0660 /dev/kvm && usermod -aG kvm me"},
		{"a group that is not mapped", func(s *surroundings) { s.name, s.group = "nogroup", 65534 }, "--group-add keep-groups"},
		{"root without the device", func(s *surroundings) { s.uid = 0; s.err = unix.EPERM }, "DeviceAllow=/dev/kvm"},
		{"a container without it", func(s *surroundings) { s.err, s.exists, s.container = unix.ENOENT, false, true }, "start it with --device /dev/kvm"},
		{"no device file", func(s *surroundings) { s.err, s.exists = unix.ENOENT, false }, "mknod /dev/kvm c 10 232"},
		{"no module", func(s *surroundings) { s.err, s.exists, s.module = unix.ENOENT, false, false }, "modprobe kvm_intel"},
		{"nothing behind the file", func(s *surroundings) { s.err, s.module, s.vendor = unix.ENODEV, false, "kvm_amd" }, "modprobe kvm_amd"},
		{"a virtual machine", func(s *surroundings) {
			s.err, s.exists, s.module, s.vendor, s.virtual = unix.ENOENT, false, false, "", true
		}, "without nested virtualization"},
		{"a processor that cannot", func(s *surroundings) { s.err, s.exists, s.module, s.vendor = unix.ENOENT, false, false, "" }, "turn it on there"},
	} {
		s := base
		tt.change(&s)
		got := s.fix()
		if !strings.Contains(got, tt.want) || strings.ContainsAny(got, "\n;") {
			t.Errorf("%s: %q, want %q", tt.what, got, tt.want)
		}
		if other := seen[got]; other != "" {
			t.Errorf("%s and %s have the same words", tt.what, other)
		}
		seen[got] = tt.what
	}
	lookAround(unix.ENOENT).fix() // whatever is here
}
