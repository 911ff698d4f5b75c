//! The reader page.
