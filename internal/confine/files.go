package confine

import (
	"path/filepath"

	"github.com/landlock-lsm/go-landlock/landlock"
	llsys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// restrictFiles lets the process open nothing but what is in its folders, and bind no port but its own, and reports the
// version of Landlock. It sets no_new_privs in all threads, too.
func (s *Sandbox) restrictFiles() (int, error) {
	r := s.rules
	version, err := llsys.LandlockGetABIVersion()
	if err != nil || version == 0 {
		return 0, noNewPrivileges()
	}
	var rules []landlock.Rule
	for _, f := range r.Folders {
		if f.File && f.ReadOnly {
			rules = append(rules, landlock.ROFiles(f.Path))
		} else if f.File {
			rules = append(rules, landlock.RWFiles(f.Path))
		} else if f.ReadOnly {
			rules = append(rules, landlock.RODirs(f.Path))
		} else {
			folder := landlock.RWDirs(f.Path)
			if version > 1 { // the first has no such right, moves nothing between folders, and would not be used at all
				folder = folder.WithRefer()
			}
			rules = append(rules, folder)
		}
		if r.Asker {
			rules = append(rules, landlock.PathAccess(landlock.AccessFSSet(llsys.AccessFSResolveUnix), f.Path))
		}
	}
	if r.Socket != "" {
		// The socket is removed at the end, and those beside it are what the host's programs
		// listen on for the guest. Landlock knows folders only, with all that is below.
		access := landlock.AccessFSSet(llsys.AccessFSRemoveFile | llsys.AccessFSResolveUnix)
		if s.remover != nil {
			access = llsys.AccessFSResolveUnix
		}
		rules = append(rules, landlock.PathAccess(access, filepath.Dir(r.Socket)))
	}
	config := landlock.V11.BestEffort()
	if r.Network != nil {
		config.HandledAccessNet = 0
		if !r.Network.AnyPort {
			config.HandledAccessNet = llsys.AccessNetBindTCP | llsys.AccessNetBindUDP
			rules = append(rules, ports(r.Network)...)
		}
	}
	if s.remover == nil {
		return version, config.Restrict(rules...)
	}
	// A thread at a time: the kernel's way to restrict all threads does not spare the remover.
	fd, flags, err := config.NewRulesetFD(rules...)
	if err != nil {
		return version, err
	}
	defer unix.Close(fd)
	if err := noNewPrivileges(); err != nil {
		return version, err
	}
	return version, llsys.AllThreadsLandlockRestrictSelf(fd, flags)
}

// ports are what the process may bind.
func ports(n *Network) []landlock.Rule {
	rules := []landlock.Rule{landlock.BindUDP(0)} // what a datagram that is sent first is sent from
	for _, p := range n.TCP {
		rules = append(rules, landlock.BindTCP(p))
	}
	for _, p := range n.UDP {
		rules = append(rules, landlock.BindUDP(p))
	}
	return rules
}
