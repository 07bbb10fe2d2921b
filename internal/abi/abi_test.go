package abi

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("u", false, "rewrite abi.go")

const header = "../../kernel/include/uk_abi.h"

// The constants here are those of the kernel's header: go test ./internal/abi -u makes them anew.
func TestHeader(t *testing.T) {
	text, err := os.ReadFile(header)
	if err != nil {
		t.Fatal(err)
	}
	want, err := generate(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("abi.go", want, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("abi.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("abi.go is not of this header: `go test ./internal/abi -u` makes it anew")
	}
}

// What the generator does not understand, it refuses: a definition that Go lacks would be found by nobody.
func TestHeaderIsPlain(t *testing.T) {
	for _, line := range []string{"#define A (1 + 2)", "#define A 07", "#define A", "#define F(x) x", "#define A 1 /* two\n * lines */", "enum { A };", "struct a { int b; };"} {
		if out, err := generate(line + "\n"); err == nil {
			t.Errorf("%s: made %s", line, out)
		}
	}
	if out, err := generate("/* of\n * two lines */\n#define A_B\t0x10\t/* why */\n#define C 'x'\n#define D\t\"uk.d\"\n"); err != nil || !strings.Contains(string(out), "AB = 0x10") {
		t.Errorf("%s, %v", out, err)
	}
}

var (
	comment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	define  = regexp.MustCompile(`^#define ([A-Z][A-Z0-9_]*)\s+(0|[1-9][0-9]*|0x[0-9a-f]+|'[a-z]'|"[^"\\]*")$`)
	guard   = regexp.MustCompile(`^#(ifndef|define) UK_ABI_H$|^#endif$`)
)

// generate makes abi.go of the header's text.
func generate(text string) ([]byte, error) {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#define") && strings.Contains(line, "/*") && !strings.Contains(line, "*/") {
			return nil, fmt.Errorf("%q: a comment behind a value is to end there", line)
		}
	}
	var b bytes.Buffer
	b.WriteString("// Code generated from kernel/include/uk_abi.h by `go test ./internal/abi -u`; DO NOT EDIT.\n\npackage abi\n\nconst (\n")
	for line := range strings.Lines(comment.ReplaceAllString(text, "")) {
		line = strings.TrimSpace(line)
		m := define.FindStringSubmatch(line)
		switch {
		case line == "":
			b.WriteString("\n")
		case guard.MatchString(line):
		case m == nil:
			return nil, fmt.Errorf("%q: is no line #define NAME value", line)
		default:
			fmt.Fprintf(&b, "%s = %s\n", goName(m[1]), m[2])
		}
	}
	b.WriteString(")\n")
	return format.Source(b.Bytes())
}

// goName is PortStatus for PORT_STATUS.
func goName(c string) string {
	var b strings.Builder
	for _, word := range strings.Split(strings.TrimPrefix(c, "UK_ABI_"), "_") {
		switch word {
		case "ABI", "ASLR", "CPUS", "CWD", "ID", "IP", "IP6", "IRQ", "MMIO", "RAM", "RSP", "TID", "TSC", "TTY", "VMA":
			b.WriteString(word)
		case "":
		default:
			b.WriteString(word[:1] + strings.ToLower(word[1:]))
		}
	}
	return b.String()
}
