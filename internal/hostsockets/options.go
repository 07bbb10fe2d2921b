package hostsockets

import (
	"encoding/binary"
	"slices"

	"golang.org/x/sys/unix"
)

// option is one that a guest set.
type option struct {
	level, name int
	value       []byte
}

// settable are the options of a guest that are the host's socket's, too. The others have an effect in the guest only,
// or would reach beyond this socket.
var settable = map[[2]int]int{ // the size of the value at most
	{unix.SOL_SOCKET, unix.SO_REUSEPORT}: 4, {unix.SOL_SOCKET, unix.SO_KEEPALIVE}: 4, {unix.SOL_SOCKET, unix.SO_BROADCAST}: 4,
	{unix.SOL_SOCKET, unix.SO_RCVBUF}: 4, {unix.SOL_SOCKET, unix.SO_SNDBUF}: 4,
	{unix.IPPROTO_TCP, unix.TCP_NODELAY}: 4, {unix.IPPROTO_TCP, unix.TCP_MAXSEG}: 4,
	{unix.IPPROTO_TCP, unix.TCP_KEEPIDLE}: 4, {unix.IPPROTO_TCP, unix.TCP_KEEPINTVL}: 4, {unix.IPPROTO_TCP, unix.TCP_KEEPCNT}: 4,
	{unix.IPPROTO_TCP, unix.TCP_SYNCNT}: 4, {unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT}: 4, {unix.IPPROTO_TCP, unix.TCP_QUICKACK}: 4,
	{unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT}: 4, {unix.IPPROTO_TCP, unix.TCP_FASTOPEN}: 4, {unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT}: 4,
	{unix.IPPROTO_TCP, unix.TCP_CONGESTION}: 16,
	{unix.IPPROTO_IP, unix.IP_TOS}:          4, {unix.IPPROTO_IP, unix.IP_TTL}: 4, {unix.IPPROTO_IP, unix.IP_MTU_DISCOVER}: 4,
	{unix.IPPROTO_IP, unix.IP_MULTICAST_TTL}: 4, {unix.IPPROTO_IP, unix.IP_MULTICAST_LOOP}: 4,
	{unix.IPPROTO_IPV6, unix.IPV6_MULTICAST_HOPS}: 4, {unix.IPPROTO_IPV6, unix.IPV6_MULTICAST_LOOP}: 4,
	{unix.IPPROTO_IPV6, unix.IPV6_V6ONLY}: 4, {unix.IPPROTO_IPV6, unix.IPV6_UNICAST_HOPS}: 4, {unix.IPPROTO_IPV6, unix.IPV6_TCLASS}: 4,
}

// gettable are the options that only the host's socket knows.
var gettable = [][2]int{
	{unix.IPPROTO_TCP, unix.TCP_INFO}, {unix.IPPROTO_TCP, unix.TCP_MAXSEG}, {unix.IPPROTO_TCP, unix.TCP_CONGESTION},
	{unix.IPPROTO_IP, unix.IP_MTU}, {unix.IPPROTO_IPV6, unix.IPV6_MTU},
}

func (o *option) set(fd int) error {
	return unix.SetsockoptString(fd, o.level, o.name, string(o.value))
}

// setOption is struct hs_option with a value. Who did not ask for a result gets none: the guest has the option, whatever
// this host makes of it, and the program was told so.
func (k *sock) setOption(h *Header, b []byte) {
	if err := k.takeOption(b); h.Request != 0 {
		k.srv.result(h, k, err, nil)
	}
}

func (k *sock) takeOption(b []byte) error {
	o, size, ok := parseOption(b)
	most, known := settable[[2]int{o.level, o.name}]
	if !ok || !known || size > most || len(b) < optionSize+size {
		return unix.ENOPROTOOPT
	}
	o.value = slices.Clone(b[optionSize : optionSize+size])
	var err error
	for _, fd := range k.descriptors() {
		if err = o.set(fd); err != nil {
			break
		}
	}
	if err == nil {
		k.remember(o)
	}
	return err
}

// remember keeps an option for descriptors to come.
func (k *sock) remember(o option) {
	i := slices.IndexFunc(k.options, func(x option) bool { return x.level == o.level && x.name == o.name })
	if i < 0 {
		k.options = append(k.options, o)
		return
	}
	k.options[i] = o
}

func (k *sock) descriptors() []int {
	var list []int
	for _, hp := range k.listeners {
		list = append(list, hp.fd)
	}
	if k.fd >= 0 {
		list = append(list, k.fd)
	}
	return list
}

// getOption answers with the value.
func (k *sock) getOption(h *Header, b []byte) {
	o, size, ok := parseOption(b)
	all := k.descriptors()
	if !ok || size > optionMax || !slices.Contains(gettable, [2]int{o.level, o.name}) {
		k.srv.result(h, k, unix.ENOPROTOOPT, nil)
		return
	}
	if len(all) == 0 {
		k.srv.result(h, k, unix.ENOTCONN, nil)
		return
	}
	value := make([]byte, size)
	n, err := getsockopt(all[0], o.level, o.name, value)
	k.srv.result(h, k, err, value[:n])
}

func parseOption(b []byte) (o option, size int, ok bool) {
	if len(b) < optionSize {
		return o, 0, false
	}
	le := binary.LittleEndian
	o = option{level: int(int32(le.Uint32(b))), name: int(int32(le.Uint32(b[4:])))}
	n := le.Uint32(b[8:])
	return o, int(n), n <= optionMax
}
