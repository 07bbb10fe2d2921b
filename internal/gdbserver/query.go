package gdbserver

import (
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// query answers packets that begin with q or Q.
func (s *session) query(p string) *string {
	name, rest, _ := strings.Cut(p, ":")
	switch name {
	case "qSupported":
		return text(fmt.Sprintf("PacketSize=%x;QStartNoAckMode+;qXfer:features:read+;qXfer:auxv:read+;qXfer:exec-file:read+;qXfer:libraries-svr4:read+;qXfer:threads:read+;vContSupported+;swbreak+", maxPacket-64))
	case "QStartNoAckMode":
		s.noAck = true
		return ok
	case "qC":
		return text(fmt.Sprintf("QC%x", s.thread))
	case "qAttached":
		return text("1")
	case "qSymbol":
		return ok
	case "qXfer":
		return s.transfer(rest)
	case "qfThreadInfo":
		s.listed = s.t.Threads()
		return s.threads()
	case "qsThreadInfo":
		return s.threads()
	}
	if id, found := strings.CutPrefix(p, "qThreadExtraInfo,"); found {
		n, _ := threadID(id)
		for _, t := range s.t.Threads() {
			if t.ID == n {
				return text(hex.EncodeToString([]byte(t.Name)))
			}
		}
		return failed
	}
	return none
}

// threads are some of the list, or its end.
func (s *session) threads() *string {
	if len(s.listed) == 0 {
		return text("l")
	}
	const most = 500
	n := min(len(s.listed), most)
	var ids []string
	for _, t := range s.listed[:n] {
		ids = append(ids, fmt.Sprintf("%x", t.ID))
	}
	s.listed = s.listed[n:]
	return text("m" + strings.Join(ids, ","))
}

// transfer answers qXfer:OBJECT:read:ANNEX:OFFSET,LENGTH.
func (s *session) transfer(rest string) *string {
	f := strings.SplitN(rest, ":", 3)
	if len(f) < 3 || f[1] != "read" {
		return none
	}
	i := strings.LastIndexByte(f[2], ':')
	if i < 0 {
		return failed
	}
	annex := f[2][:i]
	off, n, good := span(f[2][i+1:])
	if !good {
		return failed
	}
	var data string
	switch f[0] {
	case "features":
		if annex != "target.xml" {
			return text("E00")
		}
		data = description(s.t.AVX())
	case "auxv":
		data = string(s.t.Auxv())
	case "exec-file":
		data = s.t.Program()
	case "libraries-svr4":
		data = s.libraries()
	case "threads":
		data = s.threadList()
	default:
		return none
	}
	if off >= uint64(len(data)) {
		return text("l")
	}
	part := data[off:]
	if n = min(n, maxPacket/2); uint64(len(part)) > n {
		return text("m" + part[:n])
	}
	return text("l" + part)
}

func quoted(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

func (s *session) libraries() string {
	main, list := s.t.Libraries()
	var b strings.Builder
	fmt.Fprintf(&b, `<library-list-svr4 version="1.0" main-lm="%#x">`, main)
	for _, l := range list {
		fmt.Fprintf(&b, `<library name="%s" lm="%#x" l_addr="%#x" l_ld="%#x" lmid="0x0"/>`, quoted(l.Path), l.Map, l.Bias, l.Dynamic)
	}
	b.WriteString("</library-list-svr4>")
	return b.String()
}

func (s *session) threadList() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><threads>`)
	for _, t := range s.t.Threads() {
		fmt.Fprintf(&b, `<thread id="%x" name="%s"/>`, t.ID, quoted(t.Name))
	}
	b.WriteString("</threads>")
	return b.String()
}

// Errors of the File-I/O protocol, which are not Linux's numbers (the manual, "Errno Values").
const (
	fileNotFound = 2
	fileBad      = 9
	fileInvalid  = 22
	fileTooMany  = 24
)

func fileError(n int) *string { return text(fmt.Sprintf("F-1,%x", n)) }

// file answers vFile packets: files are only read.
func (s *session) file(p string) *string {
	op, rest, _ := strings.Cut(p, ":")
	args := strings.Split(rest, ",")
	number := func(i int) int64 {
		if i >= len(args) {
			return -1
		}
		n, err := strconv.ParseInt(args[i], 16, 64)
		if err != nil {
			return -1
		}
		return n
	}
	switch op {
	case "setfs":
		return text("F0")
	case "open":
		name, err := hex.DecodeString(args[0])
		if err != nil || number(1) != 0 { // O_RDONLY
			return fileError(fileInvalid)
		}
		if len(s.files) >= maxFiles {
			return fileError(fileTooMany)
		}
		r, size, err := s.t.File(string(name))
		if err != nil {
			return fileError(fileNotFound)
		}
		s.next++
		s.files[s.next] = file{r, size}
		return text(fmt.Sprintf("F%x", s.next))
	case "close":
		n := int(number(0))
		if f, there := s.files[n]; there {
			if c, can := f.r.(io.Closer); can {
				_ = c.Close()
			}
			delete(s.files, n)
			return text("F0")
		}
		return fileError(fileBad)
	case "pread":
		f, there := s.files[int(number(0))]
		count, off := number(1), number(2)
		if !there || count < 0 || off < 0 {
			return fileError(fileBad)
		}
		b := make([]byte, min(count, maxPacket/2))
		n, err := f.r.ReadAt(b, off)
		if err != nil && err != io.EOF && n == 0 {
			return fileError(fileInvalid)
		}
		return text(fmt.Sprintf("F%x;%s", n, b[:n]))
	case "fstat":
		f, there := s.files[int(number(0))]
		if !there {
			return fileError(fileBad)
		}
		return text(fmt.Sprintf("F%x;%s", statSize, f.stat()))
	}
	return none // readlink: nothing is a link
}

const statSize = 64

// stat is struct stat of the protocol (the manual, "struct stat"): big-endian numbers.
func (f file) stat() string {
	b := make([]byte, statSize)
	mode := uint32(0o100555)
	for i := range 4 {
		b[8+i] = byte(mode >> (24 - 8*i)) // behind st_dev and st_ino
	}
	b[15] = 1 // st_nlink
	for i := range 8 {
		b[28+i] = byte(uint64(f.size) >> (56 - 8*i)) // behind st_uid, st_gid, st_rdev
	}
	return string(b)
}
