package kvmboot

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// surroundings are what tells why KVM cannot be used: they are looked at only then.
type surroundings struct {
	err error // of opening the device

	uid    int
	user   string
	groups []int // of this process

	exists   bool // the device file, and what follows of it
	mode     fs.FileMode
	group    int
	name     string // of the group, "": it has none here
	isMember bool   // by the list of groups: for processes of a later login

	container bool
	module    bool   // kvm is loaded, or built in
	vendor    string // the processor's module, "": it cannot virtualize, or may not
	virtual   bool   // this is a virtual machine itself
}

func lookAround(err error) *surroundings {
	s := &surroundings{err: err, uid: os.Geteuid(), container: inContainer(), module: isThere("/sys/module/kvm")}
	s.groups, _ = os.Getgroups()
	s.groups = append(s.groups, os.Getegid())
	if u, err := user.Current(); err == nil {
		s.user = u.Username
	}
	if st, err := os.Stat(kvmDevice); err == nil {
		s.exists, s.mode = true, st.Mode()
		s.group = int(st.Sys().(*syscall.Stat_t).Gid)
		if g, err := user.LookupGroupId(strconv.Itoa(s.group)); err == nil {
			s.name = g.Name
		}
		if u, err := user.Current(); err == nil {
			ids, _ := u.GroupIds()
			s.isMember = slices.Contains(ids, strconv.Itoa(s.group))
		}
	}
	s.readProcessor()
	return s
}

func isThere(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// inContainer looks for what container runtimes leave: Docker, Podman, and systemd-nspawn and LXC, which
// follow systemd's container interface.
func inContainer() bool {
	return isThere("/.dockerenv") || isThere("/run/.containerenv") || isThere("/run/systemd/container") || os.Getenv("container") != ""
}

func (s *surroundings) readProcessor() {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), ":")
		if strings.TrimSpace(key) != "flags" {
			continue
		}
		flags := strings.Fields(value)
		s.virtual = slices.Contains(flags, "hypervisor")
		switch {
		case slices.Contains(flags, "vmx"):
			s.vendor = "kvm_intel"
		case slices.Contains(flags, "svm"):
			s.vendor = "kvm_amd"
		}
		return
	}
}

// fix says why, and what to do.
func (s *surroundings) fix() string {
	switch {
	case errors.Is(s.err, fs.ErrPermission) && s.exists:
		return s.fixRights()
	case s.exists && !errors.Is(s.err, unix.ENXIO) && !errors.Is(s.err, unix.ENODEV):
		return "the kernel refuses it"
	case s.container && s.module && !s.exists:
		return "this container has not got the device: start it with --device " + kvmDevice
	case s.module && !s.exists:
		return "the kvm module is loaded but its device file is missing: make it with mknod " + kvmDevice + " c 10 232"
	case s.vendor != "":
		return "the kvm module is not loaded: modprobe " + s.vendor + ", as root of the host"
	case s.virtual:
		return "this is a virtual machine without nested virtualization: turn that on where it is run"
	}
	return "the processor has no virtualization, or the firmware's setup turned it off (VT-x, SVM): turn it on there"
}

// fixRights is fix for a device that this process may not open.
func (s *surroundings) fixRights() string {
	const groupMay = 0o060
	mayAlready := s.mode&groupMay == groupMay && slices.Contains(s.groups, s.group)
	switch {
	case s.uid == 0 || mayAlready || s.mode&0o006 == 0o006:
		return "a rule forbids the device to this container or service: start it with --device " + kvmDevice + " (systemd: DeviceAllow=" + kvmDevice + " rw)"
	case s.mode&groupMay != groupMay:
		return fmt.Sprintf("only root may use it (mode %04o): as root, chgrp kvm %[2]s && chmod 0660 %[2]s && usermod -aG kvm %[3]s, and log in again", s.mode.Perm(), kvmDevice, cmp.Or(s.user, "USER"))
	case s.name == "" || s.name == "nogroup":
		return fmt.Sprintf("its group (%d) is none of this container's: start it with --group-add keep-groups (Podman), or --group-add and the number that the group kvm has on the host", s.group)
	case s.isMember:
		return fmt.Sprintf("this user is in the group %s since this session began: log in again, or use newgrp %[1]s", s.name)
	}
	return fmt.Sprintf("add this user to the group %s, with usermod -aG %[1]s %s as root, and log in again", s.name, cmp.Or(s.user, "USER"))
}
