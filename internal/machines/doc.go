// Package machines keeps the machines of this user that have a name: those that run detached, and those in the
// foreground that were given one.
//
// A machine is a folder below the user's runtime folder ([Open] says where), which its runner fills and holds a
// lock in for as long as it lives. Nothing else tells that a machine runs: a process id may be another's by
// now, and a lock ends with its process, however that ends. What is in a folder is this user's own and the runner's;
// a runner that its guest took over may write anything there, so that readers trust no length and no path of it.
//
//	lock          held by the runner, or by the supervisor of one that is started again
//	machine.json  how it was started (Record); it never changes
//	state         how it is (State): JSON, filled up to StateSize, so that the last one fits on a full disk
//	log.0, log.1  what the program wrote (Log), the newer one of which grows
//	control.sock  where the runner answers (Request)
//
// docs/machines.md describes what of it others may rely on.
package machines
