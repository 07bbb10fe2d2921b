# A stream that popen() did not open is only closed.
s/^\tfclose\(f\);$/\tr = fclose(f);\n\tif (!pid) return r;/
