package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk"
	"uk/kvmboot"
)

// sharesFlag gathers HOST:GUEST[:ro]. A colon in HOST is fine.
type sharesFlag []uk.Share

func (l *sharesFlag) String() string { return "" }
func (l *sharesFlag) Type() string   { return "HOST:GUEST[:ro]" }
func (l *sharesFlag) Set(v string) error {
	v, readOnly := strings.CutSuffix(v, ":ro")
	if !readOnly {
		v = strings.TrimSuffix(v, ":rw")
	}
	if option := v[strings.LastIndex(v, ":")+1:]; slices.Contains(otherShareOptions, strings.SplitN(option, ",", 2)[0]) {
		return fmt.Errorf("there is no option %s: leave it out, or write ro for a folder that is only read", option)
	}
	i := strings.LastIndex(v, ":/")
	switch {
	case i < 0 && strings.Contains(v, ":"):
		return errors.New("GUEST is no absolute path: start it with a slash")
	case i <= 0:
		return errors.New("write HOST:GUEST, or HOST:GUEST:ro for a folder that is only read")
	}
	s := uk.Share{Path: v[:i], Target: path.Clean(v[i+1:]), ReadOnly: readOnly}
	if s.Target == "/" {
		return errors.New("the root file system is on /: name a folder")
	}
	var err error
	if s.Path, err = filepath.Abs(s.Path); err != nil {
		return err
	}
	*l = append(*l, s)
	return nil
}

// otherShareOptions are those of container tools without an equal here.
var otherShareOptions = []string{"z", "Z", "U", "O", "rro", "nocopy", "cached", "delegated", "consistent", "shared", "rshared", "slave", "rslave", "private", "rprivate", "exec", "noexec", "ro", "rw"}

// overlayFolder makes the value of --overlay absolute, and the folder if it is not there yet.
func overlayFolder(v string) (string, error) {
	switch v {
	case "", uk.OverlayMemory, uk.OverlayOff:
		return v, nil
	}
	dir, err := filepath.Abs(v)
	if err == nil {
		err = os.Mkdir(dir, 0o755)
	}
	if errors.Is(err, os.ErrExist) {
		err = nil
		if st, serr := os.Stat(dir); serr == nil && !st.IsDir() {
			err = errors.New("is a file: name a folder, which keeps the changes")
		}
	}
	if err != nil {
		return "", fmt.Errorf("--overlay=%s: %w", v, err)
	}
	return dir, nil
}

// mountsFlag gathers SOURCE:TARGET:TYPE[:OPTIONS].
type mountsFlag []kvmboot.Mount

func (l *mountsFlag) String() string { return "" }
func (l *mountsFlag) Type() string   { return "SOURCE:TARGET:TYPE[:OPTIONS]" }
func (l *mountsFlag) Set(v string) error {
	f := strings.SplitN(v, ":", 4)
	if len(f) < 3 {
		return errors.New("write SOURCE:TARGET:TYPE or SOURCE:TARGET:TYPE:OPTIONS, as /dev/vdb:/data:iso9660:ro")
	}
	m := kvmboot.Mount{Source: f[0], Target: f[1], Type: f[2]}
	if len(f) == 4 {
		m.Options = f[3]
	}
	if err := m.Check(); err != nil {
		return err
	}
	*l = append(*l, m)
	return nil
}
