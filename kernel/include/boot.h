/* Boot steps, in the order in which boot/main.c takes them. */
#ifndef BOOT_H
#define BOOT_H

#include "types.h"

struct boot_range { phys_t start, end; };

void stack_guard_init(void);		/* lib/stack_protector.c */
void idt_init(void);
void cmdline_init(const char *line);
u64 cmdline_end(void);			/* first free address behind the kernel */
void cmdline_from_module(void);		/* once all memory is mapped */
void start_info_read(phys_t info);	/* cmdline, memory map, module */
void page_tables_init(void);
void vector_init(void);
void clock_init(void);
void sched_init(void);
noreturn void exec_start(void);		/* elf/ */

extern struct boot_range boot_ram[16];
extern unsigned boot_ram_count;
extern phys_t boot_rsdp;		/* ACPI's root pointer, or 0 */

/* Linker script. */
extern char kernel_start[], monitor_text_start[], monitor_text_end[], monitor_data_start[];
extern char kernel_text_start[], kernel_text_end[], kernel_rodata_start[], kernel_rodata_end[];
extern char kernel_data_start[], kernel_end[];
extern char libc_data_start[], libc_data_end[];	/* within them, what is not the kernel's own */
extern char copyvar_end[], kernel_bss_start[];	/* the end of .data, the start of .bss */

#endif
