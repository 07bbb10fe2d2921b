# More names of ASCII: what nl_langinfo(CODESET) says in the C locale, and its aliases.
s/^"ascii\\0usascii\\0/"ascii\\0ansix341968\\0ansix341986\\0usascii\\0us\\0ibm367\\0cp367\\0csascii\\0isoir6\\0/
# A descriptor of glue/locale/iconv_open.c has bit 62: there is no substitute for what cannot be written.
s/return \(size_t\)cd >> 16;/return (size_t)cd >> 16 \& 0xffff;/
s/subst: x\+\+, c='\*';/{\
			subst:\
				if ((size_t)cd >> 62) goto ilseq;\
				x++, c='*';\
			}/
