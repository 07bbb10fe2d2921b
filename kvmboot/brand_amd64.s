#include "textflag.h"

// func cpuid(leaf uint32) [4]uint32
TEXT ·cpuid(SB), NOSPLIT, $0-24
	MOVL leaf+0(FP), AX
	XORL CX, CX
	CPUID
	MOVL AX, ret_0+8(FP)
	MOVL BX, ret_1+12(FP)
	MOVL CX, ret_2+16(FP)
	MOVL DX, ret_3+20(FP)
	RET
