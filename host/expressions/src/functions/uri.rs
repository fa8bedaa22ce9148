//! URIs and what is escaped in them. Part of [`super`].

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use super::Arguments;
use crate::environment::Datum;
use crate::fault::Raised;
use crate::values::envelope;

/// All but the unreserved characters of RFC 3986.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

pub(super) fn encode<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(utf8_percent_encode(arguments.text(0)?, COMPONENT)
        .to_string()
        .into())
}

pub(super) fn decode<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(percent_decode_str(arguments.text(0)?)
        .decode_utf8_lossy()
        .into_owned()
        .into())
}

pub(super) fn to_binary<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let bytes: Vec<u8> = percent_decode_str(arguments.text(0)?).collect();
    Ok(envelope("application/octet-stream", &bytes).into())
}

fn parsed(arguments: &Arguments<'_, '_>) -> Raised<Url> {
    let text = arguments.text(0)?;
    Url::parse(text)
        .map_err(|error| arguments.bad(0, format!("is no URI with a scheme and a host: {error}")))
}

pub(super) fn host<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(parsed(arguments)?
        .host_str()
        .unwrap_or_default()
        .to_owned()
        .into())
}

pub(super) fn path<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(slashed(parsed(arguments)?.path()).into())
}

fn slashed(path: &str) -> String {
    if path.is_empty() {
        "/".to_owned()
    } else {
        path.to_owned()
    }
}

pub(super) fn path_and_query<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let uri = parsed(arguments)?;
    Ok(format!("{}{}", slashed(uri.path()), question(&uri)).into())
}

pub(super) fn query<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(question(&parsed(arguments)?).into())
}

fn question(uri: &Url) -> String {
    uri.query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default()
}

pub(super) fn port<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    // Schemes without a port of their own have -1, as in .NET.
    Ok(parsed(arguments)?
        .port_or_known_default()
        .map_or(-1, i64::from)
        .into())
}

pub(super) fn scheme<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(parsed(arguments)?.scheme().to_owned().into())
}
