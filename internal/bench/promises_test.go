package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// SPECIFICATION.md promises what the bench judges by, no more and no less.
func TestPromises(t *testing.T) {
	text, err := os.ReadFile("../../SPECIFICATION.md")
	if err != nil {
		t.Fatal(err)
	}
	promised := map[string]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, " | ")
		if len(cells) == 3 && (strings.HasPrefix(cells[1], "at most") || strings.HasPrefix(cells[1], "at least")) {
			promised[strings.TrimPrefix(cells[0], "| ")] = strings.ReplaceAll(cells[1], ",", "")
		}
	}
	for name, p := range promises {
		word := "at most"
		if p.atLeast {
			word = "at least"
		}
		if want := fmt.Sprintf("%s %s %s", word, strconv.FormatFloat(p.limit, 'f', -1, 64), p.unit); promised[name] != want {
			t.Errorf("%s: SPECIFICATION.md says %q, the bench %q", name, promised[name], want)
		}
		delete(promised, name)
	}
	for name := range promised {
		t.Errorf("%s: nothing measures it", name)
	}
	// A promise is of a figure that there is.
	var sources strings.Builder
	for _, f := range []string{"main.go", "links.go", "servers.go", "clients.go"} {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		sources.Write(text)
	}
	for name := range promises {
		for _, made := range []string{"link of a kernel for ", "iperf3, "} { // the rest is from a list
			name = strings.TrimPrefix(name, made)
		}
		if !strings.Contains(sources.String(), strconv.Quote(name)) {
			t.Errorf("no figure is called %q", name)
		}
	}
}
