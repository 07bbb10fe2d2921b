package build

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"uk.example/internal/bounded"
	"uk.example/internal/cache"
	"uk.example/internal/facts"
	"uk.example/internal/image"
	"uk.example/internal/kits"
	"uk.example/internal/ownfolder"
	"uk.example/linker"
	"uk.example/symbols"
)

// maxCached is how many kernels the cache keeps; the least recently used go.
const maxCached = 256

// link makes the plan's kernel, or finds it in the cache.
func (p *Plan) link(ctx context.Context, kit *linker.Kit) (*linker.Result, error) {
	opt, names := p.linkOptions(kit)
	r, err := LinkCached(ctx, opt, names)
	if err == nil {
		for _, w := range r.Warnings {
			p.opt.warn(w)
		}
	}
	return r, err
}

// linkOptions says how the plan's kernel is linked, and which names its version
// script has: order and comments make no difference.
func (p *Plan) linkOptions(kit *linker.Kit) (opt linker.Options, names []string) {
	opt = linker.Options{
		Kit:       kit,
		Profile:   p.Manifest.Kernel.Profile,
		Settings:  p.drivers,
		Modules:   p.otherModules,
		Roots:     p.roots(),
		Syscalls:  p.syscallNames(kit.Syscalls),
		KeepDebug: p.opt.KeepDebug,
		Force:     p.opt.Force,
	}
	p.opt.traceCalls(&opt)
	if p.opt.VersionScript == "" {
		var script *symbols.Script
		script, opt.Optional = p.Symbols.Certain()
		opt.VersionScript = []byte(script.String())
		return opt, p.Symbols.Script().Globals()
	}
	opt.VersionScriptFile = p.opt.VersionScript
	text, err := bounded.ReadFile(p.opt.VersionScript, linker.MaxVersionScript)
	if err == nil {
		opt.VersionScript = text
	} // else the linker says what is wrong
	return opt, []string{string(text)}
}

// LinkCached links into the cache: a folder for each different request, inside
// which the linker itself decides whether anything changed.
func LinkCached(ctx context.Context, opt linker.Options, names []string) (*linker.Result, error) {
	key, err := json.Marshal([]any{opt.Kit.Dir, opt.Kit.Fingerprint, opt.Profile, opt.Settings, opt.Roots, opt.Syscalls, opt.KeepDebug, names, opt.Modules, opt.Trace != nil})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(key)
	kernels, err := cache.Dir(cache.Kernels)
	if err != nil {
		return nil, err
	}
	defer cache.Hold(kernels)()
	dir := filepath.Join(kernels, hex.EncodeToString(sum[:16]))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	opt.Output = filepath.Join(dir, image.KernelFile)
	r, err := linker.Link(ctx, opt)
	if err != nil {
		_ = os.Remove(dir) // only if nothing is in it
		return nil, cache.Full(err)
	}
	now := time.Now()
	_ = os.Chtimes(dir, now, now)
	if r.Relinked {
		ownfolder.Trim(kernels, maxCached)
		cache.SweepLinks(dir)
	}
	return r, nil
}

// facts is where what was found in large files is kept. It depends on the command and, for names, on the kit. nil: nowhere.
func (opt *Options) facts() *facts.Store {
	kit, err := kits.Find(opt.Kit)
	if err != nil {
		return nil
	}
	who := ""
	for _, name := range []string{"/proc/self/exe", filepath.Join(kit, "kit.json")} {
		fi, err := os.Stat(name)
		if err != nil {
			return nil
		}
		who += fmt.Sprintln(fi.Size(), fi.ModTime().UnixNano())
	}
	dir, err := cache.Kept(cache.Facts)
	if err != nil {
		return nil
	}
	return &facts.Store{Dir: dir, Who: who}
}
