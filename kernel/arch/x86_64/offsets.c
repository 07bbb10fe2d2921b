/* Every offset that assembly uses, checked against its structure. */
#include "cpu.h"
#include "offsets.h"
#include "thread.h"

#define CHECK(name, type, field) _Static_assert(name == offsetof(type, field), #name)
CHECK(0, struct thread, self);
CHECK(T_KSTACK_BASE, struct thread, kstack_base);
CHECK(T_KSTACK_TOP, struct thread, kstack_top);
CHECK(T_SYSCALL_RIP, struct thread, syscall_rip);
CHECK(T_SYSCALL_RFLAGS, struct thread, syscall_rflags);
CHECK(T_SYSCALL_RSP, struct thread, syscall_rsp);
CHECK(T_FAULT_ADDRESS, struct thread, fault_address);
CHECK(T_IRQ_PENDING, struct thread, irq_pending);
CHECK(T_IRQ_OFF, struct thread, irq_off);
CHECK(T_LOCK_DEPTH, struct thread, lock_depth);
CHECK(T_RAW_LATE, struct thread, raw_late);
CHECK(CPU_GDT, struct cpu, gdt);
CHECK(CPU_TSS, struct cpu, tss);
CHECK(CPU_TSS_RSP0, struct cpu, tss.rsp);
CHECK(CPU_TSS_IST1, struct cpu, tss.ist);
CHECK(CPU_TSS_IOMAP, struct cpu, tss.iomap);
CHECK(CPU_GDTR, struct cpu, gdtr_limit);
CHECK(CPU_STACK_TOP, struct cpu, ist_stack);
CHECK(CPU_IDLE, struct cpu, idle);
_Static_assert(CPU_SIZE == sizeof(struct cpu), "CPU_SIZE");
