//! Nothing but a manifest: the features that all packages of this workspace share. See `Cargo.toml`.
