package conformance

import (
	"debug/elf"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// notTried are programs that may do something to the machine whatever they are
// told, or whose answer is never the same.
var notTried = regexp.MustCompile(`^(init|telinit|halt|poweroff|reboot|shutdown|runlevel|sulogin|killall5|agetty|getty|login|su|sudo|docker.*|containerd.*|runc|systemd.*|dbus-daemon|reset|tset|chvt|setsid|nologin|ovrouter|rust.*|cargo.*)$`)

// guestRelease is what uname(2) says in guests.
const guestRelease = "6.1.0-uk"

// dataFolders are where installed programs look for what they need beside their libraries.
var dataFolders = []string{"/etc", "/usr/lib", "/usr/share", "/var/lib"}

// Programs gives a unit for each ELF program in the folders: what it answers to
// --version, with its status, is one test. It must be the same.
func Programs(folders ...string) ([]Unit, error) {
	var units []Unit
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			path := filepath.Join(folder, e.Name())
			if !e.Type().IsRegular() || notTried.MatchString(e.Name()) || !isProgram(path) {
				continue
			}
			units = append(units, Unit{
				Suite: "programs", Name: e.Name(),
				Prepare: func(string) (Command, error) {
					return Command{Path: path, Args: []string{"--version"}, Dir: "/tmp", Env: []string{"LC_ALL=C", "HOME=/tmp"}, Shares: dataFolders}, nil
				},
			})
		}
	}
	return units, nil
}

func isProgram(path string) bool {
	f, err := elf.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	return f.Machine == elf.EM_X86_64 && slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP || p.Type == elf.PT_LOAD })
}

// sameAnswer compares two answers to --version, but for the kernels' releases.
func sameAnswer(host, guest string) bool {
	clean := func(s, release string) string {
		return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "\r", ""), release, "RELEASE"))
	}
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return false
	}
	return clean(host, unix.ByteSliceToString(u.Release[:])) == clean(guest, guestRelease)
}
