package ownfolder

import (
	"io/fs"
	"testing"
)

// TestKeeps: who could replace what a user makes in a folder.
func TestKeeps(t *testing.T) {
	const user, other, nobody = 1000, 1001, 65534
	for _, c := range []struct {
		mode          fs.FileMode
		owner, system int
		want          bool
	}{
		{0o777 | fs.ModeSticky, 0, 0, true}, // /tmp
		{0o777, 0, 0, false},
		{0o775, user, 0, false}, // the group could
		{0o755, user, 0, true},
		{0o777 | fs.ModeSticky, other, 0, false},      // that user could
		{0o777 | fs.ModeSticky, nobody, nobody, true}, // /tmp in a user namespace without root
		{0o777, nobody, nobody, false},
		{0o777 | fs.ModeSticky, nobody, 0, false}, // nobody is a user there
	} {
		if got := keeps(c.mode, c.owner, user, c.system); got != c.want {
			t.Errorf("mode %v, owner %d, / of %d: %v", c.mode, c.owner, c.system, got)
		}
	}
}
