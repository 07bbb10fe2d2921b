package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// Flags of container tools that people type. Those that mean the same are taken.
var sameFlag = map[string]string{"volume": "share", "workdir": "cwd"}

// otherWay are those without an equal, with the way to what they are wanted for.
var otherWay = map[string]string{
	"rm":          "an image that uk run makes is gone at its end: leave it out",
	"i":           "standard input goes to the program: leave it out (--stdin names another file)",
	"interactive": "standard input goes to the program: leave it out (--stdin names another file)",
	"it":          "a program gets the terminal that uk has: leave it out (--tty=on insists)",
	"d":           "uk run stays in the foreground: end the line with &, or let a service manager start it",
	"detach":      "uk run stays in the foreground: end the line with &, or let a service manager start it",
	"name":        "machines have no names; --hostname is what the guest calls itself",
	"p":           "there is no IP network yet; --vsock connects guest and host (--profile has no letter)",
	"publish":     "there is no IP network yet; --vsock connects guest and host",
	"net":         "there is no IP network yet; --vsock connects guest and host",
	"network":     "there is no IP network yet; --vsock connects guest and host",
	"entrypoint":  "name the program in its place: uk run PROGRAM ARGUMENTS",
	"env-file":    "name each variable: -e NAME=VALUE, or -e NAME for one that is set here",
	"privileged":  "the program is root in a machine of its own: leave it out",
	"init":        "the program is the machine's only process: leave it out",
	"smp":         "that is --cpus",
	"kernel":      "uk links the kernel: name the program, or an image that uk build made",
}

// normalizeFlag takes the names that other tools have.
func normalizeFlag(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	if same, ok := sameFlag[name]; ok {
		name = same
	}
	return pflag.NormalizedName(name)
}

// explainFlag adds the right word to the error of a flag that is none here.
func explainFlag(fs *pflag.FlagSet, verb string, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	if verb != "run" && verb != "build" {
		return suggestFlag(fs, unknown)
	}
	name, dashes := unknown.GetSpecifiedName(), "--"
	if letters := unknown.GetSpecifiedShortnames(); letters != "" {
		name, dashes = strings.SplitN(letters, "=", 2)[0], "-"
	}
	way, ok := otherWay[name]
	if !ok && dashes == "-" {
		way, ok = otherWay[name[:1]]
	}
	if !ok {
		return suggestFlag(fs, unknown)
	}
	return fmt.Errorf("%s%s: %s", dashes, name, way)
}

// suggestFlag adds the name of the flag that was probably meant.
func suggestFlag(fs *pflag.FlagSet, unknown *pflag.NotExistError) error {
	if unknown.GetSpecifiedShortnames() != "" {
		return unknown
	}
	var names []string
	fs.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if best := nearest(unknown.GetSpecifiedName(), names); best != "" {
		return fmt.Errorf("%w; did you mean --%s?", unknown, best)
	}
	return unknown
}
