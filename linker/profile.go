package linker

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"uk.example/internal/badoption"
	"uk.example/internal/bounded"
)

// Setting is one line of a profile, CONFIG_NAME=y, m or n, or one option that
// changes it.
type Setting struct {
	Config string // without CONFIG_; of an option: also a short name, see [ParseDrivers]
	Value  byte   // 'y', 'm', 'n'
	Where  string // "file:line", or what else it comes from; for messages
}

// Profile is a named list of settings.
type Profile struct {
	Name     string
	Settings []Setting
	// NoDefaults: what no line asks for is left out, whatever its default is.
	NoDefaults bool
}

// ProfileNone is the name of the profile that starts from nothing: no setting,
// and no driver's default.
const ProfileNone = "none"

// maxProfile bounds a profile file, in bytes.
const maxProfile = 1 << 20

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
			return nil, &ConfigError{file, i + 1, quote(line) + " is not a setting: write CONFIG_NAME=y, m or n"}
		}
		if value != "y" && value != "m" && value != "n" {
			return nil, &ConfigError{file, i + 1, fmt.Sprintf("CONFIG_%s: the value must be y, m or n, not %s", config, quote(value))}
		}
		if first := seen[config]; first != "" {
			return nil, &ConfigError{file, i + 1, fmt.Sprintf("CONFIG_%s was already set at %s: remove one", config, first)}
		}
		seen[config] = where
		out = append(out, Setting{config, value[0], where})
	}
	return out, nil
}

// IsProfileFile reports whether the name of a profile is a file's path: it has a
// slash or ends in .conf.
func IsProfileFile(name string) bool {
	return strings.Contains(name, "/") || strings.HasSuffix(name, ".conf")
}

// Profile reads the profile called name from the kit, or the file at that path;
// [ProfileNone] needs neither.
func (k *Kit) Profile(name string) (*Profile, error) {
	if name == ProfileNone {
		return &Profile{Name: ProfileNone, NoDefaults: true}, nil
	}
	file := name
	if !IsProfileFile(name) {
		file = filepath.Join(k.Dir, "profiles", name+".conf")
	}
	data, err := ReadProfileFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if IsProfileFile(name) {
			return nil, fmt.Errorf("%s: no such profile file: the kit's own profiles are %s", name, strings.Join(k.Profiles(), ", "))
		}
		return nil, badoption.Errorf("Profile", "unknown profile %s: the kit %s has %s; a file's name has a slash or ends in .conf", quote(name), k.Dir, strings.Join(k.Profiles(), ", "))
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

// ReadProfileFile reads the text of a profile file.
func ReadProfileFile(file string) ([]byte, error) {
	return bounded.ReadFile(file, maxProfile)
}

// optionPlace begins the Where of settings that are options.
const optionPlace = "driver option "

// isOption tells whether s is an option, and no line of a file.
func (s *Setting) isOption() bool { return strings.HasPrefix(s.Where, optionPlace) }

// ParseDrivers reads options that change a profile, one or more joined by
// commas or blanks: NAME or +NAME sets NAME to y, -NAME to n, and NAME=y, m or
// n says it. NAME is a config name, with or without CONFIG_ and without regard
// to letter case and - for _, or a short form of one: rng for VIRTIO_RNG. Where
// says what the options come from, for messages; "" stands for the command line.
func ParseDrivers(options, where string) ([]Setting, error) {
	var out []Setting
	for _, o := range strings.FieldsFunc(options, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		from := where
		if from == "" {
			from = optionPlace + o
		}
		name, value, ok := strings.Cut(o, "=")
		switch {
		case ok && name != "" && name[0] == '-':
			value = "" // -NAME=y says two things
		case ok:
			name = strings.TrimPrefix(name, "+")
		case name[0] == '-':
			name, value = name[1:], "n"
		default:
			name, value = strings.TrimPrefix(name, "+"), "y"
		}
		config := strings.TrimPrefix(strings.ToUpper(strings.ReplaceAll(name, "-", "_")), "CONFIG_")
		if !validConfig(config) || value != "y" && value != "m" && value != "n" {
			prefix := ""
			if where != "" {
				prefix = where + ": "
			}
			return nil, fmt.Errorf("%sdriver option %s: write NAME, +NAME, -NAME, or NAME=y, m or n", prefix, quote(o))
		}
		out = append(out, Setting{config, value[0], from})
	}
	return out, nil
}
