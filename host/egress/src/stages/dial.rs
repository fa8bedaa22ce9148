//! Stage 7. In which order, and how patiently, the judged addresses are dialled. Pure; the
//! `dialer` opens the sockets, to these addresses and no others.

use std::net::SocketAddr;
use std::time::Duration;

/// The addresses in the order to try: both families in turn, beginning with the resolver's first,
/// so that a family without a route costs one attempt only (RFC 8305 §4).
pub(crate) fn order(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .iter()
        .partition(|address| address.is_ipv6() == first_is_v6);
    let mut second = second.into_iter();
    let mut order = Vec::with_capacity(addresses.len());
    for address in first {
        order.push(address);
        order.extend(second.next());
    }
    order.extend(second);
    order
}

/// Time for the next attempt when `left` remains for `attempts` of them: an even share, so that one
/// silent address cannot use up everything.
pub(crate) fn share(left: Duration, attempts: usize) -> Duration {
    left / u32::try_from(attempts.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns_beginning_with_the_resolvers_choice() {
        let ordered = |list: &[&str]| -> Vec<String> {
            let addresses: Vec<SocketAddr> = list
                .iter()
                .map(|text| SocketAddr::new(text.parse().unwrap(), 443))
                .collect();
            order(&addresses)
                .iter()
                .map(|address| address.ip().to_string())
                .collect()
        };
        assert_eq!(
            ordered(&["2606::1", "2606::2", "8.8.8.8", "9.9.9.9", "1.1.1.1"]),
            ["2606::1", "8.8.8.8", "2606::2", "9.9.9.9", "1.1.1.1"]
        );
        assert_eq!(ordered(&["8.8.8.8", "2606::1"]), ["8.8.8.8", "2606::1"]);
        assert!(ordered(&[]).is_empty());
    }

    #[test]
    fn time_is_shared_evenly() {
        let ten = Duration::from_secs(10);
        assert_eq!(share(ten, 1), ten);
        assert_eq!(share(ten, 4), Duration::from_millis(2_500));
        assert_eq!(share(ten, 0), ten);
    }
}
