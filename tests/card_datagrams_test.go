package tests

import (
	"net"
	"os/exec"
	"strings"
	"testing"

	"uk.example"
)

// A guest that has joined groups hears of them by its card, with the stack built in and as a module, and others hear of what it sends to them.
func TestCardGroups(t *testing.T) {
	if !inOwnNetwork(t) {
		return
	}
	card := tap(t, 0)
	run(t, "ip", "route", "add", "239.0.0.0/8", "dev", "tap0")
	ifi, err := net.InterfaceByName("tap0")
	if err != nil {
		t.Fatal(err)
	}
	for group, own := range map[string]string{"239.1.2.3": "10.9.0.1", "ff15::7": "fd09::1"} {
		to := &net.UDPAddr{IP: net.ParseIP(group), Port: 7001, Zone: "tap0"}
		c, err := net.ListenMulticastUDP("udp", ifi, to)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		go func() {
			b := make([]byte, 100)
			for {
				n, from, err := c.ReadFromUDP(b)
				if err != nil {
					return
				}
				text := "answer to " + string(b[:n])
				if !strings.HasPrefix(from.IP.String(), "10.9.0.2") && !strings.HasPrefix(from.IP.String(), "fd09:") {
					text = "answer to whoever " + from.String() + " is"
				}
				to := &net.UDPAddr{IP: net.ParseIP(group), Port: 7000, Zone: "tap0"}
				if s, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(own)}); err == nil {
					_, _ = s.WriteToUDP([]byte(text), to)
					s.Close()
				}
			}
		}()
	}
	want := strings.ReplaceAll("bind: 0\njoin: 0\nto its own port: 3\nanswer to here from A, 1 of its own\n", "A", "10.9.0.1") +
		strings.ReplaceAll("bind: 0\njoin: 0\nto its own port: 3\nanswer to here from A, 1 of its own\n", "A", "fd09::1")
	for name, drivers := range map[string][]string{"card-groups": nil, "card-groups-modules": cardModules} {
		p := &program{name: name, build: c("net/groups_card.c", "-w")}
		p.kernel.Drivers = drivers
		if out := startCard(t, p, uk.RunOptions{VMM: uk.VMMBuiltin, Card: card}).wait(); out != want {
			t.Errorf("%s: the guest printed %q, want %q", name, out, want)
		}
	}
}

// What another machine refuses comes back to who asks for it, with what ICMP said.
func TestCardErrors(t *testing.T) {
	if !inOwnNetwork(t) {
		return
	}
	card := tap(t, 0)
	p := &program{name: "card-errors", build: c("net/errqueue_far.c", "-w"), args: []string{"10.9.0.1", "fd09::1"}}
	g := startCard(t, p, uk.RunOptions{VMM: uk.VMMBuiltin, Card: card})
	want, err := exec.Command(compiled(t, p).path, "127.0.0.1", "::1").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	if out := g.wait(); out != string(want) {
		t.Errorf("the guest's output differs:\n%s", difference(string(want), out))
	}
}
