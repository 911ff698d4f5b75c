//! Sans-IO: bytes of any carrier in, events and verified objects out, in bounded memory.
