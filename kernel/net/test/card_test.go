package nettest

import (
	"path/filepath"
	"strings"
	"testing"

	"uk.example/internal/testenv"
)

// lwip is the source of lwIP, which the kit's build unpacks.
const lwip = "../../../build/lwip/lwip-2.1.3/src"

// TestLyingCard has a network card that says anything: the driver's queues, lwIP, with its assertions, and sockets. Then one
// whose other end keeps the rules.
func TestLyingCard(t *testing.T) {
	testenv.Sources(t, "card/*", "host/*", "../inet/*.[ch]", "../inet_lwip/*.[ch]", "../../drivers/virtio_net/*.[ch]", "../../lwip/*/*", "../../include/*.h", "../../interfaces/*.h")
	flags := []string{"-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize=alignment", "-fno-sanitize-recover=undefined",
		"-fPIE", "-std=gnu11", "-fno-strict-aliasing", "-w"}
	o := testenv.NewObjects(t, flags...)
	kernel := []string{"-ffreestanding", "-I../../include", "-I../../interfaces", "-Ihost", "-I../../lwip/include", "-I" + lwip + "/include", "-DLWIP_NOASSERT_OFF"}
	patterns := []string{"../inet/*.c", "../inet_lwip/*.c", "../../drivers/virtio_net/event.c", "../../drivers/virtio_net/send.c", "../../drivers/virtio_net/receive.c"}
	for _, name := range []string{"netif/ethernet", "core/def", "core/inet_chksum", "core/ip", "core/mem", "core/memp", "core/netif", "core/pbuf", "core/raw", "core/tcp", "core/tcp_in", "core/tcp_out", "core/udp",
		"core/ipv4/dhcp", "core/ipv4/etharp", "core/ipv4/icmp", "core/ipv4/igmp", "core/ipv4/ip4", "core/ipv4/ip4_addr", "core/ipv4/ip4_frag",
		"core/ipv6/ethip6", "core/ipv6/icmp6", "core/ipv6/inet6", "core/ipv6/ip6", "core/ipv6/ip6_addr", "core/ipv6/ip6_frag", "core/ipv6/mld6", "core/ipv6/nd6"} {
		patterns = append(patterns, lwip+"/"+name+".c")
	}
	var sources []string
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		sources = append(sources, files...)
	}
	o.CompileAll(sources, kernel...)
	o.CompileAll([]string{"card/lying.c", "host/sockets.c"}, kernel...)
	o.Compile("host/system.c")
	prog := o.Link("-fsanitize=address,undefined")
	for _, args := range [][]string{{"30000"}, {"30000", "offloads"}, {"nagle"}} {
		if out := testenv.Run(t, prog, args...); !strings.HasSuffix(string(out), "SUCCESS\n") {
			t.Errorf("%q: %s", args, out)
		}
	}
}
