/* Included before everything: no kernel symbol is reached through a GOT. */
#pragma GCC visibility push(hidden)
