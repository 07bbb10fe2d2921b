package launch

import (
	"io"
	"time"

	"uk.example/internal/guestview"
	"uk.example/internal/image"
	"uk.example/internal/profile"
	"uk.example/kvmboot"
)

// Profile is what a program was seen to do, see [Options]. Its methods write it.
type Profile struct {
	HZ int // samples a second

	stacks profile.Profile
}

// Total is the number of samples.
func (p *Profile) Total() int64 { return p.stacks.Total() }

// Duration is how long they were taken.
func (p *Profile) Duration() time.Duration { return p.stacks.Duration }

// WriteFolded writes a line for each stack: names from the outermost on, with ; between, and how often it was seen.
func (p *Profile) WriteFolded(w io.Writer) error { return p.stacks.WriteFolded(w) }

// WritePprof writes what go tool pprof reads.
func (p *Profile) WritePprof(w io.Writer) error { return p.stacks.WritePprof(w) }

// MaxHZ bounds Profile.HZ: each sample stops the guest for a tenth of a millisecond.
const MaxHZ = 2000

// takeProfile prepares cfg for samples into opt.Profile.
func takeProfile(im *image.Bundle, opt *Options, held *heldFiles, cfg *kvmboot.Config) error {
	p := opt.Profile
	if p == nil {
		return nil
	}
	if err := looksInside(im); err != nil {
		return err
	}
	p.stacks.Period = time.Second / time.Duration(max(p.HZ, 1))
	source := viewSource(im, held, cfg)
	notice := opt.Notice
	cfg.Inspect = append(cfg.Inspect, func(g *kvmboot.Guest) {
		v, err := guestview.New(g, source)
		if err != nil {
			if notice != nil {
				notice("profile: " + err.Error())
			}
			return
		}
		sample(g, v, &p.stacks)
	})
	return nil
}

// relist is how often the list of the program's libraries is read again.
const relist = 100 * time.Millisecond

// sample stops the guest again and again to see what its processors do.
func sample(g *kvmboot.Guest, v *guestview.View, p *profile.Profile) {
	p.Start = time.Now()
	defer func() { p.Duration = time.Since(p.Start) }()
	tick := time.NewTicker(p.Period)
	defer tick.Stop()
	var listed time.Time
	for {
		select {
		case <-g.Done():
			return
		case <-tick.C:
		}
		g.Stop()
		if time.Since(listed) > relist {
			v.Processors()
			v.Refresh(v.CurrentAuxv())
			listed = time.Now()
		}
		samples := v.Samples(nil)
		g.Continue()
		for _, s := range samples {
			frames := make([]profile.Frame, len(s.Stack))
			for i, f := range s.Stack {
				frames[i] = profile.Frame{Name: f.Name, Object: f.Object, PC: f.PC}
			}
			p.Add(frames)
		}
	}
}
