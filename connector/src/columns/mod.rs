//! What people write into columns, turned into what the wire wants.
