/* Every offset that the runner uses, checked against its structure. */
#include "mm.h"
#include "thread.h"
#include "uk_abi.h"
#include "../elf/dynlink.h"

#define CHECK(name, type, field) _Static_assert(name == offsetof(type, field), #name)
CHECK(D_THREAD_KSTACK_BASE, struct thread, kstack_base);
CHECK(D_THREAD_KSTACK_TOP, struct thread, kstack_top);
CHECK(D_THREAD_SAVED_RSP, struct thread, saved_rsp);
CHECK(D_THREAD_TID, struct thread, tid);
CHECK(D_THREAD_KEEP_VECTOR, struct thread, keep_vector);
CHECK(D_THREAD_XSAVE, struct thread, xsave);
CHECK(D_THREAD_FSBASE, struct thread, fsbase);
CHECK(D_THREAD_ALL, struct thread, all);
CHECK(D_THREAD_FAULT_ADDRESS, struct thread, fault_address);
CHECK(D_THREAD_USER_REGS, struct thread, user_regs);
CHECK(D_THREAD_NAME, struct thread, name);
_Static_assert(D_REGS_SIZE == sizeof(struct regs), "D_REGS_SIZE");
CHECK(D_MODULE_BIAS, struct module, map.addr);
CHECK(D_MODULE_MAP_NAME, struct module, map.name);
CHECK(D_MODULE_DYNAMIC, struct module, map.dynamic);
CHECK(D_MODULE_NEXT, struct module, next);
CHECK(D_VMA_START, struct vma, start);
CHECK(D_VMA_END, struct vma, end);
CHECK(D_VMA_PROT, struct vma, prot);
CHECK(D_VMA_FLAGS, struct vma, flags);
CHECK(D_VMA_FILE, struct vma, file);
CHECK(D_VMA_OFFSET, struct vma, offset);
