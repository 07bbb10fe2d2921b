package launch

import (
	"fmt"
	"os"
	"path"

	"uk.example/kvmboot"
)

// type9P is the type of the shares' file systems.
const type9P = "9p"

// shareTag is what guest and runner call share i.
func shareTag(i int) string { return fmt.Sprintf("share%d", i) }

// shares are the runner's devices.
func (opt *Options) shares() []kvmboot.Share {
	var out []kvmboot.Share
	for i, s := range opt.Shares {
		out = append(out, kvmboot.Share{Tag: shareTag(i), Path: s.Path, ReadOnly: s.ReadOnly, Notice: opt.Notice})
	}
	if dir := opt.overlayFolder(); dir != "" {
		out = append(out, kvmboot.Share{Tag: overlayTag, Path: dir, Notice: opt.Notice})
	}
	return out
}

// mounts are those of the shares, then Mounts, which may be of something in a share.
func (opt *Options) mounts() []kvmboot.Mount {
	var out []kvmboot.Mount
	for i, s := range opt.Shares {
		m := kvmboot.Mount{Source: shareTag(i), Target: s.Target, Type: type9P, Options: "trans=virtio"}
		if s.ReadOnly {
			m.Options += ",ro"
		}
		out = append(out, m)
	}
	return append(out, opt.Mounts...)
}

// MountPoints returns the folders that an image needs for the mounts of opt, for
// [build.Options].
func (opt *Options) MountPoints() []string {
	var out []string
	for i, m := range opt.mounts() {
		if i < len(opt.Shares) && isFile(opt.Shares[i].Path) { // it is mounted over a file, or where there is nothing
			m.Target = path.Dir(m.Target)
		}
		if m.Target != "/" {
			out = append(out, m.Target)
		}
	}
	return out
}

func isFile(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.Mode().IsRegular()
}
