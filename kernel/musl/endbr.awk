# Puts ENDBR64 at the start of each global function of an assembly source of musl, as -fcf-protection=branch does
# for C: after the last of the labels that name the place.
/^[ \t]*\.(global|globl)[ \t]/ { global[$2] = 1 }
/^[_a-zA-Z0-9]+:/ {
	name = $0
	sub(/:.*/, "", name)
	if (name in global) {
		rest = $0
		sub(/^[^:]*:/, "", rest)
		print name ":"
		pending = 1
		if (rest !~ /[^ \t]/)
			next
		$0 = rest
	}
}
pending && /^[ \t]*[a-z0-9]/ { print "\tendbr64"; pending = 0 }
{ print }
