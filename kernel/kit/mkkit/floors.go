package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// floors returns an error for each reference of one of the kernel's folders to a higher one, but for names that are
// declared to be seams, see the file floors in kernel/kit.
func floors(source string, all []member) error {
	text, err := os.ReadFile(filepath.Join(source, "kit", "floors"))
	if err != nil {
		return err
	}
	seams, err := seamNames(source)
	if err != nil {
		return err
	}
	return upwards(parseFloors(string(text)), seams, all)
}

// parseFloors gives each folder its floor, 1 the lowest.
func parseFloors(text string) map[string]int {
	of, n := map[string]int{}, 0
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		folders := strings.Fields(line)
		if len(folders) > 0 {
			n++
		}
		for _, f := range folders {
			of[f] = n
		}
	}
	return of
}

// seamNames are those that the headers of seams declare.
func seamNames(source string) (map[string]bool, error) {
	files, err := filepath.Glob(filepath.Join(source, "interfaces", "*.h"))
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, f := range append(files, filepath.Join(source, "include", "arch.h"), filepath.Join(source, "include", "vm_object.h")) {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		for _, n := range declared(string(text)) {
			names[n] = true
		}
	}
	return names, nil
}

var (
	comment   = regexp.MustCompile(`(?s)/\*.*?\*/`)
	directive = regexp.MustCompile(`(?m)^#.*$`)
	// INTERFACE(type, NAME, ...; type NAME(...; extern type NAME, or the same of an array.
	declaration = regexp.MustCompile(`INTERFACE(?:_OF_LOADED)?\([^,]*,\s*(\w+)|\b(\w+)\(|\bextern [^;(]*?\b(\w+)(?:\[[^\]]*\])?;`)
)

// declared returns the names of functions and variables that a header declares.
func declared(header string) []string {
	var names []string
	for _, m := range declaration.FindAllStringSubmatch(directive.ReplaceAllString(comment.ReplaceAllString(header, ""), ""), -1) {
		names = append(names, m[1]+m[2]+m[3])
	}
	return names
}

func upwards(of map[string]int, seams map[string]bool, all []member) error {
	type place struct {
		floor int
		where string
	}
	lowest := map[string]place{} // of each name's definitions
	floor := func(m member) (int, string) {
		name, ok := strings.CutPrefix(m.where, "libkernel.a(")
		folder, _, inFolder := strings.Cut(name, "-")
		if !ok || !inFolder || folder == "interfaces" {
			return 0, ""
		}
		return of[folder], folder
	}
	var errs []error
	for _, m := range all {
		n, folder := floor(m)
		if n == 0 && folder != "" {
			errs = append(errs, fmt.Errorf("%s: kernel/kit/floors has no folder %s", m.where, folder))
		}
		for _, name := range slices.Concat(m.Strong, m.Weak) {
			if at, ok := lowest[name]; n > 0 && (!ok || n < at.floor) {
				lowest[name] = place{n, m.where}
			}
		}
	}
	for _, m := range all {
		n, _ := floor(m)
		for _, name := range m.Wanted {
			if at := lowest[name]; n > 0 && at.floor > n && !seams[name] {
				errs = append(errs, fmt.Errorf("%s wants %s of %s, on a higher floor (kernel/kit/floors): move one of them, or make it a hook, "+
					"OPTIONAL where it is called, or an INTERFACE (kernel/include/interface.h)", m.where, name, at.where))
			}
		}
	}
	return errors.Join(errs...)
}
