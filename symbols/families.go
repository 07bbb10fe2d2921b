package symbols

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"uk.example/internal/elffile"
)

// AnyFamily in [File.Families] stands for all address families.
const AnyFamily = -1

// socketCalls are the functions of a C library whose first argument is an address family.
var socketCalls = []string{"socket", "socketpair"}

// Address families, Linux include/linux/socket.h.
const (
	FamilyUnix    = 1
	FamilyInet    = 2
	FamilyInet6   = 10
	FamilyNetlink = 16
	FamilyVsock   = 40
)

// familyCalls are functions that make sockets themselves, and of which families.
var familyCalls = sync.OnceValue(func() map[string][]int {
	calls := map[string][]int{}
	for family, names := range map[int]string{
		FamilyUnix: `syslog vsyslog openlog __syslog_chk __vsyslog_chk if_nametoindex if_indextoname`,
		FamilyInet: `getaddrinfo getnameinfo gethostbyname gethostbyname_r gethostbyname2 gethostbyname2_r gethostbyaddr gethostbyaddr_r
			res_send __res_send res_query __res_query res_search __res_search res_nsend res_nquery res_nsearch rcmd rresvport if_nametoindex if_indextoname`,
		FamilyNetlink: `getifaddrs if_nameindex`,
	} {
		for _, n := range strings.Fields(names) {
			calls[n] = append(calls[n], family)
		}
	}
	return calls
})

// sockets is what is known of a file's.
type sockets struct {
	Families []int
	Groups   bool
}

// anySockets are those of a file that may make all of them.
func anySockets(imports func(names []string) bool) sockets {
	return sockets{[]int{AnyFamily}, imports([]string{setOption, "dlsym", "dlvsym"})}
}

// setOption is the function whose second argument is the level of an option and whose third is the option.
const setOption = "setsockopt"

// groupOptions are the options about groups of datagrams (kernel/net/inet/groups.c) by their levels, SOL_IP and SOL_IPV6.
var groupOptions = map[int32][]int32{0: {32, 33, 35, 36, 42, 45}, 41: {17, 18, 20, 21, 42, 45}}

// setsGroups reports whether one of these options may be what an instruction calls setOption with.
func (c *code) setsGroups(fn *function, i int) bool {
	levels, names := c.walk(fn, i, place{kind: 'r', reg: rsi}), c.walk(fn, i, place{kind: 'r', reg: rdx})
	for level, options := range groupOptions {
		if _, is := levels.consts[int64(level)]; !is && !levels.unknown {
			continue
		}
		if names.unknown {
			return true
		}
		for n := range names.consts {
			if slices.Contains(options, int32(n)) {
				return true
			}
		}
	}
	return false
}

// findSockets finds the families of the sockets that a file makes, and whether they may have to do with groups, by the constants
// that its code hands to the C library.
func findSockets(f *elffile.File, undefined []string) (sockets, error) {
	imports := func(names []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(undefined, n) })
	}
	found := make(map[int]bool)
	for _, name := range undefined {
		for _, n := range familyCalls()[name] {
			found[n] = true
		}
	}
	if imports([]string{"dlsym", "dlvsym"}) {
		names, err := f.ConstStrings(func(b []byte) bool { return slices.Contains(socketCalls, string(b)) || familyCalls()[string(b)] != nil })
		if err != nil || len(names) > 0 {
			return anySockets(imports), err
		}
	}
	groups := imports([]string{setOption})
	if !imports(socketCalls) && !groups {
		return sockets{Families: slices.Sorted(maps.Keys(found))}, nil
	}
	c, err := newCode(f)
	if err != nil {
		return sockets{}, err
	}
	if groups {
		slots, err := findSlots(f, setOption)
		if err != nil {
			return sockets{}, err
		}
		if groups = len(slots.data) > 0 || len(slots.code) == 0; !groups {
			c.slotUses(slots.code, func(fn *function, i int) { groups = groups || c.setsGroups(fn, i) }, func(*function, int) { groups = true })
		}
	}
	if !imports(socketCalls) {
		return sockets{slices.Sorted(maps.Keys(found)), groups}, nil
	}
	slots, err := findSlots(f, socketCalls...)
	if err != nil {
		return sockets{}, err
	}
	if len(slots.data) > 0 {
		return sockets{[]int{AnyFamily}, groups}, nil
	}
	any := len(slots.code) == 0
	c.slotUses(slots.code, func(fn *function, i int) {
		v := c.walk(fn, i, place{kind: 'r', reg: rdi})
		for n := range v.consts {
			found[int(int32(n))] = true
		}
		any = any || v.unknown
	}, func(*function, int) { any = true })
	if any {
		return sockets{[]int{AnyFamily}, groups}, nil
	}
	return sockets{slices.Sorted(maps.Keys(found)), groups}, nil
}
