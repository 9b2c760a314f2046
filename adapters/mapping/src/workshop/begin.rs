//! The mappings of a new partner as they begin: they are programs, they take nothing and tell nothing, and every part that
//! a record may have stands in them as a comment with what it is, from the types themselves.

use std::fmt::Write as _;

use sangam_country::{Furniture, Level};
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Category, Code, Country};

use super::leaf::{Path, ValueKind};
use super::shape::{Member, Shape};
use super::{Fields, Seen};
use crate::categories;
use crate::intake::ReferralIntake;

/// A partner whose mappings are written.
#[derive(Debug)]
pub struct Beginning<'a> {
    /// Its name.
    pub name: &'a str,
    /// The jq of its own key of a record.
    pub key: &'a str,
    /// Where its data are collected.
    pub country: Country,
    /// What a sample has.
    pub fields: &'a Fields,
    /// How many records it has.
    pub records: usize,
    /// Which of its fields' codes were asked for.
    pub codes: &'a [Path],
}

/// What stands before the mapping of a directory.
const WORDS: &str = r#"# Words that every mapping may use (adapters/mapping/src/words.jq):
#   .field | code({"theirs": "OURS"}; "/field")   the hub's code for a partner's; another one is refused, never guessed
#   . | refuse("MISSING"; "/field")               the service waits in quarantine, with the path and no value
"#;
/// The frame of an inbound mapping: what stands before the categories.
const HEAD: &str = r#"# Words that every mapping may use (adapters/mapping/src/words.jq):
#   .field | code({"theirs": "OURS"}; "/field")   the hub's code for a partner's; another one is refused, never guessed
#   .field | text                                 a text that is there, or null
#   .field | day("/field"), instant("/field")     a day, or an instant in RFC 3339
#   .field | date_of("GREGORIAN"; "/field")       a date as it was written, in any of the hub's calendars
#   .field | name_of("OFFICIAL")                  a name with its script
#   date_of(…) | age_on(INSTANT; "/field")        what law needs to know of an age
#   … | present                                   an object without what is null
#   . | refuse("MISSING"; "/field")               the record waits in quarantine, with the path and no value
"#;

impl Beginning<'_> {
    /// The inbound mapping.
    #[must_use]
    pub fn inbound(&self) -> String {
        let mut text = format!(
            "# A record of {} becomes an intake of the hub. Written by `sangam adapter new`: it takes nothing until you say which\n\
             # field is what. `sangam adapter check {} --sample FILE` shows what comes out.\n#\n{HEAD}",
            self.name, self.name
        );
        self.sample(&mut text);
        text.push_str(&self.frame());
        text
    }

    /// The mapping of an own directory: it offers nothing.
    #[must_use]
    pub fn of_directory(&self) -> String {
        let (name, country) = (self.name, self.country.code());
        let mut text = format!(
            "# A service of {name} becomes codes of the hub's. Written by `sangam adapter new`: it offers nothing until you say which\n\
             # service is what. `sangam adapter check {name} --sample FILE` shows what comes out.\n#\n{WORDS}"
        );
        self.sample(&mut text);
        let codes: Vec<&str> = ServiceCode::ALL.iter().map(|code| code.code()).collect();
        let divisions: Vec<&str> =
            Furniture::of(self.country).divisions_at(Level::First).map(|division| division.code).collect();
        let _ = write!(
            text,
            r#"
{{
    # Which of the hub's services it is, for instance
    # [.attributes[]?.taxonomy_term.code | code({{"theirs": "LEGAL_AID"}}; "/attributes")]
    # {}
    services: []
    # The first-level divisions of {country} in which it is given, where it says some; without this member, or
    # with an empty list, it narrows nothing.
    # Nothing finer is taken, and no place of another country.
    # {}
    # , areas: [.service_areas[]?.name | code({{"Theirs": "{}"}}; "/service_areas")]
}}
"#,
            codes.join(", "),
            divisions.join(", "),
            divisions.first().copied().unwrap_or_default()
        );
        text
    }

    fn sample(&self, text: &mut String) {
        if self.records == 0 {
            return;
        }
        let _ =
            writeln!(text, "#\n# What a sample of {} records has; no value of anybody is written here.", self.records);
        for seen in &self.fields.fields {
            let _ = writeln!(text, "#   {}  {}", seen.path.jq(), seen.words(self.records));
            if let Some(codes) = seen.codes().filter(|_| self.codes.contains(&seen.path)) {
                let codes: Vec<String> =
                    codes.keys().map(|code| serde_json::Value::from(code.as_str()).to_string()).collect();
                let _ = writeln!(text, "#     its codes, as you asked: {}", codes.join(", "));
            }
        }
        if self.fields.unnamed > 0 {
            let _ = writeln!(text, "#   and {} whose names are no words, and are not shown", self.fields.unnamed);
        }
    }

    fn frame(&self) -> String {
        let mut text = String::from("\n. as $record\n| {\n");
        let _ = write!(
            text,
            r#"    # The record's identifier in the partner's system, a text that stays the same.
    externalId: ({}),
    # true where the partner's people marked the record for the hub, and only there, for instance (.share == "yes"). Nothing
    # is taken until you say so.
    markedForHub: false,
    # When the partner last changed it, or null: (.changed | instant("/changed")).
    updatedAt: null,
    facts: {{
      # Where the data were collected: that country's law binds.
      collectedIn: "{}",
      # {{kind: "ADULT"}}, {{kind: "MINOR", until: "…Z"}} (the instant of majority), or, where it is not known, this: then the
      # rules for minors and for adults both apply.
      age: {{kind: "UNKNOWN"}}
    }},
    # Take the # from the categories that the partner has, and say from which field each part comes. What is not here is not
    # taken, and a field that belongs nowhere stays out.
    categories: ({{}}
"#,
            self.key,
            self.country.code()
        );
        for category in Category::ALL {
            let _ = writeln!(text, "      # {}", category.sentence());
            let shape = categories::shape(*category);
            let Shape::Object(members) = shape else { continue };
            let _ = writeln!(text, "      # + {{{}: ({{", category.code());
            members_text(&mut text, &members, "      #   ");
            let _ = writeln!(text, "      #   }} | present)}}");
        }
        text.push_str("    | present),\n");
        text.push_str(CONSENTS);
        if let Shape::Object(members) = Shape::of::<ReferralIntake>() {
            text.push_str("    # The referrals that the partner sends through the hub; `to` is its own reference of an organization, which\n    # [organizations] of its file must know.\n    # referrals: [.referrals[]? | {\n");
            members_text(&mut text, &members, "    #   ");
            text.push_str("    # } | present]\n");
        }
        text.push_str("    referrals: []\n  }\n| present\n");
        text
    }

    /// The outbound mapping.
    #[must_use]
    pub fn outbound(&self) -> String {
        format!(
            "# What the hub tells {}. Written by `sangam adapter new`: it tells nothing until you say what the system takes.\n{OUTBOUND}",
            self.name
        )
    }
}

/// The consents of the frame.
const CONSENTS: &str = r#"    # What the person said no to, as the partner recorded it. A consent that grants is read only where the partner's form is
    # the hub's text (`consent_text` in its file).
    # consents: [{
    #   effect: "WITHHOLD", givenBy: "OWN", noConflict: false, assent: "NOT_ASKED",
    #   answers: [true, true, true, true, true, true, true],   # the seven questions of HTCDS, in their order
    #   purposes: all_purposes, categories: ["HEALTH"], countries: all_countries,
    #   from: (.day | instant("/day")), until: (.day | years_after(50; "/day") + "T00:00:00Z")
    # }]
    consents: [],
"#;

/// The outbound mapping's frame: the shape of `outgoing.rs`.
const OUTBOUND: &str = r#"#
# What comes in:
#   .kind                     OFFER (a referral for the partner), ANSWER (the state of one that it sent), WITHDRAWAL
#   .referral.id              the hub's id of the referral, for this partner alone
#   .referral.externalId      the partner's own, of one that it sent
#   .referral.state           SENT, RECEIVED, ACCEPTED, DECLINED, … or a covering word
#   .referral.services        codes, where they were released
#   .referral.urgency         ROUTINE, URGENT, EMERGENCY
#   .referral.sentAt          RFC 3339
#   .referral.declineReason   a code, or null
#   .referral.counterpart     the other side: the partner's own reference, or its case desk
#   .subject.id, .subject.externalId
#   .categories               what was released, by category; the mapping must not need any of it

if .kind == "ANSWER" then
  # For instance .referral | {status: (.state | code({"SENT": "waiting", "ACCEPTED": "yes", "DECLINED": "no"}; "/referral/state"))}
  null | refuse("MISSING"; "/answer")
else
  # For instance {case: {note: "Through Sangam, from \(.referral.counterpart)"}}
  null | refuse("MISSING"; "/offer")
end
"#;

/// Members as comments, a line each, with what they take.
fn members_text(text: &mut String, members: &[Member], indent: &str) {
    for (place, member) in members.iter().enumerate() {
        let comma = if place + 1 == members.len() { "" } else { "," };
        let left_out = if member.optional { "; may be left out" } else { "" };
        let (value, what) = written(&member.shape);
        let _ = writeln!(text, "{indent}  {}: {value}{comma}   # {what}{left_out}", member.name);
    }
}

/// How a member is written, and what it takes.
fn written(shape: &Shape) -> (String, String) {
    match shape {
        Shape::Code(codes) => {
            let first = codes.first().copied().unwrap_or_default();
            (format!("(.FIELD | code({{\"theirs\": \"{first}\"}}; \"/FIELD\"))"), codes.join(", "))
        }
        Shape::Truth => ("(.FIELD == \"yes\")".to_owned(), "true or false".to_owned()),
        Shape::Number => (".FIELD".to_owned(), "a number".to_owned()),
        Shape::List(items) => {
            let (value, what) = written(items);
            (format!("[{value}]"), format!("a list of: {what}"))
        }
        Shape::Object(members) if members.iter().any(|member| member.name == "calendar") => {
            ("(.FIELD | date_of(\"GREGORIAN\"; \"/FIELD\"))".to_owned(), "a date as it was written".to_owned())
        }
        Shape::Object(members) if members.iter().any(|member| member.name == "script") => {
            ("(.FIELD | name_of(\"OFFICIAL\"))".to_owned(), "a name as it was written".to_owned())
        }
        Shape::Object(members) => {
            let inner: Vec<String> = members.iter().map(|member| format!("{}: .FIELD", member.name)).collect();
            (format!("{{{}}}", inner.join(", ")), "an object".to_owned())
        }
        Shape::Text | Shape::Any => ("(.FIELD | text)".to_owned(), "a text".to_owned()),
    }
}

impl Seen {
    /// Whether it is something that a mapping can take: not only empty lists, objects or nothing.
    #[must_use]
    pub fn has_values(&self) -> bool {
        self.kinds.iter().any(|kind| matches!(kind, ValueKind::Text | ValueKind::Number | ValueKind::Truth))
    }
}
