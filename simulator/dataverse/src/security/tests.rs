//! Names and depths.

use super::*;
use crate::schema::standard;

#[test]
fn privileges_are_named_by_access_and_table() {
    let schema = standard().unwrap().build();
    let account = schema.table("account").unwrap();
    assert_eq!(Access::Read.privilege(account), "prvReadAccount");
    let currency = schema.table("transactioncurrency").unwrap();
    assert!(Access::Read.applies_to(currency) && !Access::Share.applies_to(currency));
}

#[test]
fn depths_are_ordered_and_go_by_name_and_mask() {
    assert!(Depth::Basic < Depth::Local && Depth::Deep < Depth::Global);
    for depth in [Depth::Basic, Depth::Local, Depth::Deep, Depth::Global] {
        assert_eq!(Depth::named(depth.name()), Some(depth));
        assert_eq!(Depth::masked(depth.mask()), Some(depth));
    }
    assert_eq!(Depth::named("Bottomless"), None);
    assert_eq!(Depth::masked(3), None);
}
