package virtio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/sys/unix"

	"uk.example/internal/badoption"
)

const tunDevice = "/dev/net/tun"

func checkTapName(name string) error {
	if name == "" || len(name) >= unix.IFNAMSIZ || strings.ContainsAny(name, "/: \t\n\x00%") || name == "." || name == ".." {
		return badoption.Errorf("Card", "%q is not the name of a network interface, which has 1 to %d letters, no slash, colon, percent sign or space", name, unix.IFNAMSIZ-1)
	}
	return nil
}

// tapLink is a TAP interface (Linux' Documentation/networking/tuntap.rst), which may segment and sum for the guest
// and have the guest do it.
type tapLink struct {
	packetFile
	name  string
	index int32
	news  int // a netlink socket that tells of interfaces
	isUp  bool
	gone  bool
	say   func(string)
}

// openTap opens an interface that is there, and returns its MTU.
func openTap(name string, say func(string)) (_ netLink, mtu int, err error) {
	l := &tapLink{packetFile: packetFile{fd: -1}, name: name, news: -1, say: say}
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	if mtu, err = l.find(); err != nil {
		return nil, 0, err
	}
	if l.fd, err = unix.Open(tunDevice, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0); err != nil {
		return nil, 0, tapError(name, fmt.Errorf("%s: %w", tunDevice, err))
	}
	if err := l.attach(); err != nil {
		return nil, 0, tapError(name, err)
	}
	if err := unix.IoctlSetPointerInt(l.fd, unix.TUNSETVNETHDRSZ, netHeaderSize); err != nil {
		return nil, 0, fmt.Errorf("tap %s: this kernel's TAP interfaces have no headers of %d bytes: %w", name, netHeaderSize, err)
	}
	return l, mtu, nil
}

// find looks the interface up, which TUNSETIFF would make for the superuser if it is not there.
func (l *tapLink) find() (mtu int, err error) {
	if l.news, err = unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE); err != nil {
		return 0, fmt.Errorf("tap %s: %w", l.name, err)
	}
	if err := unix.Bind(l.news, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: unix.RTMGRP_LINK}); err != nil {
		return 0, fmt.Errorf("tap %s: %w", l.name, err)
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0) // any socket has the requests of interfaces
	if err != nil {
		return 0, err
	}
	defer unix.Close(fd)
	req, err := unix.NewIfreq(l.name)
	if err != nil {
		return 0, badoption.Errorf("Card", "%q: %v", l.name, err)
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFINDEX, req); err != nil {
		return 0, tapError(l.name, err)
	}
	l.index = int32(req.Uint32())
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFFLAGS, req); err != nil {
		return 0, tapError(l.name, err)
	}
	if l.isUp = req.Uint16()&unix.IFF_UP != 0; !l.isUp {
		l.say(fmt.Sprintf("tap %s is down, and the guest's cable with it: ip link set %s up", l.name, l.name))
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFMTU, req); err != nil {
		return 0, tapError(l.name, err)
	}
	return min(int(req.Uint32()), MaxMTU), nil
}

// attach takes the interface, which may have been made for one queue or for several.
func (l *tapLink) attach() error {
	var err error
	for _, flags := range []uint16{0, unix.IFF_MULTI_QUEUE} {
		req, _ := unix.NewIfreq(l.name)
		req.SetUint16(unix.IFF_TAP | unix.IFF_NO_PI | unix.IFF_VNET_HDR | flags)
		if err = unix.IoctlIfreq(l.fd, unix.TUNSETIFF, req); err != unix.EINVAL {
			return err
		}
	}
	return err
}

// tapError says what to do about an error of making or taking a TAP interface.
func tapError(name string, err error) error {
	var fix string
	switch {
	case errors.Is(err, unix.ENODEV):
		err, fix = errors.New("no such interface"), fmt.Sprintf("make it, as root: ip tuntap add dev %s mode tap user $USER && ip link set %s up", name, name)
	case errors.Is(err, fs.ErrNotExist):
		fix = "load the kernel module: modprobe tun"
	case errors.Is(err, unix.EACCES):
		fix = "this needs read and write access to it (on most systems all have that), or --net user"
	case errors.Is(err, unix.EPERM):
		err, fix = errors.New("it is not this user's"), fmt.Sprintf("give it away, as root: ip tuntap del dev %s mode tap; ip tuntap add dev %s mode tap user $USER", name, name)
	case errors.Is(err, unix.EBUSY):
		err, fix = errors.New("another program has it"), "end that, or name another interface"
	case errors.Is(err, unix.EINVAL):
		err, fix = errors.New("it is no TAP interface"), "make one, as root: ip tuntap add dev NAME mode tap user $USER"
	default:
		return ofCard(fmt.Errorf("tap %s: %w", name, err))
	}
	return ofCard(fmt.Errorf("tap %s: %w: %s", name, err, fix))
}

func (l *tapLink) features() uint64 { return netOffloads }

// tunOffloads are the offloads of the guest's receiving side, as TUNSETOFFLOAD has them.
var tunOffloads = []struct {
	feature uint64
	bit     uintptr
}{
	{netFeatGuestCSUM, unix.TUN_F_CSUM}, {netFeatGuestTSO4, unix.TUN_F_TSO4}, {netFeatGuestTSO6, unix.TUN_F_TSO6}, {netFeatGuestECN, unix.TUN_F_TSO_ECN},
}

func (l *tapLink) use(features uint64, _ int) {
	var bits uintptr
	if features&netFeatGuestCSUM != 0 { // what the others need (virtio 1.2, section 5.1.3.1)
		for _, o := range tunOffloads {
			if features&o.feature != 0 {
				bits |= o.bit
			}
		}
	}
	_ = unix.IoctlSetInt(l.fd, tunSetOffload, int(bits))
}

// tunSetOffload is TUNSETOFFLOAD, which the filter of the process allows, too (package confine/policy).
const tunSetOffload = unix.TUNSETOFFLOAD

func (l *tapLink) up() bool { return l.isUp && !l.gone }

func (l *tapLink) events(list []unix.PollFd, read, write bool) []unix.PollFd {
	if l.gone {
		return list
	}
	return append(list, wait(l.news, true, false), wait(l.fd, read, write && l.isUp))
}

func (l *tapLink) happened(list []unix.PollFd) {
	if len(list) < 2 {
		return
	}
	was := l.up()
	if list[0].Revents != 0 {
		l.hear()
	}
	if list[1].Revents&(unix.POLLERR|unix.POLLHUP|unix.POLLNVAL) != 0 {
		l.gone = true
	}
	switch now := l.up(); {
	case l.gone:
		l.say(fmt.Sprintf("tap %s is gone, and the guest's cable with it", l.name))
	case was && !now:
		l.say(fmt.Sprintf("tap %s went down, and the guest's cable with it", l.name))
	case !was && now:
		l.say(fmt.Sprintf("tap %s is up", l.name))
	}
}

// hear reads what the kernel tells of interfaces, rtnetlink(7).
func (l *tapLink) hear() {
	var b [16384]byte
	for {
		n, err := unix.Read(l.news, b[:])
		if err == unix.ENOBUFS { // some was lost
			l.ask()
			continue
		}
		if err != nil || n <= 0 {
			return
		}
		l.parse(b[:n])
	}
}

// ask has the kernel tell of the interface.
func (l *tapLink) ask() {
	const size = unix.SizeofNlMsghdr + unix.SizeofIfInfomsg
	var b [size]byte
	ne := binary.NativeEndian
	ne.PutUint32(b[0:], size)
	ne.PutUint16(b[4:], unix.RTM_GETLINK)
	ne.PutUint16(b[6:], unix.NLM_F_REQUEST)
	ne.PutUint32(b[unix.SizeofNlMsghdr+4:], uint32(l.index))
	_, _ = unix.Write(l.news, b[:])
}

// parse takes messages about the interface.
func (l *tapLink) parse(b []byte) {
	ne := binary.NativeEndian
	for len(b) >= unix.SizeofNlMsghdr+unix.SizeofIfInfomsg {
		n, kind := ne.Uint32(b[0:]), ne.Uint16(b[4:])
		info := b[unix.SizeofNlMsghdr:]
		if index := int32(ne.Uint32(info[4:])); index == l.index {
			switch kind {
			case unix.RTM_NEWLINK:
				l.isUp = ne.Uint32(info[8:])&unix.IFF_UP != 0
			case unix.RTM_DELLINK:
				l.gone = true
			}
		}
		next := (int(n) + unix.NLMSG_ALIGNTO - 1) &^ (unix.NLMSG_ALIGNTO - 1)
		if int(n) < unix.SizeofNlMsghdr || next > len(b) {
			return
		}
		b = b[next:]
	}
}

func (l *tapLink) close() {
	for _, fd := range []*int{&l.fd, &l.news} {
		if *fd >= 0 {
			unix.Close(*fd)
			*fd = -1
		}
	}
}
