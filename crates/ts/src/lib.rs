//! Frames carried in an MPEG transport stream (ISO/IEC 13818-1) and found again in recordings of it.
