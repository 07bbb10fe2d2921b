# Success is 1.
s/^\treturn l; \/\* 0 or -1 \*\/$/\treturn l < 0 ? -1 : 1;/
