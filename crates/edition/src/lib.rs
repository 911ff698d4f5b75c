//! Articles and media as canonical bytes; hashes, signatures and the trust chain of an edition.
