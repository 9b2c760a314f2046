//! A partner's file as it begins: every key with what it is, what may be left out as comments, and nothing of a person
//! passes the border by it, since no field and no mark is named yet.

use sangam_vocabulary::{Code, Country};

use super::about::{About, Example, Need, Setting, Spelled};
use super::kinds::{self, Of};
use super::sections::{LIMITS, is_plain_name};

/// A partner whose file is written.
#[derive(Debug)]
pub struct NewPartner<'a> {
    /// Its name: the file's.
    pub name: &'a str,
    /// The hub's reference of the organization whose system it is.
    pub organization: &'a str,
    /// The organization's country.
    pub country: Country,
    /// The word of its kind.
    pub kind: &'a str,
    /// Its kind.
    pub about: &'a About,
    /// What a sample has, as comments.
    pub fields: &'a [SeenField],
}

/// A field that a sample has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenField {
    /// How it is spelled.
    pub spelled: Spelled,
    /// What was seen of it, without any value.
    pub seen: String,
}

impl NewPartner<'_> {
    /// Whether a text can be a partner's name: a file's name that leaves no folder, and no dot, which would be an extension.
    #[must_use]
    pub fn is_name(text: &str) -> bool {
        !text.is_empty() && is_plain_name(text) && !text.contains('.') && !text.starts_with('-')
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { name, organization, kind, about, .. } = self;
        let country = self.country.code();
        let of_people = self.of() == Of::People;
        let mut lines = vec![
            format!("# {name}: {}", about.sentence),
            format!("# A sample of its records: {}", about.sample),
            "# Written by `sangam adapter new`. Nothing passes yet: [intake] names no field and no mark of the partner's.".to_owned(),
            String::new(),
            "# The name of this file.".to_owned(),
            format!("name = {}", quoted(name)),
            "# Whose system it is: a handle in [organizations] of the hub's own file.".to_owned(),
            format!("organization = {}", quoted(organization)),
            "# Where that organization is.".to_owned(),
            format!("country = {}", quoted(country)),
            format!("wire = {}", quoted(kind)),
        ];
        lines.extend(if of_people { self.ways() } else { self.way_in() });
        lines.push(String::new());
        section(&mut lines, kind, about.settings, name, Written::Plain);
        limits(&mut lines);
        self.intake(&mut lines);
        if of_people {
            self.people(&mut lines);
        }
        lines.join("\n")
    }

    fn of(&self) -> Of {
        kinds::of(self.kind)
    }

    /// Which way records of people go, and what turns them into the other's.
    fn ways(&self) -> Vec<String> {
        let name = self.name;
        vec![
            "# Which way records go: mirror (in), push (out), both, live (in, asked for when somebody looks, nothing stored).".to_owned(),
            "mode = \"mirror\"".to_owned(),
            "# The mappings, beside this file. The second is needed where the hub delivers (push, both).".to_owned(),
            format!("in_mapping = {}", quoted(&format!("{name}.in.jq"))),
            format!("out_mapping = {}", quoted(&format!("{name}.out.jq"))),
            "# The version of the hub's consent text that the partner's own form is, word by word. Without it what it records".to_owned(),
            "# can only withhold.".to_owned(),
            "# consent_text = \"sangam-1\"".to_owned(),
        ]
    }

    /// The same of a directory, which is read.
    fn way_in(&self) -> Vec<String> {
        vec![
            "# A directory is read, and nothing is written there.".to_owned(),
            "mode = \"mirror\"".to_owned(),
            "# The mapping, beside this file.".to_owned(),
            format!("in_mapping = {}", quoted(&format!("{}.in.jq", self.name))),
        ]
    }

    /// What there is to say of records of people alone.
    fn people(&self, lines: &mut Vec<String>) {
        let name = self.name;
        lines.extend(
            [
                "# The partner's own references of organizations, and the handles of the same in the hub's file. A record that",
                "# names another waits in quarantine.",
                "[organizations]",
                "# \"their reference\" = \"handle\"",
                "",
                "# Categories of its records that stay at home (read live, never stored) or are taken nowhere, beyond what the",
                "# country's file says.",
                "# [residence]",
                "# home = [\"HEALTH\"]",
                "# never = [\"SENSITIVE_TRAITS\"]",
                "",
                "# Where the system tells the hub of changes (POST /partners/NAME/changed), with what it proves that it is the one.",
                "# [hook]",
            ]
            .map(str::to_owned),
        );
        lines.push(format!("# secret_file = {}", quoted(&format!("{name}.hook"))));
        lines.push(format!("# address = {}", quoted(&format!("https://hub.example.org/partners/{name}/changed"))));
        lines.push(String::new());
    }

    fn intake(&self, lines: &mut Vec<String>) {
        let spelling = match self.about.spelling {
            super::about::Spelling::Members => "by its own members; what lies in one passes with it",
            super::about::Spelling::Paths { .. } => "by paths with slashes, through lists too",
            super::about::Spelling::Dots => "by names with dots between, through lists too",
            super::about::Spelling::Names => "by their own names, wherever they stand",
            super::about::Spelling::Elements => "by a resource and its elements, with dots",
        };
        lines.extend([
            format!("# What passes the border, and no other field: {spelling}."),
            "# Take the # from the lines that the mapping needs.".to_owned(),
            "[intake]".to_owned(),
            "fields = [".to_owned(),
        ]);
        let listed = |of_referral: bool| {
            let fields = self.fields.iter().filter_map(move |field| match &field.spelled {
                Spelled::Field(text) if !of_referral => Some((text, &field.seen)),
                Spelled::OfReferral(text) if of_referral => Some((text, &field.seen)),
                _ => None,
            });
            fields.map(|(text, seen)| format!("    # {}, # {seen}", quoted(text)))
        };
        lines.extend(listed(false));
        lines.push("]".to_owned());
        if self.of() == Of::People {
            lines.push("# The same of each referral, where the system has them apart.".to_owned());
            lines.push("referral_fields = [".to_owned());
            lines.extend(listed(true));
            lines.push("]".to_owned());
        }
        lines.extend(
            [
                "# The field and the value by which the partner's people say that the hub may have a record. No record has this one.",
                "marked = { field = \"say-which-field\", value = \"say-which-value\" }",
                "",
            ]
            .map(str::to_owned),
        );
    }
}

/// How a section is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Plain,
    Comment,
}

fn section(lines: &mut Vec<String>, title: &str, settings: &[Setting], name: &str, how: Written) {
    let sign = if how == Written::Comment { "# " } else { "" };
    lines.push(format!("{sign}[{title}]"));
    let mut tables = Vec::new();
    for setting in settings {
        let Example::Value(example) = setting.example else {
            tables.push(setting);
            continue;
        };
        let left_out = match setting.need {
            Need::Must => false,
            Need::May => true,
            Need::Way(ways) => !ways.contains(&0),
        };
        let sign = if left_out { "# " } else { sign };
        lines.push(format!("# {}", setting.sentence));
        lines.push(format!("{sign}{} = {}", setting.name, example.replace("NAME", name)));
    }
    lines.push(String::new());
    for setting in tables {
        lines.push(format!("# {}", setting.sentence));
        let title = format!("{title}.{}", setting.name);
        match setting.example {
            Example::Table(inner) => section(lines, &title, inner, name, Written::Comment),
            Example::Rows(row) => lines.extend([format!("# [{title}]"), format!("# {row}"), String::new()]),
            Example::Value(_) => {}
        }
    }
}

fn limits(lines: &mut Vec<String>) {
    lines.push("[limits]".to_owned());
    for limit in LIMITS {
        lines.push(format!("# {}", limit.sentence));
        lines.push(format!("{} = {}", limit.name, limit.fallback));
    }
    lines.push(String::new());
}

/// A text of TOML: JSON's own form is one, and has no sign that TOML does not take.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use sangam_vocabulary::Country;
    use toml::de::DeTable;

    use super::super::about::{Example, Need, Setting};
    use super::super::kind::Kind;
    use super::super::table::{Faults, Table};
    use super::super::web::Around;
    use super::super::{Draft, Overrides, PartnerConfig, kinds};
    use super::{NewPartner, Of, SeenField, Spelled};

    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("sangam-written-{test}-{}", std::process::id()));
            drop(std::fs::remove_dir_all(&folder));
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn put(&self, name: &str, text: &str) {
            std::fs::write(self.0.join(name), text).unwrap();
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(std::fs::remove_dir_all(&self.0));
        }
    }

    fn fields() -> Vec<SeenField> {
        let field = |spelled| SeenField { spelled, seen: "text, in 1 of 1 records".to_owned() };
        vec![
            field(Spelled::Field("person/name \"x\"".to_owned())),
            field(Spelled::Field("line\nbreak = 1".to_owned())),
            field(Spelled::OfReferral("service".to_owned())),
        ]
    }

    #[test]
    fn what_is_written_of_every_kind_loads_and_lets_nothing_pass() {
        for (kind, about) in kinds() {
            let folder = Folder::new(kind);
            let new = NewPartner {
                name: "some-one",
                organization: "asha",
                country: Country::Nepal,
                kind,
                about,
                fields: &fields(),
            };
            folder.put("some-one.toml", &new.text());
            folder.put("some-one.in.jq", ".");
            folder.put("some-one.out.jq", ".");
            let draft = Draft::read(&folder.0, "some-one");
            let (draft, faults) = draft.unwrap_or_else(|faults| panic!("{kind}: {faults:?}\n{}", new.text()));
            assert_eq!((draft.kind, draft.narrow.fields.as_slice()), (kind, &["say-which-field".to_owned()][..]));
            assert!(draft.narrow.referral_fields.is_empty());
            // Only secrets are missing, and the file without them is no partner's.
            assert!(faults.iter().all(|fault| fault.key.ends_with("_file")), "{kind}: {faults:?}");
            for name in ["password", "token", "secret"] {
                folder.put(&format!("some-one.{name}"), "an invented secret");
            }
            // What stands there as an example can be taken as it is.
            let residence = ["# [residence]", "# home =", "# never ="];
            let taken = residence.iter().fold(new.text(), |text, line| text.replace(line, &line[2..]));
            folder.put("some-one.toml", &taken);
            let loaded = PartnerConfig::read(&folder.0, "some-one", &Overrides::default());
            let loaded = loaded.unwrap_or_else(|faults| panic!("{kind}: {faults:?}"));
            assert_eq!((loaded.wire.name(), loaded.organization.as_str()), (kind, "asha"));
            let resides = !loaded.residence.home().is_empty() && !loaded.residence.never().is_empty();
            assert_eq!(resides, loaded.wire.of() == Of::People, "{kind}");
        }
    }

    fn takes_part(need: Need, way: u8) -> bool {
        match need {
            Need::Must | Need::May => true,
            Need::Way(ways) => ways.contains(&way),
        }
    }

    /// A section with everything in it that goes with a way of signing in.
    fn full(title: &str, settings: &[Setting], way: u8) -> String {
        let (mut lines, mut tables) = (format!("[{title}]\n"), String::new());
        for setting in settings.iter().filter(|setting| takes_part(setting.need, way)) {
            match setting.example {
                Example::Value(value) => lines.push_str(&format!("{} = {value}\n", setting.name)),
                Example::Table(inner) => tables.push_str(&full(&format!("{title}.{}", setting.name), inner, way)),
                Example::Rows(row) => tables.push_str(&format!("[{title}.{}]\n{row}\n", setting.name)),
            }
        }
        lines + &tables
    }

    #[test]
    fn an_integrator_is_told_of_every_key_that_is_read_and_of_no_other() {
        for (word, kind) in Kind::WORDS {
            let folder = Folder::new(&format!("keys-{word}"));
            for name in ["password", "token", "secret", "p384.pem"] {
                folder.put(&format!("NAME.{name}"), "an invented secret");
            }
            let settings = kind.about().settings;
            let ways = settings.iter().filter_map(|setting| match setting.need {
                Need::Way(ways) => ways.iter().max().copied(),
                _ => None,
            });
            for way in 0..=ways.max().unwrap_or(0) {
                let text = full("section", settings, way);
                let (parsed, broken) = DeTable::parse_recoverable(&text);
                assert!(broken.is_empty(), "{text}");
                let faults = Faults::new("some-one.toml", &text);
                let root = Table::root(&faults, parsed.get_ref());
                let section = root.table("section").unwrap();
                let overrides = Overrides::default();
                let read = kind.read(&section, &Around { folder: &folder.0, overrides: &overrides, narrow: None });
                let told = |name: &str| {
                    let by_file = format!("{name}_file");
                    settings.iter().any(|setting| setting.name == name || setting.name == by_file)
                };
                let untold: Vec<_> = section.asked().into_iter().filter(|name| !told(name)).collect();
                assert!(untold.is_empty(), "{word} reads {untold:?}, and nobody is told");
                section.finish();
                let faults: Vec<String> = faults.sorted().iter().map(ToString::to_string).collect();
                // Neither a private key nor an operation's file is invented here.
                let made_up = |fault: &&String| !fault.contains("private_key_file") && !fault.contains(".operation`");
                let others = faults.iter().filter(made_up);
                assert_eq!(others.collect::<Vec<_>>(), Vec::<&String>::new(), "{word}, way {way}:\n{text}");
                assert!(read.is_some() || !faults.is_empty(), "{word}");
            }
        }
    }
}
