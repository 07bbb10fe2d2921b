package symbols

import (
	"strings"
	"sync"
)

// takesPath are the numbers of the system calls that name a file by its path.
var takesPath = sync.OnceValue(func() map[int64]bool {
	m := make(map[int64]bool)
	for _, n := range strings.Fields(`open openat openat2 creat stat lstat newfstatat statx access faccessat faccessat2 readlink
		readlinkat chdir chroot mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat mknod
		mknodat chmod fchmodat fchmodat2 chown lchown fchownat utime utimes utimensat futimesat truncate statfs mount umount2
		pivot_root swapon swapoff acct quotactl setxattr lsetxattr getxattr lgetxattr listxattr llistxattr removexattr lremovexattr
		inotify_add_watch fanotify_mark name_to_handle_at open_by_handle_at uselib execve execveat bind connect open_tree
		move_mount fspick mq_open mount_setattr`) {
		if nr, ok := SyscallNumber(n); ok {
			m[int64(nr)] = true
		}
	}
	return m
})

// ofRuntime reports whether the code at addr is of Go's runtime. As it opens
// files by names of its own, a program in which nothing else takes a path has
// no use for others.
func (c *code) ofRuntime(addr uint64) bool {
	p := goPackage(c.name(addr))
	return addr != 0 && (p == "runtime" || strings.HasPrefix(p, "internal/runtime/"))
}
