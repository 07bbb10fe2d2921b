package explain

import "context"

// step tells that a step begins, unless ctx has ended.
func step(ctx context.Context, progress func(string), name string) error {
	if progress != nil {
		progress(name)
	}
	return ctx.Err()
}
