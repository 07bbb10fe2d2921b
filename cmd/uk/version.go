package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/linker"
)

func versionCommand() *command {
	return &command{
		name:     "version",
		short:    "print which uk this is: version, revision of its sources, kit",
		examples: []example{{"uk version --json", "for other tools"}},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var asJSON bool
			fs.BoolVar(&asJSON, "json", false, "print it as JSON")
			return func(_ context.Context, e *env, args []string) error {
				if len(args) > 0 {
					return usagef("version", "unexpected argument %q", args[0])
				}
				v := version{Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
				if info, ok := debug.ReadBuildInfo(); ok {
					v.fromBuild(info)
				}
				v.fromArchive(archived)
				v.findKit()
				if asJSON {
					return e.json(v)
				}
				v.print(e.stdout)
				return nil
			}
		},
	}
}

// version says which build of the command this is.
type version struct {
	Version  string `json:"version"`            // of the module, "devel" outside of a repository
	Revision string `json:"revision,omitempty"` // of the sources
	Time     string `json:"time,omitempty"`     // of the revision
	Modified bool   `json:"modified"`           // the sources differ from the revision
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Kit      string `json:"kit,omitempty"`             // its folder
	KitPrint string `json:"kit_fingerprint,omitempty"` // of all that it was built of
	KitError string `json:"kit_error,omitempty"`
}

// fromBuild takes what the Go toolchain recorded: nothing of the sources with -buildvcs=false or
// outside of a repository.
func (v *version) fromBuild(info *debug.BuildInfo) {
	if v.Version = info.Main.Version; v.Version == "" || v.Version == "(devel)" {
		v.Version = "devel"
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Revision = s.Value
		case "vcs.time":
			v.Time = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
}

// archived is the revision and its time in sources that "git archive" wrote, see .gitattributes.
//
//go:embed archived
var archived string

// fromArchive takes the revision from there, if the toolchain knew none.
func (v *version) fromArchive(text string) {
	revision, time, ok := strings.Cut(strings.TrimSpace(text), " ")
	if ok && v.Revision == "" && !strings.Contains(text, "$") {
		v.Revision, v.Time = revision, time
	}
}

func (v *version) findKit() {
	dir, err := uk.FindKit("")
	if err == nil {
		var k *linker.Kit
		if k, err = linker.OpenKit(dir); err == nil {
			v.Kit, v.KitPrint = k.Dir, k.Fingerprint
			return
		}
	}
	v.KitError = err.Error()
}

func (v *version) print(w io.Writer) {
	revision := "not recorded (built outside of a repository, or with -buildvcs=false)"
	if v.Revision != "" {
		revision = v.Revision + " of " + v.Time
	}
	if v.Modified {
		revision += ", modified"
	}
	kit := v.KitError
	if kit == "" {
		kit = v.KitPrint + " in " + v.Kit
	}
	fmt.Fprintf(w, "uk %s\nrevision  %s\ngo        %s %s\nkit       %s\n", v.Version, revision, v.Go, v.Platform, kit)
}
