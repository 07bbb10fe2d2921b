package launch

import (
	"io/fs"
	"path"
	"strings"

	"uk.example/internal/image"
	"uk.example/rofs"
)

// Where programs find time zones, tzset(3).
const (
	localtimeFile = "etc/localtime"
	zoneFolder    = "usr/share/zoneinfo"
)

// missingZone returns the value of TZ in env if it names a zone that the image lacks, whose program
// looks for zones: then the program takes UTC, and says nothing of it.
func missingZone(im *image.Bundle, env []string) string {
	zone := ""
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, "TZ="); ok {
			zone = v
		}
	}
	name := strings.TrimPrefix(zone, ":")
	// What has a digit or a comma may be a rule, such as CET-1CEST.
	if name == "" || name == "UTC" || name == "GMT" || strings.ContainsAny(name, "0123456789,<") {
		return ""
	}
	root, err := rofs.Open(im.Root())
	if err != nil {
		return ""
	}
	defer root.Close()
	has := func(name string) bool { // without a leading slash; a link counts, whatever it leads to
		_, err := fs.Stat(root, name)
		return err == nil
	}
	file := strings.TrimPrefix(name, "/")
	if !path.IsAbs(name) {
		file = path.Join(zoneFolder, name)
	}
	if has(file) || !has(localtimeFile) && !has(zoneFolder) {
		return ""
	}
	return zone
}
