/* The interrupt descriptor table, filled in by ring 3 before anything can
 * raise an interrupt (Intel SDM vol. 3, 6.14.1). */
#include "boot.h"
#include "kernel.h"

struct gate {
	u16 offset_low, selector;
	u8 ist, type;
	u16 offset_mid;
	u32 offset_high, reserved;
};

extern struct gate idt[VEC_END];
extern char monitor_stubs[];

#define INTERRUPT_GATE	0x8e
#define FROM_RING3	0x60

void idt_init(void)
{
	for (unsigned v = 0; v < VEC_END; v++) {
		u64 stub = (u64)monitor_stubs + STUB_SIZE * v;
		bool untrusted_stack = v == 2 || v == 8 || v == 18;
		idt[v] = (struct gate){
			.offset_low = stub,
			.offset_mid = stub >> 16,
			.offset_high = stub >> 32,
			.selector = SEL_KCODE,
			.ist = untrusted_stack ? 1 : 0,
			.type = INTERRUPT_GATE | (v == 3 || v == 4 ? FROM_RING3 : 0),
		};
	}
}
