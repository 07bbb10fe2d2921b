# pthread_cancel() sends no signal while cancellation is off. What came meanwhile counts from now on, at once for a thread that is
# cancelled wherever it is.
s/^\tself->canceldisable = new;$/&\
\tif (!new) {\
\t\ta_barrier();\
\t\tif (self->cancelasync) pthread_testcancel();\
\t}/
