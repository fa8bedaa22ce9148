//! The rows without which an organisation cannot work: itself, a currency, a business unit, users, the team of all.

use time::OffsetDateTime;
use uuid::Uuid;

use super::SeedError;
use super::ids::named;
use super::names::{ADMINISTRATOR, SALESPERSON};
use super::roles;
use super::views;
use super::writer::{Writer, lookup, text, whole};
use crate::organisation::{Caller, Identity};
use crate::rows::{Cell, RowStore};
use crate::schema::Schema;
use crate::token::Application;

/// Endings of files that a new organisation does not take: the ones that run.
const BLOCKED: &str = "ade;adp;app;asa;ashx;asmx;asp;bas;bat;cdx;cer;chm;class;cmd;com;config;cpl;crt;csh;dll;exe;fxp;hlp;\
hta;htr;htw;ida;idc;idq;inf;ins;isp;its;jar;js;jse;ksh;lnk;mad;maf;mag;mam;maq;mar;mas;mat;mau;mav;maw;mda;mdb;mde;mdt;\
mdw;mdz;msc;msh;msi;msp;mst;ops;pcd;pif;prf;prg;printer;pst;reg;rem;scf;scr;sct;shb;shs;shtm;shtml;soap;stm;tmp;url;vb;\
vbe;vbs;vsmacros;vss;vst;vsw;ws;wsc;wsf;wsh";

/// Key of the user that owns what nobody else does, as the service's own SYSTEM does.
pub const SYSTEM_USER: &str = "SYSTEM";
/// Key of the first person, an administrator.
pub(crate) const FIRST_PERSON: &str = "ada.park";
/// A user's access mode for applications.
const NON_INTERACTIVE: i64 = 4;

/// Id of the root business unit.
pub(crate) fn root_business_unit() -> Uuid {
    named("businessunit", "root")
}

/// Id of the organisation's base currency.
pub(super) fn base_currency() -> Uuid {
    named("transactioncurrency", "USD")
}

/// Id of a named user.
pub(super) fn user(name: &str) -> Uuid {
    named("systemuser", name)
}

/// Id of the application user of a client.
pub fn application_user_id(client_id: Uuid) -> Uuid {
    named("systemuser", &client_id.to_string())
}

/// Who belongs to a new organisation.
pub struct Members<'a> {
    /// Domain of people's names: `contoso.example`.
    pub domain: &'a str,
    /// Applications that get a user.
    pub applications: &'a [Application],
    /// Keys of the people (`ada.park`), or all of them.
    pub people: Option<&'a [String]>,
}

/// Writes the rows. Returns who they belong to.
pub fn write_base(
    rows: &RowStore,
    schema: &Schema,
    identity: &Identity,
    members: &Members<'_>,
    now: OffsetDateTime,
) -> Result<Caller, SeedError> {
    let caller = Caller {
        user_id: user(SYSTEM_USER),
        business_unit_id: root_business_unit(),
        on_behalf_of: None,
    };
    let writer = Writer::new(rows, schema, caller, now);
    if rows.count(schema, "organization")? == 0 {
        organisation(&writer, identity)?;
        super::units::write(&writer, identity)?;
        roles::write(&writer, root_business_unit())?;
        people(&writer, members)?;
        teams(&writer, identity, members)?;
        views::write(&writer, identity)?;
        super::solutions::write(&writer, identity)?;
        super::duplicate_rules::write(&writer)?;
    }
    for application in members.applications {
        let id = application_user_id(application.client_id);
        if rows.row(schema, "systemuser", id)?.is_none() {
            application_user(&writer, application, members.domain)?;
            roles::assign(&writer, [(id, ADMINISTRATOR)])?;
        }
    }
    Ok(caller)
}

fn organisation(writer: &Writer<'_>, identity: &Identity) -> Result<(), SeedError> {
    let organisation = identity.organization_id;
    writer.insert(
        "transactioncurrency",
        &[
            "transactioncurrencyid",
            "currencyname",
            "isocurrencycode",
            "currencysymbol",
            "currencyprecision",
            "exchangerate",
            "organizationid",
        ],
        [vec![
            Cell::Guid(base_currency()),
            text("US Dollar"),
            text("USD"),
            text("$"),
            whole(2),
            Cell::Decimal {
                unscaled: 1_000_000_000_000,
                scale: 12,
            },
            lookup("organization", organisation),
        ]],
    )?;
    writer.insert(
        "organization",
        &[
            "organizationid",
            "name",
            "blockedattachments",
            "basecurrencyid",
            "basecurrencysymbol",
            "baseisocurrencycode",
            "basecurrencyprecision",
            "pricingdecimalprecision",
            "languagecode",
            "localeid",
            "expirechangetrackingindays",
            "expiresubscriptionsindays",
            "isexternalsearchindexenabled",
        ],
        [vec![
            Cell::Guid(organisation),
            text(&identity.unique_name),
            text(BLOCKED),
            lookup("transactioncurrency", base_currency()),
            text("$"),
            text("USD"),
            whole(2),
            whole(2),
            whole(1033),
            whole(1033),
            whole(7),
            whole(90),
            Cell::Bool(true),
        ]],
    )?;
    writer.insert(
        "businessunit",
        &["businessunitid", "name", "organizationid", "isdisabled"],
        [vec![
            Cell::Guid(root_business_unit()),
            text(&identity.friendly_name),
            lookup("organization", organisation),
            Cell::Bool(false),
        ]],
    )?;
    Ok(())
}

/// Key, first name, last name, title, role.
type Person = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const PEOPLE: [Person; 3] = [
    (FIRST_PERSON,  "Ada",   "Park",   "Head of Sales",   ADMINISTRATOR),
    ("jonas.weber", "Jonas", "Weber",  "Account Manager", SALESPERSON),
    ("mei.tanaka",  "Mei",   "Tanaka", "Account Manager", SALESPERSON),
];

/// The system's own user.
const SYSTEM: Person = (SYSTEM_USER, "", SYSTEM_USER, "", ADMINISTRATOR);

impl Members<'_> {
    fn seeded(&self) -> impl Iterator<Item = &'static Person> {
        PEOPLE.iter().filter(|(key, ..)| {
            self.people
                .is_none_or(|keys| keys.iter().any(|one| one == key))
        })
    }
}

fn people(writer: &Writer<'_>, members: &Members<'_>) -> Result<(), SeedError> {
    let person = |(key, first, last, title, _): &Person| {
        let name = format!("{}@{}", key.to_ascii_lowercase(), members.domain);
        vec![
            Cell::Guid(user(key)),
            text(*first),
            text(*last),
            text(format!("{first} {last}").trim()),
            text(&name),
            text(&name),
            if title.is_empty() {
                Cell::Null
            } else {
                text(*title)
            },
            lookup("businessunit", root_business_unit()),
            Cell::Guid(named("directory", &name)),
        ]
    };
    writer.insert(
        "systemuser",
        &[
            "systemuserid",
            "firstname",
            "lastname",
            "fullname",
            "domainname",
            "internalemailaddress",
            "jobtitle",
            "businessunitid",
            "azureactivedirectoryobjectid",
        ],
        std::iter::once(&SYSTEM).chain(members.seeded()).map(person),
    )?;
    let assignments = std::iter::once(&SYSTEM)
        .chain(members.seeded())
        .map(|(key, .., role)| (user(key), *role));
    roles::assign(writer, assignments)
}

fn teams(writer: &Writer<'_>, identity: &Identity, members: &Members<'_>) -> Result<(), SeedError> {
    let team = named("team", "root");
    let leader = members
        .seeded()
        .next()
        .map_or(user(SYSTEM_USER), |(key, ..)| user(key));
    writer.insert(
        "team",
        &[
            "teamid",
            "name",
            "teamtype",
            "isdefault",
            "businessunitid",
            "administratorid",
        ],
        [
            vec![
                Cell::Guid(team),
                text(&identity.friendly_name),
                whole(0),
                Cell::Bool(true),
                lookup("businessunit", root_business_unit()),
                lookup("systemuser", user(SYSTEM_USER)),
            ],
            vec![
                Cell::Guid(named("team", "Key Accounts")),
                text("Key Accounts"),
                whole(0),
                Cell::Bool(false),
                lookup("businessunit", root_business_unit()),
                lookup("systemuser", leader),
            ],
        ],
    )?;
    writer.insert(
        "teammembership",
        &["teammembershipid", "teamid", "systemuserid"],
        members.seeded().map(|(key, ..)| {
            vec![
                Cell::Guid(named("teammembership", key)),
                Cell::Guid(team),
                Cell::Guid(user(key)),
            ]
        }),
    )?;
    Ok(())
}

/// The user that stands for an application. The service calls it by the registration's name.
fn application_user(
    writer: &Writer<'_>,
    application: &Application,
    domain: &str,
) -> Result<(), SeedError> {
    let domain_name = format!("{}@{domain}", application.client_id);
    writer.insert(
        "systemuser",
        &[
            "systemuserid",
            "firstname",
            "lastname",
            "fullname",
            "domainname",
            "internalemailaddress",
            "applicationid",
            "azureactivedirectoryobjectid",
            "accessmode",
            "businessunitid",
        ],
        [vec![
            Cell::Guid(application_user_id(application.client_id)),
            text("#"),
            text(&application.name),
            text(format!("# {}", application.name)),
            text(&domain_name),
            text(&domain_name),
            Cell::Guid(application.client_id),
            Cell::Guid(application.object_id),
            whole(NON_INTERACTIVE),
            lookup("businessunit", root_business_unit()),
        ]],
    )?;
    Ok(())
}
