package image

import (
	"strconv"

	"uk.example/internal/badoption"
	"uk.example/kvmboot"
	"uk.example/manifest"
)

// maxHostname is the longest name of a guest, in bytes (gethostname(2), HOST_NAME_MAX).
const maxHostname = 64

// CheckMachine refuses what no machine has and no guest can be given. Zero values leave the choice to
// others.
func CheckMachine(memory int64, cpus int, cwd, hostname string) error {
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

// CheckASLR refuses what ASLR of an image or a run cannot be.
func CheckASLR(s string) error {
	if n, err := strconv.ParseUint(s, 10, 64); s != "" && s != "on" && s != "off" && (err != nil || n == 0) {
		return badoption.Errorf("ASLR", "%q: want on, off, or a number from 1 up", s)
	}
	return nil
}

func CheckUser(user string) error {
	if user == "" {
		return nil
	}
	if err := manifest.CheckUser(user); err != nil {
		return badoption.Errorf("User", "%v: write UID or UID:GID in numbers", err)
	}
	return nil
}

// CheckUlimits refuses limits that no program can have.
func CheckUlimits(list []string) error {
	for _, u := range list {
		if _, err := manifest.ParseUlimit(u); err != nil {
			return badoption.Errorf("Ulimits", "%v", err)
		}
	}
	return nil
}
