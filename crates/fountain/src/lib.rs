//! Objects as symbols and packets: RaptorQ (RFC 6330), heads, runs and signed lists.
