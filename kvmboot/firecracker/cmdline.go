package firecracker

import (
	"fmt"
	"strings"

	"uk.example/internal/abi"
)

// MaxCmdline is the longest command line that Firecracker takes, with its NUL
// (src/vmm/src/arch/x86_64/layout.rs).
const MaxCmdline = 2048

// WordsRoom is what fcWords may take: a word for each of fcMaxDevices, and four short ones.
const WordsRoom = 39*MaxDevices + 40

// fcInitArgs separates what Linux hands to its first process. Firecracker puts its
// own words before it (rust-vmm's linux-loader, src/cmdline).
const fcInitArgs = " -- "

func fcCheckBootArgs(s string) error {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return fmt.Errorf("byte %d is %#02x: Firecracker takes printable ASCII only; a quoted value can have \\x%02x", i, s[i], s[i])
		}
	}
	if len(s)+1 > MaxCmdline {
		return fmt.Errorf("%d bytes: Firecracker takes less than %d", len(s), MaxCmdline)
	}
	return nil
}

// Cmdline adds Firecracker's words to the boot arguments.
func Cmdline(args string, words []string) (string, error) {
	boot, init := fcSplit(args)
	line := strings.TrimSpace(strings.Join(append([]string{boot}, words...), " "))
	if init != "" {
		line += fcInitArgs + init
	}
	if err := fcCheckBootArgs(line); err != nil {
		return "", fmt.Errorf("the command line with the devices' words: %w", err)
	}
	return line, nil
}

// fcSplit cuts at the first separator before which quotation marks are even in number.
func fcSplit(args string) (boot, init string) {
	for from := 0; ; {
		i := strings.Index(args[from:], fcInitArgs)
		if i < 0 {
			return strings.TrimSpace(args), ""
		}
		at := from + i
		if strings.Count(args[:at], `"`)%2 == 0 {
			return strings.TrimSpace(args[:at]), strings.TrimSpace(args[at+len(fcInitArgs):])
		}
		from = at + 1
	}
}

// Words are the words for the root device and the transports, in the order in
// which Firecracker appends them.
func Words(c *Config) []string {
	words := []string{"pci=off"}
	n := 0
	device := func() {
		words = append(words, fmt.Sprintf(abi.CmdMMIO+"=%dK@%#x:%d", MMIOSize>>10, MMIOAddr(n), MMIOIRQ(n)))
		n++
	}
	if c.Balloon != nil {
		device()
	}
	for _, d := range c.Drives {
		if d.Root {
			root, mode := "root=/dev/vda", "rw"
			if d.PartUUID != "" {
				root = "root=PARTUUID=" + d.PartUUID
			}
			if d.ReadOnly {
				mode = "ro"
			}
			words = append(words, root, mode)
		}
		device()
	}
	if c.Vsock != nil {
		device()
	}
	if c.Entropy {
		device()
	}
	return words
}
