package main

import (
	"bytes"
	"runtime/debug"
	"testing"
)

// TestVersion: of each way to build, what is known is said.
func TestVersion(t *testing.T) {
	vcs := []debug.BuildSetting{{Key: "vcs.revision", Value: "1234"}, {Key: "vcs.time", Value: "2026-01-02T03:04:05Z"}, {Key: "vcs.modified", Value: "true"}}
	for _, tt := range []struct {
		what    string
		info    debug.BuildInfo
		archive string
		want    string
	}{
		{"in a repository", debug.BuildInfo{Main: debug.Module{Version: "v1.2.3+dirty"}, Settings: vcs}, "$Format:%H %cI$\n",
			"uk v1.2.3+dirty\nrevision  1234 of 2026-01-02T03:04:05Z, modified\n"},
		{"of a tar file", debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "5678 2026-02-03T04:05:06+01:00\n",
			"uk devel\nrevision  5678 of 2026-02-03T04:05:06+01:00\n"},
		{"of plain files", debug.BuildInfo{}, "$Format:%H %cI$\n",
			"uk devel\nrevision  not recorded (built outside of a repository, or with -buildvcs=false)\n"},
		{"with go install of a version", debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "$Format:%H %cI$\n",
			"uk v1.2.3\nrevision  not recorded (built outside of a repository, or with -buildvcs=false)\n"},
	} {
		v := version{Go: "go1", Platform: "linux/amd64", KitError: "no kit"}
		v.fromBuild(&tt.info)
		v.fromArchive(tt.archive)
		var out bytes.Buffer
		v.print(&out)
		if want := tt.want + "go        go1 linux/amd64\nkit       no kit\n"; out.String() != want {
			t.Errorf("%s:\n%swant\n%s", tt.what, &out, want)
		}
	}
}
