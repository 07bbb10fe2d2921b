package symbols

import "uk/manifest"

// FromManifest analyses the ELF files of an expanded manifest. What its
// [kernel] section says about symbols, dlsym and the C library replaces
// Options.Symbols, .DLSym and .Exported where it says something and opt does
// not: opt, which comes from the command line, goes first.
func FromManifest(m *manifest.Manifest, opt Options) (*Result, error) {
	opt.Symbols = append(append([]string(nil), opt.Symbols...), m.Kernel.Symbols...)
	if opt.DLSym == "" {
		mode, err := ParseDLSymMode(m.Kernel.Dlsym)
		if err != nil {
			return nil, err
		}
		opt.DLSym = mode
	}
	if m.Kernel.Libc == "image" {
		opt.Exported = nil
	}
	return Analyze(ManifestInputs(m), opt)
}

// ManifestInputs lists the files of an expanded manifest that come from the
// host.
func ManifestInputs(m *manifest.Manifest) []Input {
	var in []Input
	for i := range m.Entries {
		if e := &m.Entries[i]; e.Host != "" && !e.Dir && e.Link == "" && e.Data == nil {
			in = append(in, Input{Guest: e.Guest, Host: e.Host})
		}
	}
	return in
}
