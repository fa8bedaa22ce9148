//! Calls through their seam.
