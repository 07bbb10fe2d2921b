package kvmboot

import (
	"path/filepath"
	"slices"
	"unicode/utf8"
)

// paths are those of the host.
func (cfg *Config) paths() []*string {
	list := []*string{&cfg.Kernel, &cfg.Root}
	for i := range cfg.Drives {
		list = append(list, &cfg.Drives[i].Path)
	}
	for i := range cfg.Shares {
		list = append(list, &cfg.Shares[i].Path)
	}
	if cfg.Vsock != nil {
		list = append(list, &cfg.Vsock.Path)
	}
	if cfg.Card != nil {
		list = append(list, &cfg.Card.Socket)
	}
	return list
}

// Absolute makes every path of a configuration that is printed absolute: who uses what was printed may
// do so in another folder. It is called after normalize.
func (cfg *Config) Absolute() error {
	cfg.Drives, cfg.Shares = slices.Clone(cfg.Drives), slices.Clone(cfg.Shares)
	for _, p := range cfg.paths() {
		if *p == "" {
			continue
		}
		abs, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		*p = abs
	}
	return nil
}

// NotUTF8 returns a path that is no UTF-8, or "".
func (cfg *Config) NotUTF8() string {
	for _, p := range cfg.paths() {
		if !utf8.ValidString(*p) {
			return *p
		}
	}
	return ""
}
