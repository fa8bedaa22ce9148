//! What every driver of the store has to do.
//!
//! Test support, beside the store layer. Whoever writes a driver makes a [`Home`] for it and calls
//! [`suite!`] in a module of tests: each behaviour becomes a test of its own, seen through the traits
//! that everything above the store sees, and through the driver where the vault rests on it. What
//! only one driver can be asked (files, locks, a database that is damaged) is tested beside that
//! driver. [`memory::Memory`] is a driver without a disk.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this runs in tests, and a test stops at the first surprise"
)]
#![allow(missing_docs, reason = "the name of a behaviour says what it is")]

pub mod changes;
pub mod fixtures;
pub mod keyed_calls;
pub mod memory;
pub mod rows;
pub mod runs;
pub mod sharing;
pub mod subscriptions;
pub mod work;

use std::sync::Arc;

use airlock_store::Store;
use airlock_store::driver::Driver;
use async_trait::async_trait;

/// A place for one store, removed when it is dropped.
#[async_trait]
pub trait Home: Send + Sync {
    /// A place where there is no store yet.
    async fn new() -> Self
    where
        Self: Sized;

    /// Opens the store there, and makes it the first time, as a process of its own would.
    async fn open(&self) -> Arc<dyn Store>;

    /// The driver below that store.
    async fn driver(&self) -> Arc<dyn Driver>;
}

/// Makes a test of each behaviour, over the given [`Home`].
#[macro_export]
macro_rules! suite {
    ($home:ty) => {
        $crate::behaviours!($home, changes:
            a_key_that_became_another_is_neither_replaced_nor_removed,
            a_key_that_is_held_stays_as_it_is_until_it_expires,
            a_run_that_became_another_or_belongs_to_another_is_not_replaced,
            rows_of_runs_come_newest_first_and_page_by_page,
        );
        $crate::behaviours!($home, rows:
            what_is_put_is_found_again_by_a_store_opened_later,
            the_components_in_use_are_those_of_every_tenant,
            tenants_never_see_each_others_rows,
            a_name_is_given_once_per_tenant,
            a_connector_in_use_stays_and_says_who_uses_it,
            a_connector_is_replaced_under_its_connections,
            a_connection_needs_a_connector_of_its_own_tenant,
            removing_a_connection_removes_its_secrets_and_slots_and_no_others,
            new_secrets_take_the_place_of_all_old_ones_and_of_tokens_got_with_them,
            a_slot_holds_what_was_put_last_until_it_is_emptied,
            slots_that_new_secrets_do_not_touch_are_kept,
            everything_sealed_is_replaced_in_one_step_and_only_where_it_belongs,
            a_renamed_connection_keeps_its_secrets_and_what_was_sealed_for_it,
            every_tenant_that_something_is_kept_of_is_listed,
        );
        $crate::behaviours!($home, runs:
            a_run_is_remembered_with_its_end_newest_first,
            runs_are_found_by_connection_action_and_outcome_page_by_page,
            every_text_of_a_run_has_a_longest_length,
            another_tenant_neither_sees_nor_ends_a_run,
        );
        $crate::behaviours!($home, keyed_calls:
            a_key_is_held_by_the_first_and_its_answer_kept_beside_it,
            the_holders_answer_counts_and_another_attempts_stands_in_for_it,
            what_a_tenants_keys_take_is_counted_until_they_expire,
            a_key_means_something_else_to_another_connection_and_another_tenant,
            only_a_holder_that_nobody_joined_gives_its_key_free,
            a_key_that_has_expired_is_new,
            of_many_processes_at_once_one_holds_the_key,
            no_key_is_given_free_under_one_who_joined,
            of_two_answers_at_once_the_holders_stays,
            a_removed_connection_takes_its_keys_along,
        );
        $crate::behaviours!($home, work:
            a_task_that_is_due_is_had_by_one_host_and_the_longest_due_comes_first,
            a_task_given_back_is_due_when_its_holder_said,
            a_tenant_that_is_busy_is_left_out,
            what_a_host_has_whose_lease_is_over_is_anybodys_and_the_fence_keeps_it_out,
            a_host_that_leaves_keeps_nothing_and_one_that_is_not_there_gets_nothing,
            of_many_hosts_at_once_each_task_has_one,
        );
        $crate::behaviours!($home, subscriptions:
            a_subscription_is_found_by_its_name_and_goes_with_its_connection,
            a_removed_subscription_leaves_no_task_and_no_event,
            what_a_poll_found_is_kept_with_how_far_it_came_or_not_at_all,
            an_event_is_known_again_for_as_long_as_it_is_remembered,
            events_are_handed_over_in_their_order_by_whoever_has_the_lane,
            an_event_that_comes_while_its_lane_is_held_is_not_left_behind,
            a_dead_letter_is_kept_with_its_reason_and_can_be_replayed,
            a_subscription_that_is_changed_is_taken_from_whoever_works_for_it,
        );
        $crate::behaviours!($home, sharing:
            processes_see_each_others_changes_at_once,
            a_turn_is_had_by_one_at_a_time_and_each_connection_has_its_own,
        );
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! behaviours {
    ($home:ty, $group:ident: $($name:ident,)+) => {
        mod $group {
            use super::*;

            $(
                #[tokio::test]
                async fn $name() {
                    let home = <$home as $crate::Home>::new().await;
                    $crate::$group::$name(&home).await;
                }
            )+
        }
    };
}
