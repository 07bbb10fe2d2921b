/* The vDSO as it was linked, for sys/vdso/map.c. */
	.section .rodata.vdso_image, "a"
	.balign 8
	.globl	vdso_image, vdso_image_end
vdso_image:
	.incbin	"build/obj/vdso-image/vdso.image"
vdso_image_end:

	.section .note.GNU-stack, "", @progbits
