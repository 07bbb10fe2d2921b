# Success is 1.
s/^\treturn \(fwrite\((.*)\)==l\) - 1;$/\treturn fwrite(\1)==l ? 1 : -1;/
