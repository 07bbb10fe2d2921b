package hostsockets

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"uk.example/internal/testenv"
)

// TestHeader: the C side's numbers, sizes and places are these.
func TestHeader(t *testing.T) {
	testenv.MustHave(t, "cc")
	marked := Header{Socket: 1, Len: 2, Op: 3, Flags: 4, Request: 5, Error: 6, Window: 7, Taken: 8}
	text := marked.Bytes()
	if parsed := ParseHeader(&text); parsed != marked {
		t.Errorf("%+v became %+v", marked, parsed)
	}
	var a [addressSize]byte
	putAddress(a[:], netip.MustParseAddrPort("[102:304:506:708:90a:b0c:d0e:f10]:4660"))
	config := DefaultConfig()
	ops := []string{"OPEN", "SETOPT", "GETOPT", "BIND", "LISTEN", "CONNECT", "CLOSE", "DATA", "DGRAM", "CREDIT", "CREDIT_REQUEST",
		"SHUTDOWN", "RESULT", "ACCEPT", "RESET", "ERROR"}
	var want strings.Builder
	fmt.Fprintf(&want, "%x\n%x\n%x\n", text, a, config.Bytes())
	fmt.Fprintln(&want, Version, HeaderSize, addressSize, openSize, optionSize, optionMax, uint32(firstAccepted), firstWindow, abort, more, MaxLen, 8+2*addressSize)
	code := `
#include <stdio.h>
#include <string.h>
#include "host_sockets.h"
static void show(const void *p, size_t n) { for (size_t i = 0; i < n; i++) printf("%02x", ((const unsigned char *)p)[i]); puts(""); }
int main(void)
{
	struct hs_header h = { .socket = 1, .len = 2, .op = 3, .flags = 4, .request = 5, .error = 6, .window = 7, .taken = 8 };
	struct hs_address a = { .family = 10, .port = { 0x12, 0x34 }, .ip = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 } };
	struct hs_config c = { HS_VERSION, 24, 64, { 10, 0, 2, 15 }, { 10, 0, 2, 2 }, { 10, 0, 2, 3 },
		{ 0xfd, 0, 0x75, 0x6b, [15] = 0x15 }, { 0xfd, 0, 0x75, 0x6b, [15] = 2 }, { 0xfd, 0, 0x75, 0x6b, [15] = 3 } };
	show(&h, sizeof(h));
	show(&a, sizeof(a));
	show(&c, sizeof(c));
	printf("%d %d %d %d %d %d %u %d %d %d %d %d\n", HS_VERSION, (int)sizeof(h), (int)sizeof(a), (int)sizeof(struct hs_open),
		(int)sizeof(struct hs_option), HS_OPTION_MAX, HS_ACCEPTED, HS_WINDOW_FIRST, HS_ABORT, HS_MORE, HS_LEN_MAX, (int)sizeof(struct hs_accept));
`
	for i, op := range ops {
		code += fmt.Sprintf("\tprintf(\"%s %%d\\n\", HS_%s);\n", op, op)
		fmt.Fprintln(&want, op, opOpen+i)
	}
	code += "}\n"
	dir := t.TempDir()
	// Only what the header takes from the kernel's: the rest is the compiler's own.
	types := "typedef unsigned char u8;\ntypedef unsigned short u16;\ntypedef unsigned u32;\ntypedef int s32;\n"
	for name, content := range map[string]string{"types.h": types, "main.c": code} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"host_sockets.h", "uk_abi.h"} {
		header, err := os.ReadFile("../../kernel/include/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), header, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("cc", "-o", filepath.Join(dir, "main"), filepath.Join(dir, "main.c")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got, err := exec.Command(filepath.Join(dir, "main")).Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, []byte(want.String())) {
		t.Errorf("C has\n%s\nGo has\n%s", got, want.String())
	}
}

func TestParsePorts(t *testing.T) {
	tests := []struct{ in, want string }{
		{"80", "80:80"},
		{"8080:80", "8080:80"},
		{"53:53/udp", "53:53/udp"},
		{"80/tcp", "80:80"},
		{"127.0.0.1:8080:80", "127.0.0.1:8080:80"},
		{"[::1]:8080:80", "[::1]:8080:80"},
		{"8000-8002:9000-9002", "8000:9000 8001:9001 8002:9002"},
		{"", `"": "" is not a port: write [ADDRESS:]HOSTPORT:PORT[/udp], as 8080:80`},
		{"0", `"0": "0" is not a port: write [ADDRESS:]HOSTPORT:PORT[/udp], as 8080:80`},
		{"80:", `"80:": "" is not a port: write [ADDRESS:]HOSTPORT:PORT[/udp], as 8080:80`},
		{"65536:80", `"65536:80": "65536" is not a port: write [ADDRESS:]HOSTPORT:PORT[/udp], as 8080:80`},
		{"80:80/sctp", `"80:80/sctp": "sctp" is neither tcp nor udp: write [ADDRESS:]HOSTPORT:PORT[/udp], as 8080:80`},
		{"localhost:80:80", `"localhost:80:80": "localhost" is not an IP address: write [ADDRESS:]HOSTPORT:PORT[/udp], as 8080:80`},
		{"1-3:1-2", `"1-3:1-2": 3 ports of the host for 2 of the guest: write [ADDRESS:]HOSTPORT:PORT[/udp], as 8080:80`},
		{"1-65535", `"1-65535": more than 4096 ports: write [ADDRESS:]HOSTPORT:PORT[/udp], as 8080:80`},
	}
	for _, test := range tests {
		ports, err := ParsePorts(test.in)
		var words []string
		for _, p := range ports {
			words = append(words, p.String())
		}
		got := strings.Join(words, " ")
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%q: %s, want %s", test.in, got, test.want)
		}
	}
}

func TestPolicy(t *testing.T) {
	rules := func(list ...string) (all []Rule) {
		for _, s := range list {
			r, err := ParseRule(s)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, r...)
		}
		return all
	}
	p := Policy{Allow: rules("10.0.0.0/8", "host:5432", "[2001:db8::1]:443", "169.254.169.254"), Deny: rules("0.0.0.0/0", "10.1.0.0/16", "10.1.2.3:22", "::/0")}
	p.Allow = append(p.Allow, rules("10.1.2.3")...)
	tests := map[string]string{
		"10.2.3.4:1": "", "192.0.2.1:1": "permission denied", "10.1.9.9:1": "permission denied", "10.1.2.3:80": "", "10.1.2.3:22": "permission denied",
		"127.0.0.1:5432": "", "127.0.0.1:5433": "permission denied", "[::1]:5432": "", "[2001:db8::1]:443": "", "[2001:db8::1]:80": "permission denied",
		"169.254.169.254:80": "",
	}
	for to, want := range tests {
		got := ""
		if err := p.check(netip.MustParseAddrPort(to)); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", to, got, want)
		}
	}
	for _, bad := range []string{"", "host:", "example.org", "10.0.0.0/33", "fe80::1%eth0", "10.0.0.1:70000"} {
		if r, err := ParseRule(bad); err == nil {
			t.Errorf("%q is %v", bad, r)
		}
	}
}
