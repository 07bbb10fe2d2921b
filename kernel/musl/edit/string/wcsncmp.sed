# Which way, not how far: the difference may not fit.
s/\*l ?- ?\*r/(*l < *r ? -1 : *l > *r)/
