package linker

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"uk.example/internal/badoption"
)

// Selected is a driver that a profile puts into an image, and why.
type Selected struct {
	*Driver
	Value byte   // 'y': built in, 'm': a module
	Why   string // "virtio-mmio.conf:4", "needed by CONFIG_VIRTIO_BLK (...)", ...
	By    string // config name of what brought it in; "" if a line or a default did
}

// Resolution is what a profile and its changes come to.
type Resolution struct {
	Selected []Selected // sorted by name
	Warnings []string   // settings without effect, one line each
	Settings []Setting  // the lines that counted, under full config names
}

// Find returns the driver if it is selected, or nil.
func (r *Resolution) Find(config string) *Selected {
	for i := range r.Selected {
		if r.Selected[i].Config == config {
			return &r.Selected[i]
		}
	}
	return nil
}

// Value returns 'y', 'm' or 'n'.
func (r *Resolution) Value(config string) byte {
	if s := r.Find(config); s != nil {
		return s.Value
	}
	return 'n'
}

// Dependents returns the config names of what is selected and cannot do without
// config.
func (r *Resolution) Dependents(config string) []string {
	gone := []string{config}
	for i := 0; i < len(gone); i++ {
		for _, s := range r.Selected {
			lost := func(n need) bool {
				return !slices.ContainsFunc(n.alternatives, func(c string) bool { return r.Find(c) != nil && !slices.Contains(gone, c) })
			}
			if !slices.Contains(gone, s.Config) && slices.ContainsFunc(s.needs(), lost) {
				gone = append(gone, s.Config)
			}
		}
	}
	return gone[1:]
}

// Lower returns the settings that make config 'm' or 'n', and what cannot do
// without it as much as that allows.
func (r *Resolution) Lower(config string, value byte, where string) []Setting {
	out := []Setting{{config, value, where}}
	gone := map[string]bool{}
	dependents := r.Dependents(config)
	for _, c := range dependents {
		if value == 'n' || r.Find(c).Type == TypeBool { // which a module cannot serve
			for _, c := range append(r.Dependents(c), c) {
				gone[c] = true
			}
		}
	}
	for _, c := range dependents {
		if gone[c] {
			out = append(out, Setting{c, 'n', where})
		} else if rank(r.Value(c)) > rank(value) {
			out = append(out, Setting{c, value, where})
		}
	}
	return out
}

var errNoDriver = errors.New("no driver")

// rank orders values: n < m < y.
func rank(v byte) int { return strings.IndexByte("nmy", v) }

// Contradiction is the error that a line forbids what another needs.
type Contradiction struct {
	Line    Setting   // needs something
	Against []Setting // forbid it
	Any     bool      // one of several would do
	msg     string
}

func (e *Contradiction) Error() string { return e.msg }

// resolver works out values. They only grow: from nothing, by the lines that
// set something to y or m, by what these need, by defaults.
type resolver struct {
	kit    *Kit
	lines  map[string]Setting // what was said explicitly
	chosen map[string]*Selected
	// Needs of the form "A || B" wait until everything else is known, so that
	// they can be met by what is selected anyway.
	waiting []anyNeed
}

type anyNeed struct {
	alternatives []string
	value        byte
	from         *Driver
	why          Setting // line behind it
}

// Resolve works out which drivers an image gets. The settings take the place of
// the profile's lines, later ones that of earlier ones. What is y pulls in what
// it depends on and selects as y, what is m as m at least. A line that forbids
// what another needs is an error that names both.
func (k *Kit) Resolve(p *Profile, settings []Setting) (*Resolution, error) {
	r, err := k.resolve(p, settings)
	var no *Contradiction
	if errors.As(err, &no) && (no.Line.isOption() || slices.ContainsFunc(no.Against, func(s Setting) bool { return s.isOption() })) {
		return nil, &badoption.Error{Option: optionDrivers, Err: err}
	}
	if err == nil && len(r.Warnings) > maxWarnings {
		rest := len(r.Warnings) - maxWarnings
		r.Warnings = append(r.Warnings[:maxWarnings], fmt.Sprintf("%d settings more have no effect", rest))
	}
	return r, err
}

// maxWarnings is how many settings without effect are told of one by one.
const maxWarnings = 20

// optionDrivers is the field of options in which settings come.
const optionDrivers = "Drivers"

// badSetting is the error err of the setting s.
func badSetting(s *Setting, err error) error {
	err = fmt.Errorf("%s: %w", s.Where, err)
	if s.isOption() {
		return &badoption.Error{Option: optionDrivers, Err: err}
	}
	return err
}

func (k *Kit) resolve(p *Profile, settings []Setting) (*Resolution, error) {
	r := &resolver{kit: k, lines: map[string]Setting{}, chosen: map[string]*Selected{}}
	res := &Resolution{}
	var order []string // of first mention, so that errors do not depend on map order
	for i, s := range slices.Concat(p.Settings, settings) {
		d, err := k.find(s.Config, i >= len(p.Settings))
		if err != nil {
			if s.Value == 'n' && errors.Is(err, errNoDriver) { // left out as asked
				res.Warnings = append(res.Warnings, fmt.Sprintf("%s: no driver CONFIG_%s in the kit: the line has no effect", s.Where, shorten(s.Config)))
				continue
			}
			return nil, badSetting(&s, err)
		}
		if s.Config = d.Config; s.Value == 'm' && d.Type == TypeBool {
			return nil, badSetting(&s, fmt.Errorf("CONFIG_%s=m: it cannot be a module: %suse y or n", s.Config, d.reason(": ")))
		}
		if _, ok := r.lines[s.Config]; !ok {
			order = append(order, s.Config)
		}
		r.lines[s.Config] = s
	}
	for _, c := range order {
		res.Settings = append(res.Settings, r.lines[c])
	}
	// y before m: what is needed as y is known when an m asks for it.
	for _, value := range []byte("ym") {
		for _, c := range order {
			if s := r.lines[c]; s.Value == value {
				if err := r.take(c, value, s, s.Where, ""); err != nil {
					return nil, err
				}
			}
		}
	}
	if err := r.settleWaiting(); err != nil {
		return nil, err
	}
	if !p.NoDefaults {
		if err := r.defaults(); err != nil {
			return nil, err
		}
	}
	for i := range k.Drivers {
		if s := r.chosen[k.Drivers[i].Config]; s != nil {
			res.Selected = append(res.Selected, *s)
		}
	}
	slices.SortFunc(res.Selected, func(a, b Selected) int { return strings.Compare(a.Name, b.Name) })
	return res, nil
}

// take selects config as value at least, and what that needs. line is the
// setting behind it, for messages.
func (r *resolver) take(config string, value byte, line Setting, why, by string) error {
	d := r.kit.byConfig[config]
	if d == nil {
		return fmt.Errorf("%s: CONFIG_%s=%c needs CONFIG_%s, which the kit lacks: rebuild the kit with `make kit`", line.Where, line.Config, line.Value, config)
	}
	if value = d.atLeast(value); rank(value) <= rank(r.value(config)) {
		return nil
	}
	if err := r.forbidden(config, value, line, by); err != nil {
		return err
	}
	if s, ok := r.lines[config]; ok && s.Value == value { // a line of its own says more
		why, by = s.Where, ""
	}
	r.chosen[config] = &Selected{Driver: d, Value: value, Why: why, By: by}
	for _, n := range d.needs() {
		if len(n.alternatives) > 1 {
			r.waiting = append(r.waiting, anyNeed{n.alternatives, value, d, line})
			continue
		}
		if err := r.take(n.alternatives[0], value, line, n.why(d, line), config); err != nil {
			return err
		}
	}
	return nil
}

// NoModule is the error of a driver that cannot be a module, with the reason.
func (d *Driver) NoModule() error {
	return errors.New(strings.TrimSuffix("CONFIG_"+d.Config+" cannot be a module: "+d.reason(""), ": "))
}

// reason is why the driver cannot be a module, and behind it end, or "".
func (d *Driver) reason(end string) string {
	if d.BuiltIn == "" {
		return ""
	}
	return d.BuiltIn + end
}

// atLeast is the smallest value that d can have and that is not below v.
func (d *Driver) atLeast(v byte) byte {
	if v == 'm' && d.Type == TypeBool {
		return 'y'
	}
	return v
}

type need struct {
	alternatives []string
	verb         string // "needed" or "selected"
}

func (n need) why(by *Driver, line Setting) string {
	return fmt.Sprintf("%s by CONFIG_%s (%s)", n.verb, by.Config, line.Where)
}

func (d *Driver) needs() []need {
	var out []need
	for _, term := range d.Depends {
		out = append(out, need{Alternatives(term), "needed"})
	}
	for _, s := range d.Selects {
		out = append(out, need{[]string{s}, "selected"})
	}
	return out
}

// value is what config has so far.
func (r *resolver) value(config string) byte {
	if s := r.chosen[config]; s != nil {
		return s.Value
	}
	return 'n'
}

// forbidden says which line keeps config from having value, if one does.
func (r *resolver) forbidden(config string, value byte, line Setting, by string) error {
	s, ok := r.lines[config]
	if !ok || rank(s.Value) >= rank(value) {
		return nil
	}
	through := ""
	if by != line.Config && by != "" {
		through = " (through CONFIG_" + by + ")"
	}
	as := ""
	if s.Value == 'm' {
		as = " built in"
	}
	return &Contradiction{line, []Setting{s}, false, fmt.Sprintf("%s: CONFIG_%s=%c needs CONFIG_%s%s%s, but %s sets it to %c: change one of the two",
		line.Where, line.Config, line.Value, config, as, through, s.Where, s.Value)}
}

// settleWaiting meets the needs that have alternatives. What is selected already
// meets them; else the first alternative is taken, unless a line speaks of one of
// them: then it is not for us to choose another.
func (r *resolver) settleWaiting() error {
	for len(r.waiting) > 0 {
		n := r.waiting[0]
		r.waiting = r.waiting[1:]
		if slices.ContainsFunc(n.alternatives, func(c string) bool { return rank(r.value(c)) >= rank(n.value) }) {
			continue
		}
		spoken := func(c string) bool { _, ok := r.lines[c]; return ok }
		i := slices.IndexFunc(n.alternatives, func(c string) bool { return r.against(c, n.value) == nil })
		if i < 0 || slices.ContainsFunc(n.alternatives, spoken) {
			return r.noAlternative(n)
		}
		why := need{verb: "needed"}.why(n.from, n.why)
		if err := r.take(n.alternatives[i], n.value, n.why, why, n.from.Config); err != nil {
			return err
		}
	}
	return nil
}

func (r *resolver) noAlternative(n anyNeed) error {
	var against []string
	var lines []Setting
	fix := "change one of them"
	for _, c := range n.alternatives {
		if s := r.against(c, n.value); s != nil {
			lines = append(lines, *s)
			against = append(against, fmt.Sprintf("%s sets CONFIG_%s to %c", s.Where, s.Config, s.Value))
		} else {
			fix = fmt.Sprintf("change it, or add CONFIG_%s=%c", c, n.value)
		}
	}
	as := ""
	if slices.ContainsFunc(lines, func(s Setting) bool { return s.Value == 'm' }) {
		as = " built in"
	}
	return &Contradiction{n.why, lines, true, fmt.Sprintf("%s: CONFIG_%s=%c needs CONFIG_%s%s, but %s: %s",
		n.why.Where, n.why.Config, n.why.Value, strings.Join(n.alternatives, " or CONFIG_"), as, strings.Join(against, " and "), fix)}
}

// against returns a line that keeps config from having value: one for config
// itself, or for what it needs. There is none if config can have the value.
func (r *resolver) against(config string, value byte) *Setting {
	type question struct {
		config string
		value  byte
	}
	known := map[question]*Setting{} // what is being asked is held to be possible
	var ask func(string, byte) *Setting
	ask = func(config string, value byte) *Setting {
		d := r.kit.byConfig[config]
		if d == nil {
			return &Setting{config, 'n', "the kit"}
		}
		value = d.atLeast(value)
		q := question{config, value}
		if answer, ok := known[q]; ok || rank(r.value(config)) >= rank(value) {
			return answer
		}
		if s, ok := r.lines[config]; ok && rank(s.Value) < rank(value) {
			return &s
		}
		known[q] = nil
		for _, n := range d.needs() {
			var line *Setting
			for _, c := range n.alternatives {
				if line = ask(c, value); line == nil {
					break
				}
			}
			if line != nil {
				known[q] = line
			}
		}
		return known[q]
	}
	return ask(config, value)
}

// defaults gives the drivers that no line mentions their default value. A
// default brings in what its driver selects, but never what it depends on, and
// never overrules a line.
func (r *resolver) defaults() error {
	for changed := true; changed; {
		changed = false
		for i := range r.kit.Drivers {
			d := &r.kit.Drivers[i]
			if _, said := r.lines[d.Config]; said {
				continue
			}
			value := r.defaultOf(d)
			if rank(value) <= rank(r.value(d.Config)) || r.against(d.Config, value) != nil {
				continue
			}
			line := Setting{d.Config, value, d.Where}
			if err := r.take(d.Config, value, line, "default ("+d.Where+")", ""); err != nil {
				return err
			}
			if err := r.settleWaiting(); err != nil {
				return err
			}
			changed = true
		}
	}
	return nil
}

// defaultOf is the value of the first default whose condition holds, as far as
// what the driver depends on allows it.
func (r *resolver) defaultOf(d *Driver) byte {
	for _, def := range d.Defaults {
		if slices.ContainsFunc(def.If, func(c string) bool { return r.value(c) == 'n' }) {
			continue
		}
		value := def.Value[0]
		for _, term := range d.Depends {
			best := byte('n')
			for _, c := range Alternatives(term) {
				if v := r.value(c); rank(v) > rank(best) {
					best = v
				}
			}
			if rank(best) < rank(value) {
				value = best
			}
		}
		if value == 'm' && d.Type == TypeBool {
			value = 'n'
		}
		return value
	}
	return 'n'
}

// Find returns the driver of a name that is written as in [ParseDrivers].
func (k *Kit) Find(name string) (*Driver, error) {
	s, err := ParseDrivers(name, "")
	if err != nil || len(s) != 1 || strings.ContainsAny(name, "=+, \t") {
		return nil, fmt.Errorf("%s is no driver's name: write CONFIG_NAME, or a short form of it", quote(name))
	}
	return k.find(s[0].Config, true)
}

// Dependents returns the drivers that cannot do without config: a chain of needs
// without alternatives leads from them to it.
func (k *Kit) Dependents(config string) []*Driver {
	found := map[string]bool{config: true}
	var out []*Driver
	for again := true; again; {
		again = false
		for i := range k.Drivers {
			d := &k.Drivers[i]
			if !found[d.Config] && slices.ContainsFunc(d.needs(), func(n need) bool { return len(n.alternatives) == 1 && found[n.alternatives[0]] }) {
				found[d.Config], again = true, true
				out = append(out, d)
			}
		}
	}
	return out
}

// find returns the driver with a config name, or, if short forms are allowed,
// the one that name is short for: without VIRTIO_, or the end of one name only.
func (k *Kit) find(name string, short bool) (*Driver, error) {
	if d := k.byConfig[name]; d != nil {
		return d, nil
	}
	var found []string
	if d := k.byConfig["VIRTIO_"+name]; short && d != nil {
		return d, nil
	}
	for c := range k.byConfig {
		if short && strings.HasSuffix(c, "_"+name) {
			found = append(found, c)
		}
	}
	slices.Sort(found)
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("%w CONFIG_%s in the kit: it has %s", errNoDriver, shorten(name), strings.Join(k.configNames(), ", "))
	case 1:
		return k.byConfig[found[0]], nil
	}
	return nil, fmt.Errorf("%s may be CONFIG_%s: write the whole name", shorten(name), strings.Join(found, " or CONFIG_"))
}

func shorten(name string) string {
	const most = 60
	if len(name) > most {
		return name[:most] + "..."
	}
	return name
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
