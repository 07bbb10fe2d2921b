# AI_IDN and AI_CANONIDN of glibc, and the two that came with them: names in ASCII stay what they are, for others there is
# no library here, which is EAI_IDN_ENCODE as glibc has it then.
s/AI_NUMERICSERV;/AI_NUMERICSERV | 0x3c0;/
/return EAI_BADFLAGS;/a\
		for (const char *c = flags \& 0x40 ? host : 0; c \&\& *c; c++)\
			if (*c \& 0x80)\
				return -105;
