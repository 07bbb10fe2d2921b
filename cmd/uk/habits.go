package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"uk.example/internal/target"
	"uk.example/internal/words"
)

// Flags of container tools that people type. Those that mean the same are taken.
var sameFlag = map[string]string{"volume": "share", "workdir": "cwd", "network": "net"}

// normalizeFlag takes the names that other tools have.
func normalizeFlag(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	if same, ok := sameFlag[name]; ok {
		name = same
	}
	return pflag.NormalizedName(name)
}

// explainFlag adds the right word to the error of a flag that is none here, or of one that args has by another tool's habit.
func explainFlag(fs *pflag.FlagSet, verb string, args []string, err error) error {
	if word := oneDash(err, args); word != "" {
		if way := oneDashWay(fs, verb, word); way != "" {
			return fmt.Errorf("-%s: %s", word, way)
		}
	}
	var bad *pflag.InvalidValueError
	if errors.As(err, &bad) && bad.GetFlag().Name == "timeout" {
		for _, both := range []string{"-it", "-ti"} {
			if slices.Contains(args, both) {
				return fmt.Errorf("%s: %s", both, otherWay(verb, "it"))
			}
		}
	}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return plainValue(verb, err)
	}
	name, dashes := unknown.GetSpecifiedName(), "--"
	if letters := unknown.GetSpecifiedShortnames(); letters != "" {
		name, dashes = strings.SplitN(letters, "=", 2)[0], "-"
	}
	way := otherWay(verb, name)
	if way == "" && dashes == "-" {
		name = name[:1]
		way = otherWay(verb, name)
	}
	if way == "" {
		return suggestFlag(fs, unknown)
	}
	return fmt.Errorf("%s%s: %s", dashes, name, way)
}

// habitTarget explains words in a target's place that are other tools' settings or commands, where no file is called so.
func habitTarget(verb string, args []string) error {
	if !takesProgram(verb) || len(args) == 0 {
		return nil
	}
	word := args[0]
	if _, err := os.Lstat(word); err == nil {
		return nil
	}
	if verb == "image" && imageWord()[word] != "" {
		return usagef(verb, "uk image makes a disk: %s; a program of that name is named by its path", imageWord()[word])
	}
	if name, _, setting := strings.Cut(word, "="); setting && buildSetting()[name] != "" {
		return usagef(verb, "%s: is a setting of OSv's scripts/build: %s", word, buildSetting()[name])
	}
	if fields := strings.Fields(word); len(fields) > 1 {
		if _, _, err := target.Identify(fields[0]); err == nil {
			return usagef(verb, "%s: no such file: a program and its arguments are words of their own: uk %s %s", words.Quote(word), verb, word)
		}
	}
	return nil
}

// oneDash is the word of args, as -drive, whose letters are no flags of their own and so caused err; "": none.
func oneDash(err error, args []string) string {
	var unknown *pflag.NotExistError
	var bad *pflag.InvalidValueError
	end := ""
	switch {
	case errors.As(err, &unknown):
		end = unknown.GetSpecifiedShortnames()
	case errors.As(err, &bad) && bad.GetFlag().Shorthand != "":
		end = bad.GetFlag().Shorthand + bad.GetValue()
	}
	for _, a := range args {
		if end != "" && len(a) > 2 && a[0] == '-' && a[1] != '-' && strings.HasSuffix(a, end) {
			return strings.SplitN(a[1:], "=", 2)[0]
		}
	}
	return ""
}

// oneDashWay says what to write for -word, as virtual machines' commands have them.
func oneDashWay(fs *pflag.FlagSet, verb, word string) string {
	if way := machineWord()[word]; way != "" && takesProgram(verb) {
		return way
	}
	if len(word) > 1 && fs.Lookup(word) != nil {
		return "write --" + word
	}
	return ""
}

// plainValue says in words what a flag's value should be, where its parser is not ours.
func plainValue(verb string, err error) error {
	var bad *pflag.InvalidValueError
	var number *strconv.NumError
	if !errors.As(err, &bad) {
		return err
	}
	f := bad.GetFlag()
	want := ""
	switch {
	case f.Name == "mount" && strings.Contains(bad.GetValue(), "type="):
		want = "a folder of this machine is -v HOST:GUEST, a file system in memory --mount tmpfs:TARGET:tmpfs"
	case f.Name == "timeout":
		want = bad.Unwrap().Error() + "; a terminal needs no flag: a program gets the one that uk has"
	case f.Value.Type() == "bool":
		want = "use true or false, or leave it out"
	case f.Name == "env" && strings.ContainsAny(bad.GetValue(), "/ "):
		want = "write NAME=VALUE; a program's command line stands behind it, or is --command's"
	case f.Name == "memory" && isNumber(bad.GetValue()):
		want = bad.Unwrap().Error() + "; megabytes are written " + bad.GetValue() + "M"
	case f.Name == "cpus" && strings.HasSuffix(bad.GetValue(), ".json"):
		want = "there is no configuration file: -c is --cpus, and a manifest has the rest"
	case errors.As(err, &number):
		want = "write a number"
	default:
		return err
	}
	name := "--" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	return fmt.Errorf("invalid argument %q for %q flag: %s", bad.GetValue(), name, want)
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 64)
	return err == nil
}

// suggestFlag adds the name of the flag that was probably meant.
func suggestFlag(fs *pflag.FlagSet, unknown *pflag.NotExistError) error {
	if unknown.GetSpecifiedShortnames() != "" {
		return unknown
	}
	var names []string
	fs.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	name := unknown.GetSpecifiedName()
	begun := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !strings.HasPrefix(n, name) })
	best := nearest(name, names)
	if len(begun) == 1 {
		best = begun[0]
	}
	if best != "" {
		return fmt.Errorf("%w; did you mean --%s?", unknown, best)
	}
	return unknown
}
