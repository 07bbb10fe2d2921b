package symbols

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"uk/internal/elffile"
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

// socketFamilies finds the families of the sockets that a file makes, by the constants that its code hands to
// the C library.
func socketFamilies(f *elffile.File, undefined []string) ([]int, error) {
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
			return []int{AnyFamily}, err
		}
	}
	if !imports(socketCalls) {
		return slices.Sorted(maps.Keys(found)), nil
	}
	slots, err := findSlots(f, socketCalls...)
	if err != nil {
		return nil, err
	}
	if len(slots.data) > 0 {
		return []int{AnyFamily}, nil
	}
	c, err := newCode(f)
	if err != nil {
		return nil, err
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
		return []int{AnyFamily}, nil
	}
	return slices.Sorted(maps.Keys(found)), nil
}
