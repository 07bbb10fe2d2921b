package companions

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"uk.example/manifest"
)

// zoneDir is where zones are, here and in the guest.
const zoneDir = "/usr/share/zoneinfo"

// localtime is the file, or link, that says which zone a machine is in.
const localtime = "/etc/localtime"

// zones adds the zones that TZ names (tzset(3)), and the host's own.
func (im *image) zones() error {
	if !im.uses.zones {
		return nil
	}
	for _, tz := range im.env("TZ") {
		im.zone(strings.TrimPrefix(tz, ":"))
	}
	if im.opt.Host && im.free(localtime) {
		im.localtime()
	}
	return nil
}

func (im *image) zone(name string) {
	file := name
	if !path.IsAbs(name) {
		file = path.Join(zoneDir, name)
		if !strings.HasPrefix(file, zoneDir+"/") {
			return
		}
	}
	// What has a digit or a comma may be a rule, such as CET-1CEST.
	if !im.file(file) && !strings.ContainsAny(name, "0123456789,<") && name != "UTC" && name != "GMT" {
		im.warn = append(im.warn, fmt.Sprintf("TZ=%s: this machine has no zone of that name (%s): the guest takes UTC for it", name, file))
	}
}

// localtime adds the host's zone under its name, if it has one: some programs
// read the link to learn that.
func (im *image) localtime() {
	real, err := filepath.EvalSymlinks(localtime)
	if err != nil {
		return // UTC, as on the host
	}
	if strings.HasPrefix(real, zoneDir+"/") && im.free(real) && im.file(real) {
		im.put(manifest.Entry{Guest: localtime, Link: real})
		return
	}
	im.file(localtime)
}
