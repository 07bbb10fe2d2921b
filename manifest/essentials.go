package manifest

import (
	"bytes"
	"path"
)

// essentials are what programs expect on any Linux system: small files that
// libraries read, and the directories that the guest mounts on.
var essentials = []Entry{
	{Guest: "/etc/passwd", Data: []byte("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n")},
	{Guest: "/etc/group", Data: []byte("root:x:0:\nnogroup:x:65534:\n")},
	{Guest: "/etc/hosts", Data: []byte("127.0.0.1\tlocalhost\n::1\tlocalhost\n")},
	{Guest: "/etc/hostname", Data: []byte("uk\n")},
	{Guest: "/etc/resolv.conf", Data: []byte("# of uk run, and of QEMU's user network\nnameserver 10.0.2.3\n")},
	{Guest: "/etc/nsswitch.conf", Data: []byte("passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n")},
	{Guest: "/dev", Dir: true},
	{Guest: "/proc", Dir: true},
	{Guest: "/root", Dir: true},
	{Guest: "/tmp", Dir: true},
	{Guest: "/var/tmp", Dir: true},
}

// AddEssentials adds, after all else, those of /etc/passwd, group, hosts,
// hostname, resolv.conf, nsswitch.conf and the directories /dev, /proc, /root, /tmp and /var/tmp
// that m does not have. A file that m puts in the way, such as a link /etc, is
// left as it is. It adds nothing the second time.
func AddEssentials(m *Manifest) {
	have := make(map[string]bool, len(m.Entries)) // whether each path is a directory
	for _, e := range m.Entries {
		have[e.Guest] = e.Dir
		for d := path.Dir(e.Guest); d != "/" && d != "."; d = path.Dir(d) {
			have[d] = true
		}
	}
	for _, e := range essentials {
		isDir, there := have[path.Dir(e.Guest)]
		if _, is := have[e.Guest]; is || there && !isDir && path.Dir(e.Guest) != "/" {
			continue
		}
		e.Data = bytes.Clone(e.Data)
		m.Entries = append(m.Entries, e)
	}
}
