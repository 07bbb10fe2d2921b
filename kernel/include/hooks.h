/* What parts of the kernel offer those that know no more of them, grouped by the file that defines it: functions that are
 * OPTIONAL where they are called, and those that assembly and musl call. */
#ifndef HOOKS_H
#define HOOKS_H

#include <stdarg.h>
#include "types.h"

struct block_device;
struct cpu;
struct elf_file;
struct file;
struct iovec;
struct iovs;
struct list;
struct module;
struct mount;
struct regs;
struct rofs2_inode;
struct rofs_xattr;
struct scope;
struct siginfo;
struct text;
struct thread;
struct timespec;
struct vma;
struct vnode;
struct vnode_ops;
struct waitq;

/* arch/x86_64/boot_params.c */
phys_t boot_params_read(phys_t params);

/* arch/x86_64/lapic.c */
void lapic_enable(void);

/* arch/x86_64/power_off.c */
void power_off(u64 kind, u64 value);

/* arch/x86_64/signal_frame.c */
bool signal_fault(struct regs *r, int sig, int code, u64 addr);
noreturn void signal_kill(const struct regs *r, int sig);
void signal_no_restart(void);

/* arch/x86_64/smp.c */
noreturn void ap_main(struct cpu *c);
noreturn void idle_loop(void *unused);
bool kick_idle_cpu(const struct thread *t);
void smp_poll(void);
void smp_start(void);
void smp_wait(u32 *lock);
void tlb_flush_others(void);

/* arch/x86_64/upcall.c */
void upcall(struct regs *r);

/* boot/modules.c */
void modules_print(void);

/* core/mm/clean.c */
u64 vm_unmap_clean(u64 pages);

/* core/mm/lost.c */
void user_lost_page(struct regs *r, u64 addr);
long user_lost_result(long result);
void user_lost_step(struct regs *r);

/* core/mm/vma.c */
long vm_discard(u64 addr, u64 len);

/* core/process/uts.c */
const char *hostname_get(void);

/* core/signal/after_lock.c */
void signal_after_lock(void);
void signal_here_deliver(struct regs *r);

/* core/signal/host.c */
int host_signals(void);

/* core/signal/send.c */
void signal_inherit(struct thread *child);
u64 signal_process_pending(void);

/* core/signal/timers.c */
void itimer_expire(ns_t now);
ns_t itimer_next(void);

/* core/thread/create.c */
void thread_began(void);
struct thread *thread_new(const struct regs *r, const char *name);

/* core/thread/exit.c */
u64 kstack_alloc(void);
void kstack_free(u64 base);
void thread_reap(void);

/* core/thread/fair.c */
void sched_enqueue(struct list *queue, struct thread *t);
void sched_slice_over(void);

/* core/thread/sched.c */
struct thread *sched_make_idle(struct cpu *c);
bool sched_others_ready(void);

/* core/thread/spin.c */
void spin_yielded(void);

/* drivers/acpi_madt.c */
void acpi_ioapic_init(void);
unsigned firmware_cpus(u32 *ids, unsigned max);
u32 isa_line(u8 irq);

/* drivers/acpi_power.c */
void acpi_power_init(void);
void acpi_power_off(void);

/* drivers/i8042.c */
void i8042_reset(void);

/* drivers/pvpanic.c */
void pvpanic_tell(u64 kind);

/* drivers/root_partition.c */
struct block_device *root_part(struct block_device *whole);

/* elf/dlclose.c */
void uk_pin_module(void *address);

/* elf/dlopen.c */
bool undefined_in_dlopen(const struct module *m, const char *name, const char *version);

/* elf/dynamic.c */
u64 dynamic_main(u64 *sp);

/* elf/exec_stack.c */
int stack_exec_prot(const struct elf_file *program);
bool stack_for_library(const struct elf_file *f);
bool uk_stacks_executable(void);

/* elf/find_object.c */
void find_object_forget(void);

/* elf/init.c */
void preinit_run(struct module *m);
void uk_run_main_init(int argc, char **argv, char **envp);

/* elf/load_file.c */
struct module *load_file(const char *name, struct module *needed_by, bool noload);
bool load_filtees(struct module *m);
void load_preloads(struct module ***list, unsigned *count);
void scope_filter(struct scope *s);

/* elf/replacement.c */
int uk_replacement(const char *name, u64 *to);

/* elf/through.c */
void through_kernel(void);

/* elf/tls_block.c */
void thread_exit_tls(void);
const char *tlsdesc_entry(void);

/* fs/accessed.c */
void link_followed(struct vnode *link);

/* fs/constant_paths.c */
void path_mounts(void);

/* fs/epoll.c */
void epoll_forget(struct file *f);

/* fs/inotify/inotify.c */
void inotify_info(struct text *t, struct file *f);

/* fs/memfd.c */
long memfd_fcntl(struct file *f, int cmd, u32 seals);
bool memfd_no_mode(struct vnode *v, u32 mode);
bool memfd_no_write_map(struct vnode *v);
bool memfd_sealed(struct vnode *v, u64 new_size, bool writes);

/* fs/no_write.c */
bool map_no_write_at(u64 addr, u64 len);

/* fs/overlay/root.c */
struct mount *overlay_root(struct mount *lower);

/* fs/pipe.c */
int fifo_open(struct vnode *v, struct file *f);
void fifo_release(struct vnode *v);
long pipe_fcntl(struct file *f, bool set, u32 size);

/* fs/proc/io_total.c */
long io_counted(long result, bool write);

/* fs/procfs.c */
bool proc_is_process(const struct vnode *v);
int proc_no_write(const struct vnode *v);

/* fs/pty/proc.c */
const char *pty_drivers(void);

/* fs/ramfs.c */
int ram_special_open(struct vnode *v, struct file *f);

/* fs/readonly.c */
void readonly_tell(u64 value);

/* fs/rofs2.c */
bool rofs_has_xattrs(struct vnode *v);
int rofs_xattr_next(struct vnode *v, struct rofs_xattr *x);
int rofs_xattr_value(const struct rofs_xattr *x, void *value);

/* fs/rofs2_holes.c */
const struct vnode_ops *rofs2_holes(struct vnode *v, const struct rofs2_inode *in);

/* fs/socket_vector.c */
long socket_readv(struct file *f, const struct iovec *v, u32 n, size_t total);
long socket_writev(struct file *f, const struct iovec *v, u32 n, size_t total);

/* fs/write_back.c */
int map_write_back(u64 addr, u64 len, bool sync);

/* lib/panic.c */
void regs_print(const struct regs *r);

/* lib/print.c */
void kvprintf(const char *f, va_list ap);

/* modules/hooks.c */
void interface_request(void **slot);
void module_parts_print(void);
void modules_start(void);

/* sys/file/async.c */
void async_forget(struct file *f);

/* sys/file/epoll.c */
void epoll_info(struct text *t, struct file *f);

/* sys/file/eventfd.c */
bool eventfd_add(struct file *f, u64 n);
void eventfd_info(struct text *t, struct file *f);

/* sys/file/file_caps.c */
void file_caps_drop(struct vnode *v);

/* sys/file/file_locks.c */
void flock_forget(struct file *f);

/* sys/file/flock.c */
void flock_drop(struct vnode *v, struct file *f);

/* sys/file/record_lock.c */
void record_close(struct file *f);
void record_forget(struct file *f);

/* sys/file/room.c */
int iov_import_write(struct file *f, struct iovs *i, const struct iovec *user, unsigned long n);

/* sys/file/timerfd.c */
void timerfd_clock_set(void);
void timerfd_info(struct text *text, struct file *f);

/* sys/identity/permission.c */
bool capable(int cap);
u32 identity_mode(const struct vnode *v, u32 mode);
void identity_own(struct vnode *dir, struct vnode *v);
void identity_written(struct vnode *v);
bool owner_or_capable(const struct vnode *v);
int permission(struct vnode *v, int want);
bool permission_chown(const struct vnode *v, u32 uid, u32 gid);
int permission_delete(struct vnode *dir, struct vnode *v);
int permission_open(struct vnode *v, int flags, int (*check)(struct vnode *v, int flags));
int permission_utimes(struct vnode *v, bool now);

/* sys/identity/start.c */
void identity_start(u64 (*aux)[2]);

/* sys/ipc/shm.c */
void vma_unmapped(const struct vma *v);

/* sys/memory/locked.c */
int lock_grows(const struct vma *v, u64 more);

/* sys/memory/map_around.c */
long map_around_kernel(u64 addr, u64 len, int prot, int flags);

/* sys/memory/map_asked.c */
long map_check(const struct file *f, u64 addr, u64 len, int *flags, u64 offset);
u64 map_low_address(u64 hint, u64 len);

/* sys/pidfd/pidfd.c */
void pidfd_info(struct text *t, struct file *f);
int pidfd_of_process(void);
void pidfd_thread_ends(void);

/* sys/raw/call.c */
void last_syscall_print(void);
void raw_signals(struct regs *r);
void raw_syscall(struct regs *r);

/* sys/raw/jumps.c */
void jumps_make(u64 start, u64 len, struct vnode *file, u64 offset);
u64 raw_place(u64 rip);

/* sys/raw/jumps_mmap.c */
long map_code(u64 addr, u64 len, int prot, int flags, struct vnode *file, u64 offset);

/* sys/raw/raw.c */
void raw_leaving(struct regs *r);
void raw_syscalls_enable(void);
void raw_syscalls_init(void);

/* sys/raw/step.c */
bool raw_step(struct regs *r);

/* sys/signal/posix_timer.c */
void posix_timer_taken(struct siginfo *info);
void posix_timers_clock_set(s64 moved);

/* sys/signal/signalfd.c */
void signalfd_info(struct text *t, struct file *f);
void signalfd_notify(int sig);

/* sys/system/limits_given.c */
void limits_start(void);

/* sys/system/limits_more.c */
bool threads_limited(void);
bool vm_limited(u64 addr, u64 len, int prot, int flags);

/* sys/system/personality.c */
int vm_prot(int prot);

/* sys/system/prctl.c */
long prctl_options(int op, u64 a, u64 b, u64 c, u64 d);

/* sys/thread/affinity.c */
void sched_demand(const struct thread *t);

/* sys/thread/clone.c */
long clone_with(const struct regs *r, u64 flags, int *ptid, int *ctid, u64 tls);

/* sys/thread/futex.c */
long futex_wake(int *addr, int n, u32 bits);

/* sys/thread/futex_pi.c */
long futex_pi(u32 *word, int op, const struct timespec *timeout);
bool futex_pi_again(const struct regs *r);
void futex_pi_anchor(void);
void futex_pi_exit(struct thread *gone);

/* sys/thread/robust.c */
void robust_exit(struct thread *t);

/* sys/thread/tid_raw.c */
int *second_tid_word(struct thread *t);

/* sys/thread/weight.c */
void sched_preempt(const struct thread *t);

/* sys/vdso/map.c */
void vdso_map(u64 *auxv_end);

/* trace/others.c */
int sigtrc_take(u64 set, struct siginfo *info);
long trc_clone_thread(int (*fn)(void *), void *stack, int flags, void *arg, int *ptid, void *tls, int *ctid);
long trc_dynamic(long nr, long a, long b, long c, long d, long e, long f);
noreturn void trc_unmap_exit(void *base, size_t len);

/* trace/trace.c */
void trace_signal(int sig, const struct siginfo *info);

/* Of the C library's side, or of nobody. */
const char *frames_of_kernel(u64 pc, const char *start_end[2]);
void libc_thread_ends(void);
int *libc_tid_word(void);
struct vnode *overlay_real(struct vnode *v);
int overlay_write_xattrs(struct vnode *v);
s64 sched_weigh(struct thread *t, ns_t ran);
u64 uk_point_to(u64 a);
void uk_stack_end(u64 sp);
long uk_thread_stacks_executable(void);
void waitq_notify(struct waitq *q, u32 events);

#endif
