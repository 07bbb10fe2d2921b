# An empty mode is none.
s/^\tif \(!strchr\("rwa", \*mode\)\) \{$/\tif (!*mode || !strchr("rwa", *mode)) {/
