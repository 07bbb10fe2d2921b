package build

import (
	"fmt"
	"os"

	"uk.example/internal/attributes"
	"uk.example/internal/badoption"
	"uk.example/internal/image"
	"uk.example/kvmboot"
	"uk.example/manifest"
)

// checkLibraryPath refuses folders that are none: the libraries would come from elsewhere.
func checkLibraryPath(list []string) error {
	for _, dir := range list {
		if st, err := os.Stat(dir); err != nil || !st.IsDir() {
			return badoption.Errorf("LibraryPath", "%s: no such folder: name one with libraries, or leave it out", dir)
		}
	}
	return nil
}

// userPart is the kernel's part that makes the program another user than root.
const userPart = "identity_user"

// ulimitsPart is the part of the kernel that gives a program other resource limits.
const ulimitsPart = "limits_given"

// checkApp does the same for what a manifest asks for.
func checkApp(m *manifest.Manifest) error {
	if err := image.CheckMachine(m.App.Memory, 0, "", ""); err != nil {
		return fmt.Errorf("%s: memory: %v", m.Where["app.memory"], err)
	}
	if err := image.CheckMachine(0, m.App.CPUs, "", ""); err != nil {
		return fmt.Errorf("%s: cpus: %v", m.Where["app.cpus"], err)
	}
	for _, mount := range m.App.Mounts {
		if err := (*kvmboot.Mount)(&mount).Check(); err != nil {
			return fmt.Errorf("%s: mounts: %v", m.Where["app.mounts"], err)
		}
	}
	return nil
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
