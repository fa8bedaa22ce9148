//! The ten stages of a request's way out, a file each, in this order and no other. Each is a pure
//! function or type with a table of tests; the journey alone does I/O, and asks [`judge`].
//!
//! 1. [`parse`]: the URL is read once; what does not re-serialise to itself is refused.
//! 2. [`policy`]: scheme, host, port, method and path.
//! 3. [`headers`]: fields a guest may not set; the rest is rebuilt.
//! 4. [`quota`]: how much a connection may have under way.
//! 5. [`addresses`]: every resolved address is judged.
//! 6. [`inject`]: only now is the credential leased and put on.
//! 7. [`dial`]: the judged address is dialled, under deadlines.
//! 8. [`response_headers`]: what of the answer's head may come in.
//! 9. [`body`]: the answer's body, bounded, timed and redacted.
//! 10. [`audit`]: the decision and its rule, never a secret.

pub(crate) mod addresses;
pub(crate) mod audit;
pub(crate) mod body;
pub(crate) mod dial;
pub(crate) mod headers;
pub(crate) mod inject;
pub(crate) mod judge;
pub(crate) mod parse;
pub(crate) mod policy;
pub(crate) mod quota;
pub(crate) mod response_headers;
