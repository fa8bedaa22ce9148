//! Any number of rows of one table, made from their number.
//!
//! Values repeat with different periods, so that filters and sorts have something to do: cities every 40 rows,
//! industries every 33, revenue spread by a fixed permutation.

use uuid::Uuid;

use super::SeedError;
use super::base::user;
use super::ids::numbered;
use super::writer::{Writer, lookup, money, text, whole};
use crate::rows::Cell;

/// Tables that can be generated.
pub(super) const TABLES: [&str; 3] = ["account", "contact", "lead"];

const OWNERS: [&str; 3] = ["ada.park", "jonas.weber", "mei.tanaka"];
const PLACES: [(&str, &str); 8] = [
    ("Seattle", "United States"),
    ("Hamburg", "Germany"),
    ("Lyon", "France"),
    ("Osaka", "Japan"),
    ("Leeds", "United Kingdom"),
    ("Porto", "Portugal"),
    ("Toronto", "Canada"),
    ("Utrecht", "Netherlands"),
];
const TRADES: [&str; 10] = [
    "Logistics",
    "Tools",
    "Foods",
    "Textiles",
    "Energy",
    "Instruments",
    "Paper",
    "Robotics",
    "Glass",
    "Shipping",
];
const PLACE_NAMES: [&str; 9] = [
    "Harbor",
    "Northwind",
    "Alpine",
    "Coastal",
    "Summit",
    "Meadow",
    "Granite",
    "Lakeside",
    "Prairie",
];
const FIRST_NAMES: [&str; 11] = [
    "Alex", "Bruno", "Carla", "Dmitri", "Elif", "Farah", "Goran", "Hana", "Ines", "Jakub", "Kofi",
];
const LAST_NAMES: [&str; 13] = [
    "Abbott", "Berg", "Costa", "Dube", "Eriksen", "Fontaine", "Greco", "Horvat", "Ivanov",
    "Jansen", "Kim", "Lopez", "Moreau",
];
const TOPICS: [&str; 7] = [
    "Asks for a quote",
    "Replacing the old system",
    "Interested in a pilot",
    "Needs a second supplier",
    "Expansion to a new site",
    "Renewal with more seats",
    "Met at the trade fair",
];
/// Odd, so that multiplying by it permutes the numbers below a power of two.
const SCATTER: u64 = 2_654_435_761;

pub(super) fn write(writer: &Writer<'_>, table: &str, count: u64) -> Result<u64, SeedError> {
    Ok(match table {
        "contact" => writer.insert("contact", &CONTACT, (1..=count).map(contact))?,
        "lead" => writer.insert("lead", &LEAD, (1..=count).map(lead))?,
        _ => writer.insert("account", &ACCOUNT, (1..=count).map(account))?,
    })
}

/// The id of the generated row with this number, counted from 1, of a table that can be generated.
pub fn generated_id(table: &str, number: u64) -> Option<Uuid> {
    let code = match table {
        "account" => ACCOUNT_CODE,
        "contact" => CONTACT_CODE,
        "lead" => LEAD_CODE,
        _ => return None,
    };
    Some(numbered(code, number))
}

/// Type codes, which the ids begin with.
const ACCOUNT_CODE: u16 = 1;
const CONTACT_CODE: u16 = 2;
const LEAD_CODE: u16 = 4;

const ACCOUNT: [&str; 11] = [
    "accountid",
    "name",
    "accountnumber",
    "telephone1",
    "emailaddress1",
    "address1_city",
    "address1_country",
    "industrycode",
    "numberofemployees",
    "revenue",
    "ownerid",
];

fn account(number: u64) -> Vec<Cell> {
    let (city, country) = pick(&PLACES, number);
    vec![
        Cell::Guid(numbered(ACCOUNT_CODE, number)),
        text(format!(
            "{} {} {number}",
            pick(&PLACE_NAMES, number),
            pick(&TRADES, number)
        )),
        text(format!("A-{number:07}")),
        text(format!("555-{:04}", number % 10_000)),
        text(format!("office{number}@example.com")),
        text(city),
        text(country),
        whole(industry(number)),
        whole(scatter(number, 5_000) + 1),
        money(scatter(number, 50_000_000)),
        owner(number),
    ]
}

const CONTACT: [&str; 8] = [
    "contactid",
    "firstname",
    "lastname",
    "fullname",
    "emailaddress1",
    "telephone1",
    "address1_city",
    "ownerid",
];

fn contact(number: u64) -> Vec<Cell> {
    let (first, last) = names(number);
    vec![
        Cell::Guid(numbered(CONTACT_CODE, number)),
        text(first),
        text(&last),
        text(format!("{first} {last}")),
        text(format!(
            "{}.{number}@example.com",
            first.to_ascii_lowercase()
        )),
        text(format!("555-{:04}", number % 10_000)),
        text(pick(&PLACES, number).0),
        owner(number),
    ]
}

const LEAD: [&str; 10] = [
    "leadid",
    "subject",
    "firstname",
    "lastname",
    "fullname",
    "companyname",
    "emailaddress1",
    "leadqualitycode",
    "estimatedamount",
    "ownerid",
];

fn lead(number: u64) -> Vec<Cell> {
    let (first, last) = names(number);
    let company = format!("{} {}", pick(&PLACE_NAMES, number), pick(&TRADES, number));
    vec![
        Cell::Guid(numbered(LEAD_CODE, number)),
        text(format!("{} ({number})", pick(&TOPICS, number))),
        text(first),
        text(&last),
        text(format!("{first} {last}")),
        text(company),
        text(format!(
            "{}.{number}@example.com",
            first.to_ascii_lowercase()
        )),
        whole(i64::try_from(number % 3).unwrap_or(0) + 1),
        money(scatter(number, 200_000)),
        owner(number),
    ]
}

/// First name, and a last name with a number so that no two people are alike.
fn names(number: u64) -> (&'static str, String) {
    (
        pick(&FIRST_NAMES, number),
        format!("{} {number}", pick(&LAST_NAMES, number)),
    )
}

fn owner(number: u64) -> Cell {
    lookup("systemuser", user(pick(&OWNERS, number)))
}

/// One of the 33 industries.
fn industry(number: u64) -> i64 {
    i64::try_from(number % 33).unwrap_or(0) + 1
}

fn scatter(number: u64, below: u64) -> i64 {
    i64::try_from(number.wrapping_mul(SCATTER) % (1 << 32) % below).unwrap_or(0)
}

fn pick<T: Copy + Default>(choices: &[T], number: u64) -> T {
    let index = usize::try_from(number % (choices.len() as u64).max(1)).unwrap_or(0);
    choices.get(index).copied().unwrap_or_default()
}
