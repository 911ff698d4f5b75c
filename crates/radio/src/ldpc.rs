//! Low-density parity-check codes of 3GPP TS 38.212.
