package trace

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/sys/unix"
)

func u16(b []byte, at int) uint16 { return binary.LittleEndian.Uint16(b[at:]) }
func u32(b []byte, at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
func u64(b []byte, at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }

func fileMode(m uint32) string {
	kind := oneOf(fileTypes, uint64(m&unix.S_IFMT))
	for _, f := range []flag{{unix.S_ISUID, "|S_ISUID"}, {unix.S_ISGID, "|S_ISGID"}, {unix.S_ISVTX, "|S_ISVTX"}} {
		if m&uint32(f.value) != 0 {
			kind += f.name
		}
	}
	return fmt.Sprintf("%s|%s", kind, octal(uint64(m&0o777)))
}

// showStat is Linux's struct stat (asm/stat.h).
func showStat(b []byte) string {
	mode := u32(b, 24)
	if kind := mode & unix.S_IFMT; kind == unix.S_IFCHR || kind == unix.S_IFBLK {
		return fmt.Sprintf("{st_mode=%s, st_rdev=%s, ...}", fileMode(mode), device(u64(b, 40)))
	}
	return fmt.Sprintf("{st_mode=%s, st_size=%d, ...}", fileMode(mode), int64(u64(b, 48)))
}

func device(d uint64) string { return fmt.Sprintf("makedev(%#x, %#x)", unix.Major(d), unix.Minor(d)) }

// showStatx is struct statx (linux/stat.h).
func showStatx(b []byte) string {
	return fmt.Sprintf("{stx_mask=%s, stx_attributes=%s, stx_mode=%s, stx_size=%d, ...}", statxMask(uint64(u32(b, 0))), hex(u64(b, 8)), fileMode(uint32(u16(b, 28))), u64(b, 40))
}

func showStatfs(b []byte) string {
	return fmt.Sprintf("{f_type=%s, f_bsize=%d, f_blocks=%d, f_bfree=%d, f_bavail=%d, f_files=%d, f_ffree=%d, f_fsid={val=[%s, %s]}, f_namelen=%d, f_frsize=%d, f_flags=%s}",
		oneOf(fileSystems, u64(b, 0)), u64(b, 8), u64(b, 16), u64(b, 24), u64(b, 32), u64(b, 40), u64(b, 48), hex(uint64(u32(b, 56))), hex(uint64(u32(b, 60))), u64(b, 64), u64(b, 72), hex(u64(b, 80)))
}

func timespec(b []byte) string {
	return fmt.Sprintf("{tv_sec=%d, tv_nsec=%d}", int64(u64(b, 0)), int64(u64(b, 8)))
}

func timeval(b []byte) string {
	return fmt.Sprintf("{tv_sec=%d, tv_usec=%d}", int64(u64(b, 0)), int64(u64(b, 8)))
}

func timespecs(b []byte) string {
	one := func(b []byte) string {
		switch u64(b, 8) {
		case unix.UTIME_NOW:
			return "UTIME_NOW"
		case unix.UTIME_OMIT:
			return "UTIME_OMIT"
		}
		return timespec(b)
	}
	return "[" + one(b) + ", " + one(b[16:]) + "]"
}

func timevals(b []byte) string { return "[" + timeval(b) + ", " + timeval(b[16:]) + "]" }

func itimerval(b []byte) string {
	return "{it_interval=" + timeval(b) + ", it_value=" + timeval(b[16:]) + "}"
}

func itimerspec(b []byte) string {
	return "{it_interval=" + timespec(b) + ", it_value=" + timespec(b[16:]) + "}"
}

// sigset shows few signals by what is in it, most by what is not.
func sigset(b []byte) string {
	set := u64(b, 0)
	text := "["
	n := 0
	for i := range 64 {
		n += int(set >> i & 1)
	}
	if n > 32 {
		set = ^set
		text = "~["
	}
	var names []string
	for i := range uint64(64) {
		if set>>i&1 != 0 {
			names = append(names, strings.TrimPrefix(signalName(i+1), "SIG"))
		}
	}
	return text + strings.Join(names, " ") + "]"
}

// sigaction is the kernel's structure: handler, flags, restorer, mask.
func sigaction(b []byte) string {
	handler := pointer(u64(b, 0))
	switch u64(b, 0) {
	case 0:
		handler = "SIG_DFL"
	case 1:
		handler = "SIG_IGN"
	}
	text := fmt.Sprintf("{sa_handler=%s, sa_mask=%s, sa_flags=%s", handler, sigset(b[24:]), allOf(actionFlags, u64(b, 8)))
	if u64(b, 8)&0x04000000 != 0 {
		text += ", sa_restorer=" + pointer(u64(b, 16))
	}
	return text + "}"
}

func siginfo(b []byte) string {
	sig, code := u32(b, 0), int32(u32(b, 8))
	text := fmt.Sprintf("{si_signo=%s, si_code=%s", signalName(uint64(sig)), signalCode(sig, code))
	switch {
	case sig == uint32(unix.SIGSEGV) || sig == uint32(unix.SIGBUS) || sig == uint32(unix.SIGFPE) || sig == uint32(unix.SIGILL):
		if code > 0 {
			return text + ", si_addr=" + pointer(u64(b, 16)) + "}"
		}
	case code == -2: // SI_TIMER
		return text + fmt.Sprintf(", si_timerid=%s, si_overrun=%d, si_value={int=%d, ptr=%s}}", hex(uint64(u32(b, 16))), int32(u32(b, 20)), int32(u32(b, 24)), pointer(u64(b, 24)))
	case code == 0x80: // SI_KERNEL
		return text + "}"
	}
	return text + fmt.Sprintf(", si_pid=%d, si_uid=%d}", u32(b, 16), u32(b, 20))
}

func signalCode(sig uint32, code int32) string {
	names := map[int32]string{0: "SI_USER", 0x80: "SI_KERNEL", -1: "SI_QUEUE", -2: "SI_TIMER", -3: "SI_MESGQ", -4: "SI_ASYNCIO", -6: "SI_TKILL"}
	if sig == uint32(unix.SIGSEGV) && code == 1 {
		return "SEGV_MAPERR"
	}
	if sig == uint32(unix.SIGSEGV) && code == 2 {
		return "SEGV_ACCERR"
	}
	if n := names[code]; n != "" {
		return n
	}
	return fmt.Sprint(code)
}

func altstack(b []byte) string {
	flags := u32(b, 8)
	return fmt.Sprintf("{ss_sp=%s, ss_flags=%s, ss_size=%d}", pointer(u64(b, 0)), allOf(altstackFlags, uint64(flags)), u64(b, 16))
}

func limit(v uint64) string {
	switch {
	case v == ^uint64(0):
		return "RLIM64_INFINITY"
	case v >= 1024 && v%1024 == 0:
		return fmt.Sprintf("%d*1024", v/1024)
	}
	return unsigned(v)
}

func rlimit(b []byte) string {
	return "{rlim_cur=" + limit(u64(b, 0)) + ", rlim_max=" + limit(u64(b, 8)) + "}"
}

func rusage(b []byte) string {
	return "{ru_utime=" + timeval(b) + ", ru_stime=" + timeval(b[16:]) + ", ...}"
}

func utsname(b []byte) string {
	field := func(i int) string {
		s, _, _ := strings.Cut(string(b[65*i:65*i+65]), "\x00")
		return quote([]byte(s))
	}
	return "{sysname=" + field(0) + ", nodename=" + field(1) + ", ...}"
}

func sysinfo(b []byte) string {
	return fmt.Sprintf("{uptime=%d, loads=[%d, %d, %d], totalram=%d, freeram=%d, sharedram=%d, bufferram=%d, totalswap=%d, freeswap=%d, procs=%d, totalhigh=%d, freehigh=%d, mem_unit=%d}",
		u64(b, 0), u64(b, 8), u64(b, 16), u64(b, 24), u64(b, 32), u64(b, 40), u64(b, 48), u64(b, 56), u64(b, 64), u64(b, 72), u16(b, 80), u64(b, 88), u64(b, 96), u32(b, 104))
}

func cloneArgs(b []byte) string {
	return fmt.Sprintf("{flags=%s, child_tid=%s, parent_tid=%s, exit_signal=%s, stack=%s, stack_size=%s, tls=%s}",
		allOf(cloneBits, u64(b, 0)), pointer(u64(b, 16)), pointer(u64(b, 24)), signalName(u64(b, 32)), pointer(u64(b, 40)), hex(u64(b, 48)), pointer(u64(b, 56)))
}

func openHow(b []byte) string {
	return fmt.Sprintf("{flags=%s, mode=%s, resolve=%s}", openFlags(u64(b, 0)), octal(u64(b, 8)), hex(u64(b, 16)))
}

// vectors are the kernel's: address, length, and a piece of each.
func vectors(b []byte, address uint64, filled int64) string {
	if b == nil || filled < -1 {
		return pointer(address)
	}
	var parts []string
	for len(b) >= 24 {
		length, n := u64(b, 8), u64(b, 16)
		if n > uint64(len(b)-24) {
			break
		}
		total := length
		if filled >= 0 {
			total = min(length, uint64(filled))
			filled -= int64(total)
		}
		text := piece(b[24:24+n], total)
		if u64(b, 0) == 0 {
			text = "NULL"
		}
		parts = append(parts, fmt.Sprintf("{iov_base=%s, iov_len=%d}", text, length))
		b = b[24+n:]
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// message is struct msghdr, the name and the vectors.
func message(b []byte, address uint64, filled int64) string {
	if len(b) < 64 {
		return pointer(address)
	}
	head, b := b[:56], b[56:]
	n := u64(b, 0)
	if n > uint64(len(b)-8) {
		return pointer(address)
	}
	name := socketAddress(b[8:8+n], u64(head, 0))
	return fmt.Sprintf("{msg_name=%s, msg_namelen=%d, msg_iov=%s, msg_iovlen=%d, msg_controllen=%d, msg_flags=%s}",
		name, u32(head, 8), vectors(b[8+n:], u64(head, 16), filled), u64(head, 24), u64(head, 40), allOf(msgFlags, uint64(u32(head, 48))))
}

func stringList(s *shown, i int) string {
	b, ok := s.in[i]
	if !ok {
		return pointer(s.args[i])
	}
	var parts []string
	for len(b) >= 16 {
		n := u64(b, 8)
		if n > uint64(len(b)-16) {
			break
		}
		parts = append(parts, piece(b[16:16+n], n))
		b = b[16+n:]
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func socketAddress(b []byte, address uint64) string {
	if len(b) < 2 {
		return pointer(address)
	}
	family := u16(b, 0)
	switch {
	case family == unix.AF_INET && len(b) >= 8:
		return fmt.Sprintf(`{sa_family=AF_INET, sin_port=htons(%d), sin_addr=inet_addr("%s")}`, binary.BigEndian.Uint16(b[2:]), netip.AddrFrom4([4]byte(b[4:8])))
	case family == unix.AF_INET6 && len(b) >= 28:
		return fmt.Sprintf(`{sa_family=AF_INET6, sin6_port=htons(%d), sin6_flowinfo=htonl(%d), inet_pton(AF_INET6, "%s", &sin6_addr), sin6_scope_id=%d}`,
			binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint32(b[4:]), netip.AddrFrom16([16]byte(b[8:24])), u32(b, 24))
	case family == unix.AF_UNIX && len(b) == 2:
		return "{sa_family=AF_UNIX}"
	case family == unix.AF_UNIX && b[2] == 0:
		return "{sa_family=AF_UNIX, sun_path=@" + quote(b[3:]) + "}"
	case family == unix.AF_UNIX:
		name, _, _ := strings.Cut(string(b[2:]), "\x00")
		return "{sa_family=AF_UNIX, sun_path=" + quote([]byte(name)) + "}"
	case family == unix.AF_NETLINK && len(b) >= 12:
		return fmt.Sprintf("{sa_family=AF_NETLINK, nl_pid=%d, nl_groups=%08x}", u32(b, 4), u32(b, 8))
	case family == unix.AF_VSOCK && len(b) >= 12:
		return fmt.Sprintf("{sa_family=AF_VSOCK, svm_cid=%d, svm_port=%d}", u32(b, 8), u32(b, 4))
	}
	return "{sa_family=" + oneOf(domains, uint64(family)) + ", sa_data=" + quote(b[2:]) + "}"
}

// lengthPointer is the length behind a buffer: what it was, and what it became if that is another.
func lengthPointer(s *shown, i int) string {
	before, after := s.in[i], s.out[i]
	switch {
	case len(before) < 4:
		return pointer(s.args[i])
	case len(after) >= 4 && u32(after, 0) != u32(before, 0):
		return fmt.Sprintf("[%d => %d]", u32(before, 0), u32(after, 0))
	}
	return fmt.Sprintf("[%d]", u32(before, 0))
}

func option(b []byte, address uint64) string {
	switch {
	case b == nil:
		return pointer(address)
	case len(b) == 4:
		return fmt.Sprintf("[%d]", int32(u32(b, 0)))
	}
	return quote(b)
}

// entries of getdents64, which the kernel has counted.
func entries(s *shown, i int) string {
	b := s.out[i]
	if s.failed() || len(b) < 8 {
		return pointer(s.args[i])
	}
	return fmt.Sprintf("%s /* %d entries */", pointer(s.args[i]), u64(b, 0))
}

// random bytes are nobody's text.
func random(s *shown, i int) string {
	b, ok := s.out[i]
	if !ok || s.failed() {
		return pointer(s.args[i])
	}
	more := ""
	if len(b) > maxString {
		b, more = b[:maxString], "..."
	}
	var w strings.Builder
	for _, c := range b {
		fmt.Fprintf(&w, `\x%02x`, c)
	}
	return `"` + w.String() + `"` + more
}

// processors are the bits of a cpu_set_t.
func processors(b []byte) string {
	var list []string
	for i := range len(b) * 8 {
		if b[i/8]>>(i%8)&1 != 0 {
			list = append(list, fmt.Sprint(i))
		}
	}
	return "[" + strings.Join(list, " ") + "]"
}

func ioctlArgument(s *shown, i int) string {
	b := s.out[i]
	if b == nil {
		b = s.in[i]
	}
	switch request := s.args[i-1]; {
	case b == nil:
		return pointer(s.args[i])
	case (request == unix.TCGETS || request > unix.TCGETS && request <= unix.TCSETSF) && len(b) >= 36:
		return fmt.Sprintf("{c_iflag=%s, c_oflag=%s, c_cflag=%s, c_lflag=%s, ...}", hex(uint64(u32(b, 0))), hex(uint64(u32(b, 4))), hex(uint64(u32(b, 8))), hex(uint64(u32(b, 12))))
	case (request == unix.TIOCGWINSZ || request == unix.TIOCSWINSZ) && len(b) >= 8:
		return fmt.Sprintf("{ws_row=%d, ws_col=%d, ws_xpixel=%d, ws_ypixel=%d}", u16(b, 0), u16(b, 2), u16(b, 4), u16(b, 6))
	case len(b) >= 4:
		return fmt.Sprintf("[%d]", int32(u32(b, 0)))
	}
	return pointer(s.args[i])
}

func fcntlArgument(s *shown, i int) string {
	switch v := s.args[i]; s.args[i-1] {
	case unix.F_GETFD, unix.F_GETFL, unix.F_GETOWN, unix.F_GETPIPE_SZ, unix.F_GET_SEALS, unix.F_GETLEASE:
		return "" // it has none
	case unix.F_SETFD:
		return allOf([]flag{{1, "FD_CLOEXEC"}}, v)
	case unix.F_SETFL:
		return openFlagsOnly(v)
	case unix.F_DUPFD, unix.F_DUPFD_CLOEXEC, unix.F_SETOWN, unix.F_SETPIPE_SZ:
		return signed32(v)
	case 5, 6, 7, 36, 37, 38:
		if b := s.in[i]; len(b) >= 32 {
			return fmt.Sprintf("{l_type=%s, l_whence=%s, l_start=%d, l_len=%d}", oneOf(lockTypes, uint64(u16(b, 0))), oneOf(whences, uint64(u16(b, 2))), int64(u64(b, 8)), int64(u64(b, 16)))
		}
		return pointer(v)
	default:
		return hex(v)
	}
}

func pollFDs(b []byte, address, count uint64) string {
	if b == nil {
		return pointer(address)
	}
	var parts []string
	for ; len(b) >= 8; b = b[8:] {
		if fd := int32(u32(b, 0)); fd < 0 {
			parts = append(parts, fmt.Sprintf("{fd=%d}", fd))
		} else {
			parts = append(parts, fmt.Sprintf("{fd=%d, events=%s}", fd, allOf(pollEvents, uint64(u16(b, 4)))))
		}
	}
	if uint64(uint32(count)) > uint64(len(parts)) {
		parts = append(parts, "...")
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// polled says what poll(2) found.
func polled(b []byte) string {
	var parts []string
	for ; len(b) >= 8; b = b[8:] {
		if found := u16(b, 6); found != 0 && int32(u32(b, 0)) >= 0 {
			parts = append(parts, fmt.Sprintf("{fd=%d, revents=%s}", int32(u32(b, 0)), allOf(pollEvents, uint64(found))))
		}
	}
	return "([" + strings.Join(parts, ", ") + "])"
}

func epollEvent(b []byte) string {
	return fmt.Sprintf("{events=%s, data=%s}", allOf(epollEventBits, uint64(u32(b, 0))), hex(u64(b, 4)))
}

func epollEvents(s *shown, i int) string {
	if s.failed() {
		return pointer(s.args[i])
	}
	var parts []string
	for b := s.out[i]; len(b) >= 12; b = b[12:] {
		parts = append(parts, epollEvent(b))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
