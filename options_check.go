package uk

import (
	"fmt"
	"os"
	"strconv"

	"uk/internal/attributes"
	"uk/internal/badoption"
	"uk/kvmboot"
	"uk/manifest"
)

// OptionError is the error that a field of an options' structure cannot have the value that it was
// given: a fault of who called. Its Option is the field's name.
type OptionError = badoption.Error

// maxHostname is the longest name of a guest, in bytes (gethostname(2), HOST_NAME_MAX).
const maxHostname = 64

// checkMachine refuses what no machine has and no guest can be given. Zero values leave the choice to
// others.
func checkMachine(memory int64, cpus int, cwd, hostname string) error {
	if memory != 0 {
		if err := kvmboot.CheckMemory(memory); err != nil {
			return err
		}
	}
	if cpus != 0 {
		if err := kvmboot.CheckCPUs(cpus); err != nil {
			return err
		}
	}
	switch {
	case cwd != "" && cwd[0] != '/':
		return badoption.Errorf("Cwd", "%q is no absolute path: start it with a slash", cwd)
	case len(hostname) > maxHostname:
		return badoption.Errorf("Hostname", "a name of %d bytes: want %d at most", len(hostname), maxHostname)
	}
	return nil
}

// checkLibraryPath refuses folders that are none: the libraries would come from elsewhere.
func checkLibraryPath(list []string) error {
	for _, dir := range list {
		if st, err := os.Stat(dir); err != nil || !st.IsDir() {
			return badoption.Errorf("LibraryPath", "%s: no such folder: name one with libraries, or leave it out", dir)
		}
	}
	return nil
}

// checkASLR refuses what ASLR of an image or a run cannot be.
func checkASLR(s string) error {
	if n, err := strconv.ParseUint(s, 10, 64); s != "" && s != "on" && s != "off" && (err != nil || n == 0) {
		return badoption.Errorf("ASLR", "%q: want on, off, or a number from 1 up", s)
	}
	return nil
}

// userPart is the kernel's part that makes the program another user than root.
const userPart = "identity_user"

// ulimitsPart is the part of the kernel that gives a program other resource limits.
const ulimitsPart = "limits_given"

func checkUser(user string) error {
	if user == "" {
		return nil
	}
	if err := manifest.CheckUser(user); err != nil {
		return badoption.Errorf("User", "%v: write UID or UID:GID in numbers", err)
	}
	return nil
}

// checkUlimits refuses limits that no program can have.
func checkUlimits(list []string) error {
	for _, u := range list {
		if _, err := manifest.ParseUlimit(u); err != nil {
			return badoption.Errorf("Ulimits", "%v", err)
		}
	}
	return nil
}

// checkApp does the same for what a manifest asks for.
func checkApp(m *manifest.Manifest) error {
	if err := checkMachine(m.App.Memory, 0, "", ""); err != nil {
		return fmt.Errorf("%s: memory: %v", m.Where["app.memory"], err)
	}
	if err := checkMachine(0, m.App.CPUs, "", ""); err != nil {
		return fmt.Errorf("%s: cpus: %v", m.Where["app.cpus"], err)
	}
	for _, mount := range m.App.Mounts {
		if err := (*kvmboot.Mount)(&mount).Check(); err != nil {
			return fmt.Errorf("%s: mounts: %v", m.Where["app.mounts"], err)
		}
	}
	return nil
}

// check refuses what no run can have, and devices that the image has no drivers for.
func (im *Image) check(opt *RunOptions) error {
	if err := checkASLR(opt.ASLR); err != nil {
		return err
	}
	if err := checkMachine(opt.Memory, opt.CPUs, opt.Cwd, opt.Hostname); err != nil {
		return err
	}
	if err := checkUser(opt.User); err != nil {
		return err
	}
	if opt.User != "" && im.User == "" {
		return badoption.Errorf("User", "the image was built for root, and its kernel knows no other user: build it with --user, or user= in [app]")
	}
	if err := checkUlimits(opt.Ulimits); err != nil {
		return err
	}
	if len(opt.Ulimits) > 0 && len(im.Ulimits) == 0 {
		return badoption.Errorf("Ulimits", "the image was built without limits, and its kernel has no part for them: build it with --ulimit, or ulimits= in [app]")
	}
	return im.checkDrivers(opt)
}

// The formats of a root file system, and the part of the kernel that reads each.
const (
	FormatRofs1 = "rofs1"
	FormatRofs2 = "rofs2"
)

func checkFormat(s string) error {
	if s != "" && s != FormatRofs1 && s != FormatRofs2 {
		return badoption.Errorf("Format", "format %q: use %s or %s", s, FormatRofs2, FormatRofs1)
	}
	return nil
}

func checkOwner(s string) error {
	if err := attributes.CheckOwner(s); err != nil {
		return badoption.Errorf("Owner", "owner %v", err)
	}
	return nil
}
