//! Benches beside the peers.

fn main() {}
