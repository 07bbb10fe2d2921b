#!/bin/sh
# Makes libc honour COPY relocations although it is linked statically into the
# kernel. A program that uses `optarg` has its own copy of the variable, and
# libc must use that copy from then on. So every access of such a variable
# (copyvars.txt) goes through a cell that the in-kernel dynamic linker can
# repoint: position-independent code already loads the variable's address from
# its GOT slot, and here the cell takes that slot's place.
#
#   copyvar.sh sedscript          the sed -E script that replaces GOT slots by cells in assembly
#   copyvar.sh cell NAME          assembly of the cell {original address, current address}
#   copyvar.sh names              canonical names, one a line
#   copyvar.sh pattern            all names as one extended regular expression
set -eu
list=$(dirname "$0")/copyvars.txt
case $1 in
sedscript)
	sed '/^#/d' "$list" | while read -r name others; do
		for n in $name $others; do
			printf '%s\n' "s/(^|[^A-Za-z0-9_])$n@GOTPCREL\\(%rip\\)/\\1__copyvar_$name+8(%rip)/"
		done
	done ;;
cell)
	cat <<END
	.section .copyvar.$2, "aw", @progbits
	.balign 8
	.globl __copyvar_$2
	.hidden __copyvar_$2
	.type __copyvar_$2, @object
	.size __copyvar_$2, 16
__copyvar_$2:
	.quad $2, $2
	.section .note.GNU-stack, "", @progbits
END
	;;
names)
	sed '/^#/d; s/ .*//' "$list" ;;
pattern)
	sed '/^#/d' "$list" | tr ' ' '\n' | paste -sd'|' ;;
esac
