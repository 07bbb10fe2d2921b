# What was set, which can be one only.
s/^\treturn NULL;$/\treturn codeset \&\& !strcasecmp(codeset, "UTF-8") ? (char *)"UTF-8" : NULL;/
