package trace

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// shown is a call as far as it is known.
type shown struct {
	args    [6]uint64
	in, out map[int][]byte // memory before and behind the call
	result  int64
}

func (s *shown) failed() bool { return s.result < 0 && s.result > -4096 }

// argType is a type of arguments.
type argType struct {
	Spec
	out  bool // shown when the call has returned
	show func(s *shown, i int) string
}

// plain is a type of numbers.
func plain(show func(v uint64) string) *argType {
	return &argType{show: func(s *shown, i int) string { return show(s.args[i]) }}
}

// in is a pointer to a structure that the call reads.
func in(how, size int, show func(b []byte) string) *argType {
	return &argType{Spec: Spec{how, size}, show: func(s *shown, i int) string { return structure(s.args[i], s.in[i], size, show) }}
}

// out is one that the call writes; where it failed, the address is shown.
func out(how, size int, show func(b []byte) string) *argType {
	return &argType{Spec: Spec{how, size}, out: true, show: func(s *shown, i int) string { return structure(s.args[i], s.out[i], size, show) }}
}

func structure(address uint64, b []byte, size int, show func(b []byte) string) string {
	if len(b) < size || b == nil {
		return pointer(address)
	}
	return show(b)
}

func pointer(v uint64) string {
	if v == 0 {
		return "NULL"
	}
	return fmt.Sprintf("%#x", v)
}

func hex(v uint64) string {
	if v == 0 {
		return "0"
	}
	return fmt.Sprintf("%#x", v)
}

func signed32(v uint64) string   { return strconv.Itoa(int(int32(v))) }
func signed64(v uint64) string   { return strconv.FormatInt(int64(v), 10) }
func unsigned(v uint64) string   { return strconv.FormatUint(v, 10) }
func unsigned32(v uint64) string { return strconv.FormatUint(uint64(uint32(v)), 10) }

func octal(v uint64) string {
	if v == 0 {
		return "000"
	}
	return fmt.Sprintf("%#03o", v&0xffffffff)
}

// maxString is how much of a string is shown, as strace's -s has it.
const maxString = 32

// quote shows bytes as strace does: printable ones as they are, others as C writes them.
func quote(b []byte) string {
	var w strings.Builder
	w.WriteByte('"')
	for i, c := range b {
		switch {
		case c == '"' || c == '\\':
			w.WriteByte('\\')
			w.WriteByte(c)
		case c == '\n':
			w.WriteString(`\n`)
		case c == '\r':
			w.WriteString(`\r`)
		case c == '\t':
			w.WriteString(`\t`)
		case c == '\v':
			w.WriteString(`\v`)
		case c == '\f':
			w.WriteString(`\f`)
		case c >= ' ' && c < 0x7f:
			w.WriteByte(c)
		case i+1 < len(b) && b[i+1] >= '0' && b[i+1] <= '9': // a digit behind would be taken for the number's
			fmt.Fprintf(&w, `\%03o`, c)
		default:
			fmt.Fprintf(&w, `\%o`, c)
		}
	}
	w.WriteByte('"')
	return w.String()
}

// piece shows the beginning of total bytes.
func piece(b []byte, total uint64) string {
	if len(b) > maxString {
		b = b[:maxString]
	}
	s := quote(b)
	if uint64(len(b)) < total {
		s += "..."
	}
	return s
}

func path(s *shown, i int) string {
	b, ok := s.in[i]
	if !ok {
		return pointer(s.args[i])
	}
	return quote(b)
}

func inBuffer(s *shown, i int) string {
	b, ok := s.in[i]
	if !ok {
		return pointer(s.args[i])
	}
	return piece(b, s.args[i+1])
}

func outBuffer(s *shown, i int) string {
	b, ok := s.out[i]
	if !ok || s.failed() {
		return pointer(s.args[i])
	}
	return piece(b, uint64(max(s.result, 0)))
}

func dirFD(v uint64) string {
	if int32(v) == unix.AT_FDCWD {
		return "AT_FDCWD"
	}
	return signed32(v)
}

func signalName(v uint64) string {
	if name := unix.SignalName(unix.Signal(v)); name != "" && v < 32 {
		return name
	}
	if v >= 32 && v <= 64 {
		if v == 32 {
			return "SIGRTMIN"
		}
		return fmt.Sprintf("SIGRT_%d", v-32)
	}
	return unsigned(v)
}

// typeOf returns the type that rows name so.
func typeOf(name string) *argType { return types()[name] }

var types = sync.OnceValue(func() map[string]*argType {
	number := func(names []flag) *argType { return plain(func(v uint64) string { return oneOf(names, v) }) }
	bits := func(names []flag) *argType { return plain(func(v uint64) string { return allOf(names, v) }) }
	t := map[string]*argType{
		"fd": plain(signed32), "int": plain(signed32), "uint": plain(unsigned32), "long": plain(signed64), "off": plain(signed64),
		"size": plain(unsigned), "hex": plain(hex), "ptr": plain(pointer), "mode": plain(octal), "dirfd": plain(dirFD), "signal": plain(signalName),
		"path":    {Spec: Spec{captureString, 0}, show: path},
		"strings": {Spec: Spec{captureStrings, 0}, show: stringList},
		"inbuf":   {Spec: Spec{captureBufferIn, maxString + 1}, show: inBuffer},
		"outbuf":  {Spec: Spec{captureBufferOut, maxString + 1}, out: true, show: outBuffer},
		"iniov":   {Spec: Spec{captureIOVIn, 0}, show: func(s *shown, i int) string { return vectors(s.in[i], s.args[i], -1) }},
		"outiov": {Spec: Spec{captureIOVOut, 0}, out: true, show: func(s *shown, i int) string {
			return vectors(s.out[i], s.args[i], s.result)
		}},
		"inmsg": {Spec: Spec{captureMsgIn, 0}, show: func(s *shown, i int) string { return message(s.in[i], s.args[i], -1) }},
		"outmsg": {Spec: Spec{captureMsgOut, 0}, out: true, show: func(s *shown, i int) string {
			return message(s.out[i], s.args[i], s.result)
		}},
		"insockaddr":  {Spec: Spec{captureBufferIn, 128}, show: func(s *shown, i int) string { return socketAddress(s.in[i], s.args[i]) }},
		"outsockaddr": {Spec: Spec{captureSizedOut, 128}, out: true, show: func(s *shown, i int) string { return socketAddress(s.out[i], s.args[i]) }},
		"outlen":      {out: true, show: lengthPointer},
		"inopt":       {Spec: Spec{captureBufferIn, 64}, show: func(s *shown, i int) string { return option(s.in[i], s.args[i]) }},
		"outopt":      {Spec: Spec{captureSizedOut, 64}, out: true, show: func(s *shown, i int) string { return option(s.out[i], s.args[i]) }},
		"direntries":  {Spec: Spec{captureEntries, 0}, out: true, show: entries},
		"outrandom":   {Spec: Spec{captureBufferOut, maxString + 1}, out: true, show: random},
		"incpus":      {Spec: Spec{captureIn, 8}, show: func(s *shown, i int) string { return structure(s.args[i], s.in[i], 8, processors) }},
		"outcpus":     {Spec: Spec{captureBufferOut, 128}, out: true, show: func(s *shown, i int) string { return structure(s.args[i], s.out[i], 8, processors) }},
		"ioctlarg":    {Spec: Spec{captureIoctl, 0}, out: true, show: ioctlArgument},
		"fcntlarg":    {Spec: Spec{captureFcntl, 0}, show: fcntlArgument},
		"pollfds":     {Spec: Spec{captureArrayInOut, 8}, show: func(s *shown, i int) string { return pollFDs(s.in[i], s.args[i], s.args[i+1]) }},
		"outepoll":    {Spec: Spec{captureArrayOut, 12}, out: true, show: epollEvents},
		"openmode":    {show: openMode},
		"oflags":      plain(openFlags),
		"whence":      number(whences), "prot": bits(protections), "mmapflags": plain(mapFlags), "mremapflags": bits(mremapFlags), "msyncflags": bits(msyncFlags),
		"advice": number(advices), "fadvice": number(fadvices), "sighow": number(sigHows), "request": number(ioctls), "accessmode": plain(accessMode),
		"itimer": number(itimers), "domain": number(domains), "socktype": plain(socketType), "msgflags": bits(msgFlags), "shuthow": number(shutHows),
		"solevel": number(socketLevels), "soname": {show: socketOption}, "protocol": {show: protocol}, "cloneflags": plain(cloneFlags), "waitflags": bits(waitFlags),
		"fcntlcmd": number(fcntls), "flockop": bits(flockOps), "rlimit": number(rlimits), "who": number(usageWhos), "prctlop": number(prctls), "archop": number(archOps),
		"mountflags": bits(mountFlags), "futexop": plain(futexOp), "clock": number(clocks), "epollop": number(epollOps), "atflags": bits(atFlags), "fdflags": bits(fdFlags), "efdflags": bits(efdFlags), "epollflags": bits(epollFlags),
		"sockflags": bits(sockFlags), "grndflags": bits(randomFlags), "statxflags": plain(statxFlags), "statxmask": plain(statxMask),

		"outstat": out(captureOut, 144, showStat), "outstatx": out(captureOut, 160, showStatx), "outstatfs": out(captureOut, 120, showStatfs),
		"outfds": out(captureOut, 8, func(b []byte) string { return fmt.Sprintf("[%d, %d]", int32(u32(b, 0)), int32(u32(b, 4))) }),
		"outint": out(captureOut, 4, func(b []byte) string { return fmt.Sprintf("[%d]", int32(u32(b, 0))) }),
		"inoutoff": {Spec: Spec{captureIn, 8}, show: func(s *shown, i int) string {
			return structure(s.args[i], s.in[i], 8, func(b []byte) string { return fmt.Sprintf("[%d]", int64(u64(b, 0))) })
		}},
		"intimespec": in(captureIn, 16, timespec), "outtimespec": out(captureOut, 16, timespec), "intimespecs": in(captureIn, 32, timespecs),
		"intimespecfutex": {Spec: Spec{captureIn, 16}, show: futexTimeout}, "futexaddr": {show: futexOther}, "futexbits": {show: futexBits},
		"intimeval": in(captureIn, 16, timeval), "outtimeval": out(captureOut, 16, timeval), "intimevals": in(captureIn, 32, timevals),
		"initimerval": in(captureIn, 32, itimerval), "outitimerval": out(captureOut, 32, itimerval),
		"initimerspec": in(captureIn, 32, itimerspec), "outitimerspec": out(captureOut, 32, itimerspec),
		"insigaction": in(captureIn, 32, sigaction), "outsigaction": out(captureOut, 32, sigaction),
		"insigset": in(captureIn, 8, sigset), "outsigset": out(captureOut, 8, sigset),
		"insiginfo": in(captureIn, 128, siginfo), "outsiginfo": out(captureOut, 128, siginfo),
		"instack": in(captureIn, 24, altstack), "outstack": out(captureOut, 24, altstack),
		"inrlimit": in(captureIn, 16, rlimit), "outrlimit": out(captureOut, 16, rlimit),
		"outrusage": out(captureOut, 144, rusage), "oututsname": out(captureOut, 390, utsname), "outsysinfo": out(captureOut, 112, sysinfo),
		"inepoll": in(captureIn, 12, epollEvent), "inclone": in(captureIn, 64, cloneArgs), "inopenhow": in(captureIn, 24, openHow),
	}
	return t
})

// SignalName is the name of a signal.
func SignalName(sig int) string { return signalName(uint64(sig)) }
