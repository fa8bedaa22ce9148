use super::*;

fn rule(text: &str, permitted: Permitted<'_>) -> Option<&'static str> {
    let origin = Origin::parse(&"https://org.example.com/".parse().unwrap()).unwrap();
    match judge(
        &origin,
        &[SocketAddr::new(text.parse().unwrap(), 443)],
        permitted,
    ) {
        Ok(_) => None,
        Err(EgressError::Denied {
            stage: Stage::Addresses,
            rule,
            ..
        }) => Some(rule),
        Err(other) => panic!("{other:?}"),
    }
}

const NOTHING: Permitted<'static> = Permitted {
    loopback: false,
    private: &[],
};

#[test]
fn only_public_addresses_pass_by_default() {
    for (address, expected) in [
        ("8.8.8.8", None),
        ("172.15.255.255", None),
        ("172.32.0.0", None),
        ("100.63.255.255", None),
        ("2606:4700::1111", None),
        ("64:ff9b::808:808", None),
        ("::ffff:8.8.8.8", None),
        ("127.0.0.1", Some("loopback")),
        ("127.255.255.255", Some("loopback")),
        ("::1", Some("loopback")),
        ("::ffff:127.0.0.1", Some("loopback")),
        ("10.0.0.1", Some("private")),
        ("172.16.0.1", Some("private")),
        ("172.31.255.255", Some("private")),
        ("192.168.1.1", Some("private")),
        ("169.254.0.1", Some("private")),
        ("100.64.0.1", Some("private")),
        ("198.19.0.1", Some("private")),
        ("::ffff:10.0.0.1", Some("private")),
        ("64:ff9b::a00:1", Some("private")),
        ("64:ff9b:1::808:808", Some("private")),
        ("fc00::1", Some("private")),
        ("fd12::1", Some("private")),
        ("fe80::1", Some("private")),
        ("fec0::1", Some("private")),
        ("169.254.169.254", Some("metadata")),
        ("::ffff:169.254.169.254", Some("metadata")),
        ("64:ff9b::a9fe:a9fe", Some("metadata")),
        ("168.63.129.16", Some("metadata")),
        ("100.100.100.200", Some("metadata")),
        ("fd00:ec2::254", Some("metadata")),
        ("fd20:ce::254", Some("metadata")),
        ("0.0.0.0", Some("unusable")),
        ("0.1.2.3", Some("unusable")),
        ("192.0.0.8", Some("unusable")),
        ("192.0.2.1", Some("unusable")),
        ("198.51.100.1", Some("unusable")),
        ("203.0.113.1", Some("unusable")),
        ("192.88.99.1", Some("unusable")),
        ("224.0.0.1", Some("unusable")),
        ("240.0.0.1", Some("unusable")),
        ("255.255.255.255", Some("unusable")),
        ("::", Some("unusable")),
        ("::7f00:1", Some("unusable")),
        ("::ffff:0:7f00:1", Some("unusable")),
        ("64:ff9b::7f00:1", Some("unusable")),
        ("2001::1", Some("unusable")),
        ("2001:db8::1", Some("unusable")),
        ("3fff::1", Some("unusable")),
        ("2002:7f00:1::", Some("unusable")),
        ("100::1", Some("unusable")),
        ("5f00::1", Some("unusable")),
        ("ff02::1", Some("unusable")),
        ("4000::1", Some("unusable")),
    ] {
        assert_eq!(rule(address, NOTHING), expected, "{address}");
    }
}

#[test]
fn settings_permit_what_they_name_and_nothing_else() {
    let nets = [
        "10.0.0.0/8",
        "169.254.0.0/16",
        "fd00::/8",
        "0.0.0.0/0",
        "::/0",
    ]
    .map(|net| net.parse().unwrap());
    let loopback = Permitted {
        loopback: true,
        private: &[],
    };
    let office = Permitted {
        loopback: false,
        private: &nets[..1],
    };
    let everything = Permitted {
        loopback: true,
        private: &nets,
    };
    for (address, permitted, expected) in [
        ("127.0.0.1", loopback, None),
        ("::1", loopback, None),
        ("10.1.2.3", loopback, Some("private")),
        ("64:ff9b::7f00:1", loopback, Some("unusable")),
        ("0.0.0.0", loopback, Some("unusable")),
        ("10.1.2.3", office, None),
        ("::ffff:10.1.2.3", office, None),
        ("192.168.1.1", office, Some("private")),
        ("127.0.0.1", office, Some("loopback")),
        ("169.254.7.7", everything, None),
        ("169.254.169.254", everything, Some("metadata")),
        ("fd00:ec2::254", everything, Some("metadata")),
        ("224.0.0.1", everything, Some("unusable")),
    ] {
        assert_eq!(rule(address, permitted), expected, "{address}");
    }
}

#[test]
fn one_bad_address_spoils_the_answer_and_repeats_are_dropped() {
    let origin = Origin::parse(&"https://org.example.com/".parse().unwrap()).unwrap();
    let sockets = |list: &[&str]| -> Vec<SocketAddr> {
        list.iter()
            .map(|text| SocketAddr::new(text.parse().unwrap(), 443))
            .collect()
    };
    assert!(judge(&origin, &sockets(&["8.8.8.8", "10.0.0.1"]), NOTHING).is_err());
    assert_eq!(
        judge(
            &origin,
            &sockets(&["8.8.8.8", "::ffff:8.8.8.8", "9.9.9.9"]),
            NOTHING
        )
        .unwrap(),
        sockets(&["8.8.8.8", "9.9.9.9"])
    );
    assert!(matches!(
        judge(&origin, &[], NOTHING),
        Err(EgressError::Resolve { .. })
    ));
}

#[test]
fn a_denial_names_the_setting_where_there_is_one() {
    let text = |url: &str, address: &str| {
        let origin = Origin::parse(&url.parse().unwrap()).unwrap();
        judge(
            &origin,
            &[SocketAddr::new(address.parse().unwrap(), 443)],
            NOTHING,
        )
        .unwrap_err()
        .to_string()
    };
    assert_eq!(
        text("https://127.0.0.1:8443/", "127.0.0.1"),
        "egress to 127.0.0.1:8443 denied: it is this machine itself; set allow-loopback = true under \
         [egress] to permit it"
    );
    assert_eq!(
        text("https://org.example.com/", "10.1.2.3"),
        "egress to org.example.com:443 denied: its address 10.1.2.3 is a private address; add \
         \"10.1.2.3/32\" under [egress] allow-private to permit it"
    );
    assert!(text("https://org.example.com/", "169.254.169.254").contains("no setting permits it"));
}
