package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/volumes"
)

func volumeCommand() *command {
	return &command{
		name:  "volume",
		args:  "create|ls|inspect|rm|prune [NAME...]",
		short: "make, list and remove volumes: folders that guests find by name",
		long: `A volume is a folder that uk keeps, in $XDG_DATA_HOME/uk/volumes. uk run -v NAME:GUEST
gives it to a guest at GUEST, and makes it if it is not there; what the guest writes stays.
A volume that a machine uses is not removed.`,
		examples: []example{
			{"uk volume create db", "makes one"},
			{"uk run -v db:/var/lib/redis /usr/bin/redis-server", "uses it"},
			{"uk volume ls --json", "for other tools"},
			{"uk volume rm db", "removes it with its files"},
			{"uk volume prune", "removes all that no machine uses"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var o volumeOptions
			fs.BoolVarP(&o.quiet, "quiet", "q", false, "with ls: print names only")
			fs.BoolVarP(&o.force, "force", "f", false, "with rm: one that is not there is no error; prune never asks")
			fs.BoolVar(&o.json, "json", false, "print volumes as JSON")
			return func(ctx context.Context, e *env, args []string) error {
				do, names := "ls", args
				if len(args) > 0 {
					do, names = args[0], args[1:]
				}
				verb, ok := volumeVerbs[do]
				switch {
				case !ok:
					return usagef("volume", "%q is nothing to do: use create, ls, inspect, rm or prune", do)
				case verb.names && len(names) == 0:
					return usagef("volume", "%s: name a volume", do)
				case !verb.names && len(names) > 0:
					return usagef("volume", "%s takes no names", do)
				case o.json && !verb.json:
					return usagef("volume", "--json goes with create, ls, inspect and prune")
				case o.quiet && (do != "ls" || o.json):
					return usagef("volume", "--quiet goes with ls, which --json has all of")
				case o.force && do != "rm" && do != "prune":
					return usagef("volume", "--force goes with rm and prune")
				}
				s, err := volumes.Open()
				if err != nil {
					return err
				}
				return verb.run(e, s, names, o)
			}
		},
	}
}

// volumeOptions are the flags of `uk volume`.
type volumeOptions struct{ quiet, force, json bool }

// volumeVerb is a second word of `uk volume`.
type volumeVerb struct {
	names, json bool
	run         func(e *env, s *volumes.Store, names []string, o volumeOptions) error
}

var volumeVerbs = map[string]volumeVerb{
	"create": {true, true, func(e *env, s *volumes.Store, names []string, o volumeOptions) error {
		return eachVolume(e, names, o.json, func(name string) (volumes.Volume, error) {
			v, _, err := s.Create(name)
			return v, err
		})
	}},
	"inspect": {true, true, func(e *env, s *volumes.Store, names []string, o volumeOptions) error {
		return eachVolume(e, names, o.json, s.Inspect)
	}},
	"ls": {false, true, func(e *env, s *volumes.Store, _ []string, o volumeOptions) error {
		all, err := s.List()
		if err != nil {
			return err
		}
		if o.quiet {
			for _, v := range all {
				fmt.Fprintln(e.stdout, v.Name)
			}
			return nil
		}
		return printVolumes(e, all, o.json)
	}},
	"rm": {true, false, func(e *env, s *volumes.Store, names []string, o volumeOptions) error {
		var failed []error
		for _, name := range names {
			err := s.Remove(name)
			if o.force && errors.Is(err, volumes.ErrNone) {
				continue
			}
			if err != nil {
				failed = append(failed, err)
				continue
			}
			fmt.Fprintln(e.stdout, name)
		}
		return errors.Join(failed...)
	}},
	"prune": {false, true, func(e *env, s *volumes.Store, _ []string, o volumeOptions) error {
		removed, err := s.Prune()
		if o.json {
			return errors.Join(e.json(removed), err)
		}
		for _, name := range removed {
			fmt.Fprintln(e.stdout, name)
		}
		return err
	}},
}

func eachVolume(e *env, names []string, asJSON bool, f func(name string) (volumes.Volume, error)) error {
	var all []volumes.Volume
	var failed []error
	for _, name := range names {
		v, err := f(name)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		all = append(all, v)
	}
	return errors.Join(printVolumes(e, all, asJSON), errors.Join(failed...))
}

func printVolumes(e *env, all []volumes.Volume, asJSON bool) error {
	if asJSON {
		if all == nil {
			all = []volumes.Volume{}
		}
		return e.json(all)
	}
	for _, v := range all {
		use := ""
		if v.InUse {
			use = "  in use"
		}
		fmt.Fprintf(e.stdout, "%-20s %s  %s%s\n", v.Name, v.Created.Local().Format(time.DateTime), v.Path, use)
	}
	return nil
}

// useVolumes finds the folders of shares that name a volume, which they hold until release is called. A word that a folder here
// has for a name is that folder, as ever, unless there is a volume called so, too.
func useVolumes(e *env, shares []uk.Share) (release func(), err error) {
	var held []func()
	release = func() {
		for _, f := range held {
			f()
		}
	}
	for i := range shares {
		s := &shares[i]
		if filepath.IsAbs(s.Path) {
			continue
		}
		path, free, err := useVolume(e, s.Path)
		if err != nil {
			release()
			return nil, err
		}
		s.Path = path
		held = append(held, free)
	}
	return release, nil
}

func useVolume(e *env, name string) (path string, release func(), err error) {
	s, err := volumes.Open()
	if err != nil {
		return "", nil, err
	}
	path, release, err = s.Use(name)
	_, here := os.Stat(name)
	switch {
	case err == nil && here == nil:
		release()
		return "", nil, fmt.Errorf("-v %s: is a volume and a folder here: write ./%s for the folder, or name the volume from another folder", name, name)
	case !errors.Is(err, volumes.ErrNone):
		return path, release, err
	case here == nil:
		path, err = filepath.Abs(name)
		return path, func() {}, err
	}
	v, made, err := s.Create(name)
	if err != nil {
		return "", nil, err
	}
	if made {
		e.note(fmt.Sprintf("volume %s is new: %s", name, v.Path))
	}
	return s.Use(name)
}
