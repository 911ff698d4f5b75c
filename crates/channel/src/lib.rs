//! Seeded impairments for tests and benches: loss, bursts, damage. Never shipped.
