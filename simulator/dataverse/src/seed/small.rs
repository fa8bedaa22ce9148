//! A small sales organisation for people to look at: customers, prospects, deals and what is to be done.

use super::SeedError;
use super::base::{base_currency, user};
use super::ids::named;
use super::writer::{Writer, lookup, money, text, whole};
use crate::organisation::Identity;
use crate::rows::Cell;

/// Key, name, number, city, country, phone, site, industry, employees, revenue, primary contact, parent, owner.
type Account = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    i64,
    i64,
    i64,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const ACCOUNTS: [Account; 8] = [
    ("Harbor Tools",          "ACC-1001", "Hamburg",  "Germany",        "+49 40 555 0101",  12,  340,  52_000_000, "Lena Brandt",     "",             "jonas.weber"),
    ("Northwind Foods",       "ACC-1002", "Seattle",  "United States",  "+1 206 555 0102",  17, 1200, 310_000_000, "Marcus Hill",     "",             "ada.park"),
    ("Alpine Instruments",    "ACC-1003", "Zürich",   "Switzerland",    "+41 44 555 0103",  12,   85,  18_500_000, "Sofia Keller",    "",             "jonas.weber"),
    ("Lakeside Logistics",    "ACC-1004", "Toronto",  "Canada",         "+1 416 555 0104",  30,  560,  96_000_000, "Owen Clarke",     "",             "ada.park"),
    ("Meadow & Sons",         "ACC-1005", "Leeds",    "United Kingdom", "+44 113 555 0105",  2,   42,   6_200_000, "Priya Nair",      "",             "mei.tanaka"),
    ("Osaka Robotics",        "ACC-1006", "Osaka",    "Japan",          "+81 6 5555 0106",  12,  230,  74_000_000, "Kenji Mori",      "",             "mei.tanaka"),
    ("Granite Insurance",     "ACC-1007", "Porto",    "Portugal",       "+351 22 555 0107", 20,  410, 128_000_000, "Inês Carvalho",   "",             "ada.park"),
    ("Harbor Tools Nordic",   "ACC-1008", "Malmö",    "Sweden",         "+46 40 555 0108",  12,   60,   9_800_000, "Nils Eriksson",   "Harbor Tools", "jonas.weber"),
];

/// First name, last name, job title, account, phone, owner.
type Contact = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const CONTACTS: [Contact; 12] = [
    ("Lena",   "Brandt",   "Head of Purchasing",    "Harbor Tools",        "+49 40 555 0111",  "jonas.weber"),
    ("Tom",    "Vogel",    "Workshop Manager",      "Harbor Tools",        "+49 40 555 0112",  "jonas.weber"),
    ("Marcus", "Hill",     "Chief Operating Officer", "Northwind Foods",   "+1 206 555 0113",  "ada.park"),
    ("Grace",  "Okafor",   "Supply Planner",        "Northwind Foods",     "+1 206 555 0114",  "ada.park"),
    ("Sofia",  "Keller",   "Managing Director",     "Alpine Instruments",  "+41 44 555 0115",  "jonas.weber"),
    ("Owen",   "Clarke",   "Fleet Director",        "Lakeside Logistics",  "+1 416 555 0116",  "ada.park"),
    ("Maya",   "Singh",    "IT Manager",            "Lakeside Logistics",  "+1 416 555 0117",  "ada.park"),
    ("Priya",  "Nair",     "Owner",                 "Meadow & Sons",       "+44 113 555 0118", "mei.tanaka"),
    ("Kenji",  "Mori",     "VP Engineering",        "Osaka Robotics",      "+81 6 5555 0119",  "mei.tanaka"),
    ("Inês",   "Carvalho", "Claims Director",       "Granite Insurance",   "+351 22 555 0120", "ada.park"),
    ("Nils",   "Eriksson", "Country Manager",       "Harbor Tools Nordic", "+46 40 555 0121",  "jonas.weber"),
    ("Ruth",   "Adler",    "Independent Consultant", "",                   "+49 30 555 0122",  "ada.park"),
];

/// Topic, first name, last name, job title, company, source, rating, value, days to close, status, owner.
type Lead = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    i64,
    i64,
    i64,
    i64,
    i64,
    &'static str,
);

#[rustfmt::skip]
const LEADS: [Lead; 10] = [
    ("Wants to replace paper order forms",          "Clara",  "Jensen",    "Operations Lead",  "Fjord Bakeries",        8, 1,  45_000, 30, 1, "jonas.weber"),
    ("Asked for a demo after the trade fair",       "Victor", "Almeida",   "Plant Manager",    "Atlantic Ceramics",     7, 1,  80_000, 45, 2, "ada.park"),
    ("Needs field service for 40 technicians",      "Hannah", "Scott",     "Service Director", "BrightLift Elevators",  3, 1, 120_000, 60, 2, "ada.park"),
    ("Comparing suppliers for spare parts",         "Yusuf",  "Demir",     "Buyer",            "Anadolu Pumps",         8, 2,  25_000, 40, 1, "mei.tanaka"),
    ("Opening a second warehouse in spring",        "Emma",   "Rossi",     "Logistics Manager", "Verona Fashion",       5, 2,  60_000, 90, 1, "jonas.weber"),
    ("Interested in predictive maintenance",        "Akira",  "Sato",      "Engineer",         "Kobe Turbines",         6, 2,  95_000, 75, 2, "mei.tanaka"),
    ("Called about pricing for schools",            "Daniel", "Moss",      "Head Teacher",     "Riverside College",     1, 3,   8_000, 20, 1, "ada.park"),
    ("Pilot for two stores, then twenty",           "Nadia",  "Haddad",    "Founder",          "Cedar Coffee",          9, 1,  70_000, 50, 2, "mei.tanaka"),
    ("Migration from a homegrown system",           "Piotr",  "Nowak",     "CTO",              "Baltic Freight",        4, 2,  55_000, 65, 1, "jonas.weber"),
    ("Referred by Lakeside Logistics",              "Alice",  "Tremblay",  "Finance Director", "Maple Cold Storage",    3, 1,  88_000, 35, 1, "ada.park"),
];

/// Topic, account, contact, value, days to close, probability, rating, originating lead, owner.
type Opportunity = (
    &'static str,
    &'static str,
    &'static str,
    i64,
    i64,
    i64,
    i64,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const OPPORTUNITIES: [Opportunity; 6] = [
    ("Tool tracking for all workshops",      "Harbor Tools",       "Lena Brandt",   140_000, 40, 60, 1, "", "jonas.weber"),
    ("Cold chain monitoring, phase one",     "Northwind Foods",    "Marcus Hill",   310_000, 75, 40, 2, "", "ada.park"),
    ("Calibration service contract",         "Alpine Instruments", "Sofia Keller",   38_000, 15, 80, 1, "", "jonas.weber"),
    ("Driver app for 560 vehicles",          "Lakeside Logistics", "Maya Singh",    205_000, 90, 30, 2, "", "ada.park"),
    ("Greenhouse sensors",                   "Meadow & Sons",      "Priya Nair",     12_000, 25, 50, 3, "", "mei.tanaka"),
    ("Spare parts portal",                   "Osaka Robotics",     "Kenji Mori",     96_000, 55, 45, 2, "", "mei.tanaka"),
];

/// What a task is about: table and name.
type About = (&'static str, &'static str);
/// Subject, text, about, days until due, priority, status, owner.
type Task = (
    &'static str,
    &'static str,
    About,
    i64,
    i64,
    (i64, i64),
    &'static str,
);

#[rustfmt::skip]
const TASKS: [Task; 8] = [
    ("Send the revised quote",           "With the discount for two years.",            ("opportunity", "Tool tracking for all workshops"),        2, 2, (0, 2), "jonas.weber"),
    ("Book the demo room",               "For six people, screen needed.",              ("lead", "Asked for a demo after the trade fair"),         5, 1, (0, 3), "ada.park"),
    ("Ask legal about the service terms", "They want unlimited liability removed.",     ("opportunity", "Calibration service contract"),           1, 2, (0, 4), "jonas.weber"),
    ("Call back about school pricing",   "Mornings only.",                              ("lead", "Called about pricing for schools"),              1, 1, (0, 2), "ada.park"),
    ("Prepare the yearly review",        "Orders, complaints, plans for next year.",    ("account", "Northwind Foods"),                           14, 1, (0, 2), "ada.park"),
    ("Update the delivery address",      "They moved the workshop.",                    ("contact", "Tom Vogel"),                                 -3, 0, (1, 5), "jonas.weber"),
    ("Check references",                 "Two customers of the same size.",             ("lead", "Pilot for two stores, then twenty"),             3, 1, (0, 2), "mei.tanaka"),
    ("Plan the site visit",              "Together with engineering.",                  ("account", "Osaka Robotics"),                            21, 0, (0, 7), "mei.tanaka"),
];

pub(super) fn write(writer: &Writer<'_>, _identity: &Identity) -> Result<u64, SeedError> {
    Ok(accounts(writer)?
        + contacts(writer)?
        + leads(writer)?
        + opportunities(writer)?
        + tasks(writer)?)
}

fn reference(table: &'static str, name: &str) -> Cell {
    if name.is_empty() {
        Cell::Null
    } else {
        lookup(table, named(table, name))
    }
}

fn owner(key: &str) -> Cell {
    lookup("systemuser", user(key))
}

fn currency() -> Cell {
    lookup("transactioncurrency", base_currency())
}

/// `first.last@company.example`, without what mail addresses dislike.
fn mail(first: &str, last: &str, company: &str) -> Cell {
    let plain = |name: &str| -> String {
        let letters = name
            .to_lowercase()
            .replace(['ê', 'é'], "e")
            .replace('ü', "ue");
        letters
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect()
    };
    text(format!(
        "{}.{}@{}.example",
        plain(first),
        plain(last),
        plain(company)
    ))
}

fn accounts(writer: &Writer<'_>) -> Result<u64, SeedError> {
    let columns = [
        "accountid",
        "name",
        "accountnumber",
        "address1_city",
        "address1_country",
        "telephone1",
        "websiteurl",
        "industrycode",
        "numberofemployees",
        "revenue",
        "transactioncurrencyid",
        "primarycontactid",
        "parentaccountid",
        "ownerid",
    ];
    let rows = ACCOUNTS.map(
        |(
            name,
            number,
            city,
            country,
            phone,
            industry,
            employees,
            revenue,
            contact,
            parent,
            by,
        )| {
            let site: String = name
                .to_lowercase()
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect();
            vec![
                Cell::Guid(named("account", name)),
                text(name),
                text(number),
                text(city),
                text(country),
                text(phone),
                text(format!("https://{site}.example")),
                whole(industry),
                whole(employees),
                money(revenue),
                currency(),
                reference("contact", contact),
                reference("account", parent),
                owner(by),
            ]
        },
    );
    Ok(writer.insert("account", &columns, rows)?)
}

fn contacts(writer: &Writer<'_>) -> Result<u64, SeedError> {
    let columns = [
        "contactid",
        "firstname",
        "lastname",
        "fullname",
        "jobtitle",
        "emailaddress1",
        "telephone1",
        "parentcustomerid",
        "ownerid",
    ];
    let rows = CONTACTS.map(|(first, last, title, account, phone, by)| {
        let full_name = format!("{first} {last}");
        vec![
            Cell::Guid(named("contact", &full_name)),
            text(first),
            text(last),
            text(full_name),
            text(title),
            mail(
                first,
                last,
                if account.is_empty() {
                    "consulting"
                } else {
                    account
                },
            ),
            text(phone),
            reference("account", account),
            owner(by),
        ]
    });
    Ok(writer.insert("contact", &columns, rows)?)
}

fn leads(writer: &Writer<'_>) -> Result<u64, SeedError> {
    let columns = [
        "leadid",
        "subject",
        "firstname",
        "lastname",
        "fullname",
        "jobtitle",
        "companyname",
        "emailaddress1",
        "leadsourcecode",
        "leadqualitycode",
        "estimatedamount",
        "transactioncurrencyid",
        "estimatedclosedate",
        "statecode",
        "statuscode",
        "ownerid",
    ];
    let rows = LEADS.map(
        |(topic, first, last, title, company, source, rating, value, days, status, by)| {
            vec![
                Cell::Guid(named("lead", topic)),
                text(topic),
                text(first),
                text(last),
                text(format!("{first} {last}")),
                text(title),
                text(company),
                mail(first, last, company),
                whole(source),
                whole(rating),
                money(value),
                currency(),
                writer.day(days),
                whole(0),
                whole(status),
                owner(by),
            ]
        },
    );
    Ok(writer.insert("lead", &columns, rows)?)
}

fn opportunities(writer: &Writer<'_>) -> Result<u64, SeedError> {
    let columns = [
        "opportunityid",
        "name",
        "customerid",
        "parentaccountid",
        "parentcontactid",
        "estimatedvalue",
        "transactioncurrencyid",
        "estimatedclosedate",
        "closeprobability",
        "opportunityratingcode",
        "originatingleadid",
        "ownerid",
    ];
    let rows = OPPORTUNITIES.map(
        |(topic, account, contact, value, days, probability, rating, lead, by)| {
            vec![
                Cell::Guid(named("opportunity", topic)),
                text(topic),
                reference("account", account),
                reference("account", account),
                reference("contact", contact),
                money(value),
                currency(),
                writer.day(days),
                whole(probability),
                whole(rating),
                reference("lead", lead),
                owner(by),
            ]
        },
    );
    Ok(writer.insert("opportunity", &columns, rows)?)
}

fn tasks(writer: &Writer<'_>) -> Result<u64, SeedError> {
    let columns = [
        "activityid",
        "subject",
        "description",
        "regardingobjectid",
        "scheduledend",
        "prioritycode",
        "statecode",
        "statuscode",
        "ownerid",
    ];
    let rows = TASKS.map(
        |(subject, description, (table, name), days, priority, (state, status), by)| {
            vec![
                Cell::Guid(named("task", subject)),
                text(subject),
                text(description),
                reference(table, name),
                writer.morning(days),
                whole(priority),
                whole(state),
                whole(status),
                owner(by),
            ]
        },
    );
    Ok(writer.insert("task", &columns, rows)?)
}
