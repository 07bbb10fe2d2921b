# No thread is cancelled while it has the list of streams.
s/^#include "stdio_impl\.h"$/&\
#include "pthread_impl.h"/
s/^\t\tfor \(f=\*__ofl_lock\(\);.*$/\t\tint canceldisable = __pthread_self()->canceldisable;\
\t\t__pthread_self()->canceldisable = 1;\
&/
s/^\t\t__ofl_unlock\(\);$/&\
\t\t__pthread_self()->canceldisable = canceldisable;/
