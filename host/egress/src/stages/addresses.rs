//! Stage 5. Which addresses may be dialled. A name is only a claim; the address is what is spoken
//! to. Every address of an answer has to pass, because whoever controls the name controls the order.
//!
//! An address is first reduced to the one it really reaches (IPv4 inside IPv6, NAT64), then judged.
//! The classes are those of the IANA special-purpose registries; addresses through which clouds
//! give out credentials can be permitted by no setting.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;

use crate::error::{EgressError, Stage};
use crate::stages::parse::Origin;

/// What kind of place an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Somewhere on the public internet.
    Public,
    /// This machine.
    Loopback,
    /// A service that gives credentials to the machine it runs on.
    Metadata,
    /// Inside an organisation or on the local link.
    Private(&'static str),
    /// Nowhere that a request could sensibly go.
    Unusable(&'static str),
}

/// What the operator permits beyond public addresses.
#[derive(Clone, Copy, Debug)]
pub struct Permitted<'a> {
    /// This machine.
    pub loopback: bool,
    /// Networks inside the organisation.
    pub private: &'a [IpNet],
}

/// Judges every address that a name resolved to; answers them reduced, in their order, each once.
///
/// # Errors
/// [`EgressError::Denied`] at stage `addresses` when any of them is not permitted, and
/// [`EgressError::Resolve`] when there is none.
pub fn judge(
    origin: &Origin,
    resolved: &[SocketAddr],
    permitted: Permitted<'_>,
) -> Result<Vec<SocketAddr>, EgressError> {
    let mut judged = Vec::with_capacity(resolved.len());
    for given in resolved {
        let address = canonical(given.ip());
        judge_one(origin, address, permitted)?;
        let socket = SocketAddr::new(address, given.port());
        if !judged.contains(&socket) {
            judged.push(socket);
        }
    }
    if judged.is_empty() {
        return Err(EgressError::Resolve {
            host: origin.host().into(),
            message: "the name has no address".into(),
        });
    }
    Ok(judged)
}

fn judge_one(
    origin: &Origin,
    address: IpAddr,
    permitted: Permitted<'_>,
) -> Result<(), EgressError> {
    let host = origin.host_and_port();
    let (rule, what, advice) = match classify(address) {
        Class::Public => return Ok(()),
        Class::Loopback if permitted.loopback => return Ok(()),
        Class::Loopback => (
            "loopback",
            "this machine itself",
            "set allow-loopback = true under [egress] to permit it".to_owned(),
        ),
        Class::Metadata => (
            "metadata",
            "a service that gives out the machine's own credentials",
            "no setting permits it".to_owned(),
        ),
        Class::Private(_) if permitted.private.iter().any(|net| net.contains(&address)) => {
            return Ok(());
        }
        Class::Private(what) => (
            "private",
            what,
            format!(
                "add \"{}\" under [egress] allow-private to permit it",
                IpNet::from(address)
            ),
        ),
        Class::Unusable(what) => ("unusable", what, "no setting permits it".to_owned()),
    };
    let message = if origin.address().is_some() {
        format!("egress to {host} denied: it is {what}; {advice}")
    } else {
        format!("egress to {host} denied: its address {address} is {what}; {advice}")
    };
    Err(EgressError::denied(Stage::Addresses, rule, message))
}

/// The address that packets really go to: IPv4 where it is mapped into IPv6.
pub(crate) fn canonical(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Classifies a canonical address.
pub(crate) fn classify(address: IpAddr) -> Class {
    match canonical(address) {
        IpAddr::V4(four) => classify_v4(four),
        IpAddr::V6(six) => classify_v6(six),
    }
}

/// Azure's wire server, and the places where AWS, Azure, Google, Alibaba and container hosts answer.
const METADATA_V4: [Ipv4Addr; 5] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(169, 254, 170, 23),
    Ipv4Addr::new(100, 100, 100, 200),
];

/// AWS (`fd00:ec2::254`, `::23`) and Google (`fd20:ce::254`).
const METADATA_V6: [Ipv6Addr; 3] = [
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254),
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0023),
    Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254),
];

fn classify_v4(address: Ipv4Addr) -> Class {
    if METADATA_V4.contains(&address) {
        return Class::Metadata;
    }
    match address.octets() {
        [127, ..] => Class::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Class::Private("a private address"),
        [169, 254, ..] => Class::Private("a link-local address"),
        [100, 64..=127, ..] => Class::Private("an address of a carrier's own network"),
        [198, 18..=19, ..] => Class::Private("an address for benchmarks"),
        [0, ..] => Class::Unusable("an unspecified address"),
        [192, 0, 0, _] | [192, 88, 99, _] => Class::Unusable("an address reserved for protocols"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => {
            Class::Unusable("an address for documentation")
        }
        [224..=239, ..] => Class::Unusable("a multicast address"),
        [240..=255, ..] => Class::Unusable("a reserved address"),
        _ => Class::Public,
    }
}

fn classify_v6(address: Ipv6Addr) -> Class {
    if METADATA_V6.contains(&address) {
        return Class::Metadata;
    }
    let segments = address.segments();
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 1] => Class::Loopback,
        [0, 0, 0, 0, 0, 0, 0, 0] => Class::Unusable("an unspecified address"),
        // IPv4-compatible, deprecated (RFC 4291 §2.5.5.1), and IPv4-translated (RFC 2765).
        [0, 0, 0, 0, 0, 0, _, _] | [0, 0, 0, 0, 0xffff, 0, _, _] => {
            Class::Unusable("an outdated spelling of an IPv4 address")
        }
        // NAT64 (RFC 6052): judged by the IPv4 address it leads to, and never into this machine.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => through_nat64(high, low),
        [0x64, 0xff9b, 1, ..] => Class::Private("an address of a local translator (NAT64)"),
        [0x2001, 0, ..] => Class::Unusable("a Teredo tunnel"),
        [0x2001, 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => {
            Class::Unusable("an address for documentation")
        }
        [0x2001, 0x0002, 0, ..] => Class::Private("an address for benchmarks"),
        [0x2001, 0..=0x01ff, ..] => Class::Unusable("an address reserved for protocols"),
        [0x2002, ..] => Class::Unusable("a 6to4 tunnel"),
        [0xfc00..=0xfdff, ..] => Class::Private("a private address"),
        [0xfe80..=0xfebf, ..] => Class::Private("a link-local address"),
        [0xfec0..=0xfeff, ..] => Class::Private("a site-local address"),
        [0xff00..=0xffff, ..] => Class::Unusable("a multicast address"),
        [0x2000..=0x3fff, ..] => Class::Public,
        _ => Class::Unusable("a reserved address"),
    }
}

fn through_nat64(high: u16, low: u16) -> Class {
    let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
    match classify_v4(Ipv4Addr::new(a, b, c, d)) {
        Class::Loopback => Class::Unusable("this machine seen through a translator (NAT64)"),
        class => class,
    }
}

#[cfg(test)]
mod tests;
