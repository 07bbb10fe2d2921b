# An empty mode is none.
s/^\tif \(!strchr\("rwa", \*mode\)\) \{$/\tif (!*mode || !strchr("rwa", *mode)) {/
# A flush writes what there is, and no more.
s/^\tret = fc->iofuncs.write\(fc->cookie, \(const char \*\) buf, len\);$/\tif (!len) return 0;\n&/
