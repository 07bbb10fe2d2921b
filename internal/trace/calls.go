package trace

// rows are the system calls whose arguments are shown by what they mean: number, name, the types of the arguments
// (types.go), and behind '=' the type of the result. Others are shown as numbers.
const rows = `
0 read fd outbuf size
1 write fd inbuf size
2 open path oflags openmode
3 close fd
4 stat path outstat
5 fstat fd outstat
6 lstat path outstat
7 poll pollfds uint int =poll
8 lseek fd off whence
9 mmap ptr size prot mmapflags fd hex =hex
10 mprotect ptr size prot
11 munmap ptr size
12 brk ptr =hex
13 rt_sigaction signal insigaction outsigaction size
14 rt_sigprocmask sighow insigset outsigset size
15 rt_sigreturn
16 ioctl fd request ioctlarg
17 pread64 fd outbuf size off
18 pwrite64 fd inbuf size off
19 readv fd outiov int
20 writev fd iniov int
21 access path accessmode
22 pipe outfds
23 select int ptr ptr ptr intimeval
24 sched_yield
25 mremap ptr size size mremapflags ptr =hex
26 msync ptr size msyncflags
27 mincore ptr size ptr
28 madvise ptr size advice
29 shmget int size hex
30 shmat int ptr hex =hex
31 shmctl int int ptr
32 dup fd
33 dup2 fd fd
34 pause
35 nanosleep intimespec outtimespec
36 getitimer itimer outitimerval
37 alarm uint
38 setitimer itimer initimerval outitimerval
39 getpid
40 sendfile fd fd inoutoff size
41 socket domain socktype protocol
42 connect fd insockaddr uint
43 accept fd outsockaddr outlen
44 sendto fd inbuf size msgflags insockaddr uint
45 recvfrom fd outbuf size msgflags outsockaddr outlen
46 sendmsg fd inmsg msgflags
47 recvmsg fd outmsg msgflags
48 shutdown fd shuthow
49 bind fd insockaddr uint
50 listen fd int
51 getsockname fd outsockaddr outlen
52 getpeername fd outsockaddr outlen
53 socketpair domain socktype protocol outfds
54 setsockopt fd solevel soname inopt uint
55 getsockopt fd solevel soname outopt outlen
56 clone cloneflags ptr ptr ptr ptr
57 fork
58 vfork
59 execve path strings ptr
60 exit int
61 wait4 int outint waitflags ptr
62 kill int signal
63 uname oututsname
72 fcntl fd fcntlcmd fcntlarg =fcntl
73 flock fd flockop
74 fsync fd
75 fdatasync fd
76 truncate path off
77 ftruncate fd off
78 getdents fd ptr size
79 getcwd outbuf size
80 chdir path
81 fchdir fd
82 rename path path
83 mkdir path mode
84 rmdir path
85 creat path mode
86 link path path
87 unlink path
88 symlink path path
89 readlink path outbuf size
90 chmod path mode
91 fchmod fd mode
92 chown path int int
93 fchown fd int int
94 lchown path int int
95 umask mode =mode
96 gettimeofday outtimeval ptr
97 getrlimit rlimit outrlimit
98 getrusage who outrusage
99 sysinfo outsysinfo
102 getuid
104 getgid
105 setuid int
106 setgid int
107 geteuid
108 getegid
109 setpgid int int
110 getppid
111 getpgrp
112 setsid
117 setresuid int int int
119 setresgid int int int
121 getpgid int
124 getsid int
127 rt_sigpending outsigset size
128 rt_sigtimedwait insigset outsiginfo intimespec size
129 rt_sigqueueinfo int signal insiginfo
130 rt_sigsuspend insigset size
131 sigaltstack instack outstack
132 utime path ptr
137 statfs path outstatfs
138 fstatfs fd outstatfs
140 getpriority int int
141 setpriority int int int
157 prctl prctlop hex hex hex hex
158 arch_prctl archop ptr
160 setrlimit rlimit inrlimit
161 chroot path
162 sync
165 mount path path path mountflags ptr
166 umount2 path hex
186 gettid
187 readahead fd off size
188 setxattr path path inbuf size hex
189 lsetxattr path path inbuf size hex
190 fsetxattr fd path inbuf size hex
191 getxattr path path outbuf size
192 lgetxattr path path outbuf size
193 fgetxattr fd path outbuf size
194 listxattr path outbuf size
195 llistxattr path outbuf size
196 flistxattr fd outbuf size
197 removexattr path path
198 lremovexattr path path
199 fremovexattr fd path
200 tkill int signal
202 futex ptr futexop uint intimespecfutex futexaddr futexbits
203 sched_setaffinity int size incpus
204 sched_getaffinity int size outcpus
213 epoll_create int
217 getdents64 fd direntries size
218 set_tid_address ptr
221 fadvise64 fd off size fadvice
222 timer_create clock ptr outint
223 timer_settime int hex initimerspec outitimerspec
224 timer_gettime int outitimerspec
225 timer_getoverrun int
226 timer_delete int
227 clock_settime clock intimespec
228 clock_gettime clock outtimespec
229 clock_getres clock outtimespec
230 clock_nanosleep clock hex intimespec outtimespec
231 exit_group int
232 epoll_wait fd outepoll int int
233 epoll_ctl fd epollop fd inepoll
234 tgkill int int signal
235 utimes path intimevals
247 waitid int int outsiginfo waitflags ptr
253 inotify_init
254 inotify_add_watch fd path hex
255 inotify_rm_watch fd int
257 openat dirfd path oflags openmode
258 mkdirat dirfd path mode
259 mknodat dirfd path mode hex
260 fchownat dirfd path int int atflags
261 futimesat dirfd path intimevals
262 newfstatat dirfd path outstat atflags
263 unlinkat dirfd path atflags
264 renameat dirfd path dirfd path
265 linkat dirfd path dirfd path atflags
266 symlinkat path dirfd path
267 readlinkat dirfd path outbuf size
268 fchmodat dirfd path mode
269 faccessat dirfd path accessmode
270 pselect6 int ptr ptr ptr intimespec ptr
271 ppoll pollfds uint intimespec insigset size =poll
273 set_robust_list ptr size
274 get_robust_list int ptr ptr
275 splice fd ptr fd ptr size hex
276 tee fd fd size hex
277 sync_file_range fd off off hex
278 vmsplice fd iniov int hex
280 utimensat dirfd path intimespecs atflags
281 epoll_pwait fd outepoll int int insigset size
282 signalfd int insigset size
283 timerfd_create clock fdflags
284 eventfd uint
285 fallocate fd hex off off
286 timerfd_settime fd hex initimerspec outitimerspec
287 timerfd_gettime fd outitimerspec
288 accept4 fd outsockaddr outlen sockflags
289 signalfd4 int insigset size fdflags
290 eventfd2 uint efdflags
291 epoll_create1 epollflags
292 dup3 fd fd fdflags
293 pipe2 outfds fdflags
294 inotify_init1 fdflags
295 preadv fd outiov int off
296 pwritev fd iniov int off
302 prlimit64 int rlimit inrlimit outrlimit
306 syncfs fd
309 getcpu outint outint ptr
314 sched_setattr int ptr hex
315 sched_getattr int ptr size hex
316 renameat2 dirfd path dirfd path hex
317 seccomp int hex ptr
318 getrandom outrandom size grndflags
319 memfd_create path hex
324 membarrier hex hex int
326 copy_file_range fd inoutoff fd inoutoff size hex
327 preadv2 fd outiov int off hex
328 pwritev2 fd iniov int off hex
332 statx dirfd path statxflags statxmask outstatx
334 rseq ptr hex hex hex
424 pidfd_send_signal fd signal ptr hex
434 pidfd_open int hex
435 clone3 inclone size
436 close_range fd fd hex
437 openat2 dirfd path inopenhow size
439 faccessat2 dirfd path accessmode atflags
441 epoll_pwait2 fd outepoll int intimespec insigset size
`

// sets are strace's classes of calls (strace(1), -e trace=).
var sets = map[string]string{
	"file": "open stat lstat access truncate chdir rename mkdir rmdir creat link unlink symlink readlink chmod chown lchown utime mknod statfs " +
		"chroot mount umount2 execve setxattr lsetxattr getxattr lgetxattr listxattr llistxattr removexattr lremovexattr utimes " +
		"inotify_add_watch openat mkdirat mknodat fchownat futimesat newfstatat unlinkat renameat linkat symlinkat readlinkat fchmodat " +
		"faccessat utimensat renameat2 execveat statx openat2 faccessat2 getcwd swapon swapoff acct quotactl pivot_root uselib name_to_handle_at fanotify_mark fchmodat2",
	"network": "sendfile socket connect accept sendto recvfrom sendmsg recvmsg shutdown bind listen getsockname getpeername socketpair " +
		"setsockopt getsockopt accept4 recvmmsg sendmmsg",
	"desc": "read write open close fstat poll lseek mmap ioctl pread64 pwrite64 readv writev pipe select dup dup2 sendfile socket connect accept sendto " +
		"recvfrom sendmsg recvmsg shutdown bind listen getsockname getpeername socketpair setsockopt getsockopt fcntl flock fsync fdatasync ftruncate getdents fchdir creat fchmod " +
		"fchown fstatfs readahead fsetxattr fgetxattr flistxattr fremovexattr epoll_create getdents64 fadvise64 epoll_wait epoll_ctl " +
		"inotify_init inotify_add_watch inotify_rm_watch openat mkdirat mknodat fchownat futimesat newfstatat unlinkat renameat linkat " +
		"symlinkat readlinkat fchmodat faccessat pselect6 ppoll splice tee sync_file_range vmsplice utimensat epoll_pwait signalfd " +
		"timerfd_create eventfd fallocate timerfd_settime timerfd_gettime accept4 signalfd4 eventfd2 epoll_create1 dup3 pipe2 " +
		"inotify_init1 preadv pwritev recvmmsg syncfs sendmmsg renameat2 memfd_create copy_file_range preadv2 pwritev2 statx pidfd_send_signal " +
		"pidfd_open close_range openat2 pidfd_getfd faccessat2 epoll_pwait2 mq_open mq_timedsend mq_timedreceive mq_notify mq_getsetattr execveat name_to_handle_at open_by_handle_at fchmodat2",
	"process": "clone fork vfork execve exit wait4 kill rt_sigqueueinfo exit_group tgkill tkill waitid unshare rt_tgsigqueueinfo execveat pidfd_send_signal pidfd_open clone3 setns kcmp arch_prctl",
	"signal": "rt_sigaction rt_sigprocmask rt_sigreturn pause kill rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_sigsuspend sigaltstack " +
		"tkill tgkill signalfd signalfd4 rt_tgsigqueueinfo pidfd_send_signal",
	"memory": "mmap mprotect munmap brk mremap msync mincore madvise shmat shmdt mlock munlock mlockall munlockall remap_file_pages mbind " +
		"set_mempolicy get_mempolicy migrate_pages move_pages mlock2 pkey_mprotect io_uring_register process_madvise memfd_secret",
	"ipc":   "shmget shmat shmctl semget semop semctl shmdt msgget msgsnd msgrcv msgctl semtimedop",
	"clock": "gettimeofday settimeofday adjtimex time clock_settime clock_gettime clock_getres clock_adjtime",
	"creds": "getuid getgid setuid setgid geteuid getegid setreuid setregid getgroups setgroups setresuid getresuid setresgid getresgid setfsuid setfsgid capget capset prctl",
	"pure":  "getpid getppid gettid getuid getgid geteuid getegid getpgrp",
}
