package report

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"

	"uk.example/linker"
)

// Saving is what a kernel has less, in bytes, without one of its exported symbols. It is negative where what
// takes the symbol's place is larger.
type Saving struct {
	File   int64 `json:"file"`   // of the kernel's file; 0 in an estimate
	Memory int64 `json:"memory"` // of its sections in memory
	// Estimate says why no kernel was linked without the symbol, and Memory is what the link map lets expect.
	Estimate string `json:"estimate,omitempty"`
}

// Exports reports whether the kernel has the dynamic symbol.
func (k *Kernel) Exports(name string) bool { return slices.Contains(k.Map.Symbols, name) }

// Saving links the kernel without an exported symbol, if there is a kit that makes it, and else estimates.
func (k *Kernel) Saving(ctx context.Context, kit *linker.Kit, noKit error, symbol string) (*Saving, error) {
	err := noKit
	var t *linker.Trial
	if err == nil {
		t, err = linker.NewTrial(ctx, kit, k.Map)
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		n, gerr := k.estimate(symbol)
		return &Saving{Memory: n, Estimate: err.Error()}, gerr
	}
	e, err := t.Saves(ctx, symbol)
	return &Saving{File: e.File, Memory: e.Memory}, err
}

// estimate is what the references of the link map let expect.
func (k *Kernel) estimate(symbol string) (int64, error) {
	g, err := k.graph()
	if err != nil {
		return 0, err
	}
	all, _ := g.reach(k, func(root) bool { return true })
	left, _ := g.reach(k, func(r root) bool { return r.kind != linker.KeepSymbol || r.name != symbol })
	return all - left + dynamicEntries(k.Map.Symbols)[slices.Index(k.Map.Symbols, symbol)], nil
}

// CountExactly links the kernel without each of its exported symbols in turn, on all processors, and puts
// what that saves instead of the estimates. Progress may be nil.
func (r *Report) CountExactly(ctx context.Context, k *Kernel, kit *linker.Kit, progress func(done, all int)) error {
	t, err := linker.NewTrial(ctx, kit, k.Map)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	list := r.Sizes.Symbols
	var lock sync.Mutex
	var workers sync.WaitGroup
	next := 0
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for {
				lock.Lock()
				i := next
				next++
				if i < len(list) && progress != nil {
					progress(i, len(list))
				}
				lock.Unlock()
				if i >= len(list) || ctx.Err() != nil {
					return
				}
				e, err := t.Saves(ctx, list[i].Name)
				if err != nil {
					cancel(err)
					return
				}
				list[i].Alone, list[i].File = e.Memory, &e.File
			}
		})
	}
	workers.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	r.Sizes.Exact = true
	slices.SortStableFunc(list, func(a, b CauseCost) int { return cmp.Compare(b.Alone, a.Alone) })
	return nil
}
