//! What a hostile component, service or neighbour tries, and why it fails: each attack is run
//! against the host as it ships, and once more with the one defence gone that stops it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod actions_do_as_their_examples_say;
mod budgets_stop_runaways;
mod compiling_is_bounded;
mod components_are_checked_before_they_run;
mod connectors_are_granted_what_a_person_named;
mod crashes_are_contained;
mod documents_hold;
mod dry_runs_send_nothing;
mod dynamics_answers_slips;
mod dynamics_calls_operations;
mod dynamics_changes_many_rows;
mod dynamics_finds_by_words;
mod dynamics_finds_counts_and_follows;
mod dynamics_keeps_tenants_apart;
mod dynamics_knows_what_was;
mod dynamics_moves_files;
mod dynamics_reads_to_the_end;
mod dynamics_reads_what_was_asked;
mod dynamics_shapes_tables;
mod dynamics_tells_what_left;
mod dynamics_ties_values_and_properties;
mod dynamics_works_against_a_dataverse;
mod dynamics_writes_land_once;
mod dynamics_writes_what_was_meant;
mod egress_bounds_answers;
mod egress_denies_foreign_origins;
mod egress_judges_addresses;
mod egress_owns_identity_fields;
mod egress_reads_urls_once;
mod egress_redacts_echoed_credentials;
mod faults_that_last_are_met_once;
mod hosts_close;
mod instances_belong_to_one_key;
mod instances_make_room;
mod keys_land_once;
mod parity_is_told_row_by_row;
mod people_sign_in_at_the_terminal;
mod people_sign_in_where_they_said;
mod refusals_are_the_hosts_own;
mod runs_are_remembered;
mod sandbox_grants_nothing;
mod secrets_leave_no_trace;
mod sign_ins_are_kept;
mod sign_ins_leave_no_trace;
mod signing_in;
mod spans_tell_a_calls_way;
mod streams_end;
mod tenants_are_apart;
mod tokens_come_from_their_authority_alone;
mod web_is_the_same_way_out;
mod what_the_host_holds_is_counted;
