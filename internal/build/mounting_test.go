package build

import (
	"os"
	"path/filepath"
	"testing"

	"uk.example/internal/image"
	"uk.example/manifest"
)

// TestProgramLinks lets a share hide the program, whose name leads out of the share there.
func TestProgramLinks(t *testing.T) {
	share, other := t.TempDir(), t.TempDir()
	for name, target := range map[string]string{"run": other + "/hop", "loop": "loop", "out": other + "/file", "in": "prog", "lost": other + "/lost"} {
		if err := os.Symlink(target, filepath.Join(share, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{share + "/prog", other + "/file"} {
		if err := os.WriteFile(name, nil, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/opt/prog", other+"/hop"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		command string
		want    manifest.Entry
	}{
		{"/opt/run", manifest.Entry{Guest: other + "/hop", Link: "/opt/prog"}},
		{"/opt/out", manifest.Entry{Guest: other + "/file", Host: other + "/file"}},
		{"/opt/in", manifest.Entry{}},
		{"/opt/loop", manifest.Entry{}},
		{"/opt/lost", manifest.Entry{}},
		{"/elsewhere", manifest.Entry{}},
	} {
		p := &Plan{Manifest: &manifest.Manifest{App: manifest.App{Command: []string{c.command}}}}
		p.opt.Shares = []image.Share{{Path: share, Target: "/opt"}}
		p.addProgramLinks()
		got := append(p.Manifest.Entries, manifest.Entry{})
		if len(got) > 2 || got[0].Guest != c.want.Guest || got[0].Host != c.want.Host || got[0].Link != c.want.Link {
			t.Errorf("%s: %+v, want %+v", c.command, got, c.want)
		}
	}
}
