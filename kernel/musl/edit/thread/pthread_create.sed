# A stream whose caller locks it (glue/stdio/fsetlocking.c) has -2 here.
s/^\tif \(f && f->lock<0\) f->lock = 0;$/\tif (f \&\& f->lock==-1) f->lock = 0;/
