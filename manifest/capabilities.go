package manifest

import (
	encoding "encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// capabilities are those of Linux without the cap_ that they begin with, by number (linux/capability.h).
var capabilities = strings.Fields(`chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap
	linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot
	sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write
	audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore`)

// The attribute that has a file's capabilities: struct vfs_cap_data of revision 2, with them in effect from the start on.
const (
	capabilityXattr    = "security.capability"
	capabilityRevision = 0x02000001
)

// parseCapabilities makes the value of the attribute of names such as "net_raw,cap_chown".
func parseCapabilities(s string) ([]byte, error) {
	var set uint64
	for _, name := range strings.Split(s, ",") {
		i := slices.Index(capabilities, strings.TrimPrefix(strings.ToLower(name), "cap_"))
		if i < 0 {
			return nil, fmt.Errorf("%q is no capability of capabilities(7)", short(name))
		}
		set |= 1 << i
	}
	b := encoding.LittleEndian.AppendUint32(nil, capabilityRevision)
	for _, half := range []uint64{set, set >> 32} {
		b = encoding.LittleEndian.AppendUint32(b, uint32(half))
		b = encoding.LittleEndian.AppendUint32(b, 0) // nothing inheritable
	}
	return b, nil
}

// capabilityNames is the other way round, for values that parseCapabilities made.
func capabilityNames(value []byte) string {
	var names []string
	set := uint64(encoding.LittleEndian.Uint32(value[4:])) | uint64(encoding.LittleEndian.Uint32(value[12:]))<<32
	for i, name := range capabilities {
		if set>>i&1 != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}
