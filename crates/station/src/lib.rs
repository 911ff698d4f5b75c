//! Sources to articles, the archive, the schedule: the one library that does I/O.
