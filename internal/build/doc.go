// Package build makes images. [Resolve] lists the files of one, [Plan.Analyze]
// finds out which symbols and system calls its kernel must have, and [Build]
// links that kernel, or takes it from the cache, packs the files, and puts the
// finished folder in its place. [Pack] and [Link] do parts of it, [AddModules] and
// [RemoveModules] change an image that is there.
//
// Programs and manifests may be hostile: none is run, and what is wrong with one is
// an error of one line.
package build
