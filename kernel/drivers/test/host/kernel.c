/* What the drivers ask of the kernel, on the host. */
#include "boot.h"
#include "cpu.h"
#include "driver.h"
#include "host.h"
#include "kernel.h"
#include "offsets.h"

struct record record;
struct boot_range boot_ram[16] = { { 0x200000, TABLES } };
unsigned boot_ram_count = 1;
phys_t boot_rsdp, boot_module_start;
u64 boot_module_size;
struct cpu boot_cpu;
volatile u32 *ioapic;
const char power_off_anchor[1];

static void *escape[5];

int try(void (*fn)(void))
{
	if (__builtin_setjmp(escape))
		return 1;
	fn();
	return 0;
}

u64 cmdline_end(void) { return DIRECT_BASE + 0x200000; }
const char *cmdline_get(const char *key, unsigned i) { return NULL; }
void *kzalloc(size_t size) { return host_alloc(size); }
void *pages_alloc(unsigned order, bool zeroed) { return host_alloc(PAGE_SIZE << order); }
u64 *pte_find(u64 addr, bool create, int *level) { return NULL; }
u64 pte_flags(int prot) { return 0; }
u32 lapic_id(void) { return 0; }

void *map_device(phys_t p, size_t len)
{
	if (len > 0x200000)
		host_fail("a mapping that is too large", len);
	/* Where nothing answers, all bits read as set. */
	for (phys_t a = align_down(p, (u64)PAGE_SIZE); a < p + len; a += PAGE_SIZE)
		if (!host_is_memory(a, PAGE_SIZE))
			host_memory(a, PAGE_SIZE, 0xff);
	return phys_to_virt(p);
}

void kprintf(const char *f, ...)
{
	record.messages++;
}

void panic(const char *f, ...)
{
	if (record.expect && !strncmp(f, record.expect, strlen(record.expect)))
		__builtin_longjmp(escape, 1);
	host_fail(f, 0);
}

u64 monitor_call(u64 fn, u64 a, u64 b, u64 c)
{
	if (fn == MON_OUTB || fn == MON_OUTW) {
		if (a > 0xffff)
			host_fail("port", a);
		record.port[record.outs % 8] = a;
		record.value[record.outs++ % 8] = b;
	}
	return 0;
}

unsigned irq_claim(void (*handler)(void *), void *arg)
{
	record.irqs++;
	return VEC_DEVICE;
}
