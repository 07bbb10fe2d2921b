package companions

import (
	"maps"
	"slices"
	"strings"

	"uk.example/internal/elffile"
)

// allZones stands for the folder of the zones with all that is in it.
const allZones = zoneDir + "/"

// dataNames are texts among a program's constants, and the file of the host that
// the program then reads. /etc/machine-id is not among them: an image is not
// the host, and one image runs on many machines.
var dataNames = [][2]string{
	{"/etc/services", "/etc/services"},
	{"/etc/protocols", "/etc/protocols"},
	{"/etc/networks", "/etc/networks"},
	{"/etc/rpc", "/etc/rpc"},
	{"/etc/os-release", "/etc/os-release"},
	{"/etc/mime.types", "/etc/mime.types"},
	{"/etc/papersize", "/etc/papersize"},
	{"/etc/inputrc", "/etc/inputrc"},
	{"/usr/lib/os-release", "/usr/lib/os-release"},
	{"/usr/share/misc/magic", "/usr/share/misc/magic.mgc"},
	{zoneDir + "/zone.tab", allZones}, // who reads the list of all zones, as PHP does, reads any
}

// wants notes files of the host that the program reads.
func (u *uses) wants(files ...string) {
	if u.data == nil {
		u.data = map[string]bool{}
	}
	for _, f := range files {
		u.data[f] = true
	}
}

// named notes the files that f names in its constants.
func (u *uses) named(f *elffile.File) error {
	texts := make([]string, len(dataNames))
	for i, d := range dataNames {
		texts[i] = d[0]
	}
	has, err := f.HasTexts(texts...)
	for i, d := range dataNames {
		if has[i] {
			u.wants(d[1])
		}
	}
	return err
}

// data adds the files as the host has them, if it does: what says how the host
// is set up only where the program is all that the image was made of.
func (im *image) data() error {
	for _, name := range slices.Sorted(maps.Keys(im.uses.data)) {
		if strings.HasSuffix(name, "/") {
			if _, err := im.folder(strings.TrimSuffix(name, "/")); err != nil {
				return err
			}
		} else if (im.opt.Host || !strings.HasPrefix(name, "/etc/")) && im.free(name) {
			im.file(name)
		}
	}
	return nil
}
