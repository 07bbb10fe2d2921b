package linker

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Setting is one line of a profile: CONFIG_NAME=y, m or n.
type Setting struct {
	Config string // without CONFIG_
	Value  byte   // 'y', 'm', 'n'
	Where  string // "file:line", or what else it comes from; for messages
}

// Profile is a named list of settings.
type Profile struct {
	Name     string
	Settings []Setting
}

// ParseProfile reads a profile: lines CONFIG_NAME=y|m|n, "# CONFIG_NAME is
// not set", comments. File is for messages.
func ParseProfile(file string, data []byte) ([]Setting, error) {
	var out []Setting
	seen := map[string]string{}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		where := fmt.Sprintf("%s:%d", file, i+1)
		name, value, ok := strings.Cut(line, "=")
		if unset, is := strings.CutPrefix(line, "# CONFIG_"); is && strings.HasSuffix(unset, " is not set") {
			name, value, ok = "CONFIG_"+strings.TrimSuffix(unset, " is not set"), "n", true
		} else if line == "" || line[0] == '#' {
			continue
		}
		config, isConfig := strings.CutPrefix(name, "CONFIG_")
		if !ok || !isConfig || !validConfig(config) {
			return nil, &ConfigError{file, i + 1, fmt.Sprintf("%q is not a setting: write CONFIG_NAME=y, m or n", line)}
		}
		if value != "y" && value != "m" && value != "n" {
			return nil, &ConfigError{file, i + 1, fmt.Sprintf("CONFIG_%s=%s: the value must be y, m or n", config, value)}
		}
		if first := seen[config]; first != "" {
			return nil, &ConfigError{file, i + 1, fmt.Sprintf("CONFIG_%s was already set at %s: remove one", config, first)}
		}
		seen[config] = where
		out = append(out, Setting{config, value[0], where})
	}
	return out, nil
}

// Profile reads the profile called name from the kit; a name with a slash or
// ending in .conf is a file's path.
func (k *Kit) Profile(name string) (*Profile, error) {
	file := name
	if !strings.Contains(name, "/") && !strings.HasSuffix(name, ".conf") {
		file = filepath.Join(k.Dir, "profiles", name+".conf")
	}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("unknown profile %q: the kit %s has %s", name, k.Dir, strings.Join(k.Profiles(), ", "))
	}
	if err != nil {
		return nil, err
	}
	settings, err := ParseProfile(file, data)
	if err != nil {
		return nil, err
	}
	return &Profile{Name: strings.TrimSuffix(filepath.Base(file), ".conf"), Settings: settings}, nil
}

// ParseDriver reads a driver option: NAME, NAME=y, m or n. NAME is a driver's
// or a config name; letter case and - for _ do not matter.
func ParseDriver(option string) (Setting, error) {
	name, value, ok := strings.Cut(option, "=")
	if !ok {
		value = "y"
	}
	config := strings.TrimPrefix(strings.ToUpper(strings.ReplaceAll(name, "-", "_")), "CONFIG_")
	if !validConfig(config) || value != "y" && value != "m" && value != "n" {
		return Setting{}, fmt.Errorf("driver option %q: write NAME, NAME=y or NAME=n", option)
	}
	return Setting{config, value[0], "driver option " + option}, nil
}

// Resolve returns the drivers that the profile selects, sorted by name, with
// everything that they depend on or select. Overrides, in the form that
// [ParseDriver] reads, take the place of the profile's lines.
func (k *Kit) Resolve(p *Profile, overrides []string) ([]*Driver, error) {
	set := map[string]Setting{}
	settings := slices.Clone(p.Settings)
	for _, o := range overrides {
		s, err := ParseDriver(o)
		if err != nil {
			return nil, err
		}
		settings = append(settings, s)
	}
	var order []string // of first mention, so that errors do not depend on map order
	for _, s := range settings {
		if k.byConfig[s.Config] == nil {
			return nil, fmt.Errorf("%s: no driver CONFIG_%s in the kit: it has %s", s.Where, s.Config, strings.Join(k.configNames(), ", "))
		}
		if s.Value == 'm' {
			return nil, fmt.Errorf("%s: CONFIG_%s=m: modules are not supported yet: use y or n", s.Where, s.Config)
		}
		if _, ok := set[s.Config]; !ok {
			order = append(order, s.Config)
		}
		set[s.Config] = s
	}
	chosen := map[string]bool{}
	var take func(config string, why Setting) error
	take = func(config string, why Setting) error {
		d := k.byConfig[config]
		if d == nil {
			return fmt.Errorf("%s: CONFIG_%s=y needs CONFIG_%s, which the kit lacks: rebuild the kit with `make kit`", why.Where, why.Config, config)
		}
		if s, ok := set[config]; ok && s.Value == 'n' {
			return fmt.Errorf("%s: CONFIG_%s=y needs CONFIG_%s, but %s sets it to n: change one of the two", why.Where, why.Config, config, s.Where)
		}
		if chosen[config] {
			return nil
		}
		chosen[config] = true
		for _, list := range [][]string{d.Depends, d.Selects} {
			for _, need := range list {
				if err := take(need, why); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, config := range order {
		if s := set[config]; s.Value == 'y' {
			if err := take(config, s); err != nil {
				return nil, err
			}
		}
	}
	var out []*Driver
	for i := range k.Drivers {
		if d := &k.Drivers[i]; chosen[d.Config] {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b *Driver) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func (k *Kit) configNames() []string {
	var names []string
	for _, d := range k.Drivers {
		names = append(names, "CONFIG_"+d.Config)
	}
	slices.Sort(names)
	if len(names) == 0 {
		return []string{"none"}
	}
	return names
}
