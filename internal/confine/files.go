package confine

import (
	"path/filepath"

	"github.com/landlock-lsm/go-landlock/landlock"
	llsys "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// restrictFiles lets the process open nothing but what is in its folders, and bind no port but its own, and reports the
// version of Landlock. It sets no_new_privs in all threads, too.
func restrictFiles(r Rules) (int, error) {
	version, err := llsys.LandlockGetABIVersion()
	if err != nil || version == 0 {
		return 0, noNewPrivileges()
	}
	var rules []landlock.Rule
	for _, f := range r.Folders {
		if f.ReadOnly {
			rules = append(rules, landlock.RODirs(f.Path))
		} else {
			rules = append(rules, landlock.RWDirs(f.Path).WithRefer())
		}
	}
	if r.Socket != "" {
		// The socket is removed at the end, and those beside it are what the host's programs
		// listen on for the guest. Landlock knows folders only, with all that is below.
		rules = append(rules, landlock.PathAccess(llsys.AccessFSRemoveFile|llsys.AccessFSResolveUnix, filepath.Dir(r.Socket)))
	}
	if r.Network == nil {
		return version, landlock.V11.BestEffort().Restrict(rules...)
	}
	if err := landlock.V11.BestEffort().RestrictPaths(rules...); err != nil {
		return 0, err
	}
	if err := landlock.V11.BestEffort().RestrictScoped(); err != nil {
		return 0, err
	}
	return version, restrictPorts(r.Network)
}

// restrictPorts lets the process bind nothing but its ports.
func restrictPorts(n *Network) error {
	if n.AnyPort {
		return nil
	}
	rules := []landlock.Rule{landlock.BindUDP(0)} // what a datagram that is sent first is sent from
	for _, p := range n.TCP {
		rules = append(rules, landlock.BindTCP(p))
	}
	for _, p := range n.UDP {
		rules = append(rules, landlock.BindUDP(p))
	}
	bind := landlock.AccessNetSet(llsys.AccessNetBindTCP | llsys.AccessNetBindUDP)
	return landlock.MustConfig(bind).BestEffort().RestrictNet(rules...)
}
