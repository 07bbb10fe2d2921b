# A label is two parts, of at most 10 and 14 characters; nothing is written with another.
s/^\tint cs;$/&\n\tconst char *colon = label ? strchr(label, ':') : 0;\n\n\tif (label \&\& (!colon || colon - label > 10 || strlen(colon + 1) > 14)) return MM_NOTOK;/
# Two blanks before the tag.
s/action\?" ":""/action?"  ":""/
s/^([\t ]+\(verb&8 && action\) \? )" "/\1"  "/
