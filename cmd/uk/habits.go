package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// Flags of container tools that people type. Those that mean the same are taken.
var sameFlag = map[string]string{"volume": "share", "workdir": "cwd", "network": "net"}

// otherWay are those without an equal, with the way to what they are wanted for.
var otherWay = map[string]string{
	"it":         "a program gets the terminal that uk has: leave it out (--tty=on insists)",
	"add-host":   "put the line into a file and --share it, or pack /etc/hosts; 10.0.2.2 is this machine there",
	"expose":     "-p publishes a port, -P all",
	"entrypoint": "name the program in its place: uk run PROGRAM ARGUMENTS",
	"privileged": "the program is root in a machine of its own: leave it out",
	"cap-add":    "the program is root in a machine of its own: leave it out",
	"cap-drop":   "--user runs the program as another user, without capabilities",
	"read-only":  "the root file system is read-only unless --overlay is there: leave it out (/tmp is in memory)",
	"tmpfs":      "write --mount tmpfs:TARGET:tmpfs; /tmp and /dev/shm are there without",
	"shm-size":   "/dev/shm may take half of --memory: leave it out",
	"init":       "the program is the machine's only process: leave it out",
	"device":     "a guest has none of this machine's devices; --drive gives it a disk, --share a folder",
	"gpus":       "a guest has none of this machine's devices",
	"platform":   "uk makes images for x86-64 alone: leave it out",
	"pull":       "programs are this machine's: leave it out",
	"smp":        "that is --cpus",
	"nographic":  "there is no display: leave it out",
	"kernel":     "uk links the kernel: name the program, or an image that uk build made",
	"t":          "-o names the folder of the image",
	"tag":        "-o names the folder of the image",
	"f":          "name the manifest or its folder as the argument: uk build FOLDER",
	"file":       "name the manifest or its folder as the argument: uk build FOLDER",
	"no-cache":   "--relink links the kernel again; the rest is new each time",
	"build-arg":  "-D VAR=DATA sets a manifest's variable",
}

// otherVerb are commands of container tools, with the way to what they are wanted for.
var otherVerb = map[string]string{
	"top":     "a machine runs one program: uk stats shows what it takes",
	"exec":    "a guest runs one program and no other beside it: uk run /bin/sh starts a shell in a machine of its own",
	"pause":   "kill -STOP the process of uk run; uk inspect tells which that is",
	"images":  "images are folders, NAME.uk where uk build made them: uk inspect shows one",
	"ls":      "images are folders, NAME.uk where uk build made them: uk inspect shows one",
	"rmi":     "images are folders: rm -r NAME.uk; uk cache clear removes what is kept besides",
	"prune":   "uk rm $(uk ps -aq) forgets machines that have ended; uk cache clear removes what is kept of images",
	"system":  "uk cache shows what is kept, uk version which uk this is",
	"info":    "uk version and uk kit tell of this installation",
	"pull":    "there is no registry: an image is a folder or a disk, copied as any file",
	"push":    "there is no registry: an image is a folder or a disk, copied as any file",
	"login":   "there is no registry: an image is a folder or a disk, copied as any file",
	"tag":     "an image is a folder: mv or cp -r gives it another name",
	"save":    "an image is a folder: tar packs it; uk image makes a disk of it",
	"load":    "an image is a folder: unpack it and name it, uk run NAME.uk",
	"cp":      "uk run --share gives a guest a folder of this machine; uk inspect lists an image's files",
	"create":  "uk build makes an image, uk run -d starts a machine",
	"compose": "start each program with a uk run of its own; --vsock connects one with the host",
	"network": "uk run -p publishes a port; a guest has the network of this machine",
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
		return plainValue(verb, err)
	}
	if verb != "run" && verb != "build" && verb != "image" {
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
