//! A partner's file: all faults at once with line and key, and nothing unsafe accepted.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

use std::path::Path;
use std::sync::Arc;

use sangam_sandbox::fhir::FhirServer;
use sangam_vocabulary::{Category, CategorySet, Country, Instant, ManualClock, Residences, SeededChance};
use sangam_wire::config::{ConfigFault, KeyFault, Mode, Of, Overrides, PartnerConfig, WireConfig};
use sangam_wire::kobo::Decisions;
use sangam_wire::odk::Takes;

use crate::house::Folder;

impl Folder {
    fn read(&self, name: &str) -> Result<PartnerConfig, Vec<ConfigFault>> {
        PartnerConfig::read(&self.0, name, &Overrides::default())
    }

    fn faults(&self, text: &str) -> Vec<String> {
        self.put("p.toml", text);
        self.read("p").unwrap_err().iter().map(ToString::to_string).collect()
    }
}

const GOOD: &str = r#"name = "p"
organization = "asha-nivas"
country = "IN"
wire = "primero"
mode = "mirror"
in_mapping = "p.in.jq"

[primero]
base_url = "https://primero.example/"
user_name = "hub"
password_file = "p.password"

[intake]
fields = ["id"]
marked = { field = "share", value = "yes" }
"#;

fn good() -> Folder {
    let folder = Folder::new();
    folder.put("p.toml", GOOD).put("p.in.jq", ".").put("p.password", "swordfish\n");
    folder
}

#[test]
fn a_whole_file_is_read_with_its_defaults() {
    let folder = good();
    let partner = folder.read("p").unwrap();
    assert_eq!((partner.country, partner.mode), (Country::India, Mode::Mirror));
    assert_eq!(partner.narrow.fields, ["id", "share"], "the mark crosses the border with the rest");
    let WireConfig::Primero(primero) = &partner.wire else { panic!() };
    assert_eq!(primero.per_page, 50);
    assert!(!format!("{partner:?}").contains("swordfish"));
    assert_eq!(PartnerConfig::names(&folder.0).unwrap(), ["p"]);
}

#[test]
fn every_fault_is_told_at_once_with_line_and_key() {
    let folder = good();
    let told = folder.faults(
        r#"name = "other"
country = "US"
wire = "primero"
mode = "both"
in_mapping = "../secret.jq"
out_mapping = "missing.jq"
colour = "red"

[primero]
base_url = "http://primero.example/"
user_name = 7
password = "a"
password_file = "p.password"
per_page = 5000

[limits]
deadline_ms = 5
speed = 3

[intake]
fields = "id"

[organizations]
a = 1
"#,
    );
    let expected = [
        "p.toml:1: `name` must be the file's own name",
        "p.toml:1: `organization` is missing",
        "p.toml:2: `country` must be one of AF, BD, BT, IN, LK, MV, NP, PK",
        "p.toml:5: `in_mapping` must be the name of a file beside this one",
        "p.toml:6: `out_mapping` cannot be read",
        "p.toml:7: `colour` is no key here",
        "p.toml:10: `primero.base_url` must be https, or http on this machine, without user or query",
        "p.toml:11: `primero.user_name` must be a text that is not empty",
        "p.toml:12: `primero.password` must not stand beside the key that names its file",
        "p.toml:14: `primero.per_page` must be from 1 to 1000",
        "p.toml:17: `limits.deadline_ms` must be from 100 to 120000",
        "p.toml:18: `limits.speed` is no key here",
        "p.toml:20: `intake.marked` is missing",
        "p.toml:21: `intake.fields` must be a list of texts",
        "p.toml:24: `organizations.a` must be a text that is not empty",
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_is_no_toml_is_said_with_its_line() {
    let folder = good();
    let told = folder.faults("name = \"p\"\ncountry = = \"IN\"\n");
    assert!(told.iter().any(|fault| fault == "p.toml:2: `` is not TOML"), "{told:?}");
    let absent = folder.read("nosuch").unwrap_err();
    assert_eq!(absent[0].fault, KeyFault::Unreadable);
}

#[test]
fn credentials_and_data_cross_no_network_in_clear() {
    let folder = good();
    let with = |url: &str| {
        folder.put("p.toml", GOOD.replace("https://primero.example/", url));
        folder.read("p").is_ok()
    };
    for url in [
        "https://primero.example/",
        "https://primero.example/path/",
        "http://127.0.0.1:8000/",
        "http://[::1]:8000/",
        "http://localhost/",
    ] {
        assert!(with(url), "{url}");
    }
    for url in [
        "http://primero.example/",
        "http://127.0.0.1.example/",
        "http://localhost.example/",
        "ftp://127.0.0.1/",
        "primero.example",
        "https://user:pass@primero.example/",
        "https://primero.example/?a=b",
        "https://primero.example/#a",
        "data:text/plain,x",
        "",
    ] {
        assert!(!with(url), "{url}");
    }
}

#[test]
fn a_password_comes_from_one_place() {
    let folder = good();
    let with = |line: &str| folder.faults(&GOOD.replace("password_file = \"p.password\"", line));
    assert_eq!(with(""), ["p.toml:8: `primero.password_file` is missing"]);
    assert_eq!(with("password_file = \"nosuch\""), ["p.toml:11: `primero.password_file` cannot be read"]);
    assert_eq!(
        with("password_file = \"../p\""),
        ["p.toml:11: `primero.password_file` must be a file's name without a folder"]
    );
    assert_eq!(
        with("password_file = \".hidden\""),
        ["p.toml:11: `primero.password_file` must be a file's name without a folder"]
    );
    assert_eq!(
        with("password = \"a\""),
        ["p.toml:11: `primero.password` must stand in a file, named by the key that ends in _file"]
    );
}

#[test]
fn sheets_stay_in_their_folder() {
    let folder = good();
    let sheet = |incoming: &str, outgoing: &str| {
        let text = GOOD.replace("wire = \"primero\"", "wire = \"spreadsheet\"");
        let (head, tail) =
            (text.split("[primero]").next().unwrap().to_owned(), text.split("[intake]").nth(1).unwrap().to_owned());
        let section = format!(
            "[spreadsheet]\nfolder = \"x\"\nformat = \"csv\"\nincoming = \"{incoming}\"\noutgoing = \"{outgoing}\"\n"
        );
        folder.put("p.toml", format!("{head}{section}\n[intake]{tail}"));
        folder.read("p")
    };
    assert!(sheet("in.csv", "out.csv").is_ok());
    for (incoming, outgoing) in
        [("../in.csv", "out.csv"), ("in.csv", "/etc/out.csv"), ("in.csv", "in.csv"), ("..", "out.csv")]
    {
        assert!(sheet(incoming, outgoing).is_err(), "{incoming} {outgoing}");
    }
    assert!(sheet("in.csv", "in.errors.csv").is_err(), "where the copy with the errors is written");
}

/// Files of one folder have one writer each: none is another's, or the report beside it.
#[test]
fn files_of_cases_are_three_and_stay_in_their_folder() {
    let folder = good();
    let (head, intake) = (GOOD.split("[primero]").next().unwrap(), GOOD.split("[intake]").nth(1).unwrap());
    let head = head.replace("wire = \"primero\"", "wire = \"htcds\"");
    let faults = |section: &str| {
        folder.put("p.toml", format!("{head}[htcds]\nfolder = \"x\"\n{section}\n[intake]{intake}"));
        let read = folder.read("p").err().unwrap_or_default();
        read.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let named = |names: [&str; 3]| {
        let [incoming, answers, outgoing] = names;
        faults(&format!(
            "format = \"json\"\nincoming = \"{incoming}\"\nanswers = \"{answers}\"\noutgoing = \"{outgoing}\""
        ))
    };
    assert_eq!(named(["in.json", "answers.json", "out.json"]), [] as [String; 0]);
    for names in [
        ["in.json", "in.json", "out.json"],
        ["in.json", "answers.json", "in.json"],
        ["../in.json", "answers.json", "out.json"],
        ["in.json", "/answers.json", "out.json"],
        ["in.json", "answers.json", "in.errors.json"],
        ["answers.errors.json", "answers.json", "out.json"],
    ] {
        assert_eq!(named(names).len(), 1, "{names:?}: {:?}", named(names));
    }
    let missing = faults("format = \"xlsx\"\nincoming = \"in.json\"");
    let keys: Vec<bool> =
        ["format", "answers", "outgoing"].iter().map(|key| missing.iter().any(|told| told.contains(key))).collect();
    assert_eq!((missing.len(), keys), (3, vec![true; 3]), "{missing:?}");
}

/// A section of forms says what it lacks, key by key, and nothing of it is guessed.
#[test]
fn forms_are_read_whole_or_not_at_all() {
    let folder = good();
    folder.put("p.token", "t");
    let head = GOOD.split("[primero]").next().unwrap();
    let intake = GOOD.split("[intake]").nth(1).unwrap();
    let file = |wire: &str, section: &str| {
        let head = head.replace("wire = \"primero\"", &format!("wire = \"{wire}\""));
        format!("{head}[{wire}]\nbase_url = \"https://forms.example/\"\n{section}\n[intake]{intake}")
    };
    let kobo = "token_file = \"p.token\"\nasset = \"a1\"\ntime_zone = \"+05:45\"\ntakes = \"approved\"\n";
    folder.put("p.toml", file("kobotoolbox", kobo));
    let WireConfig::Kobo(read) = folder.read("p").unwrap().wire else { panic!() };
    assert!(read.approved_only && read.withdrawn.is_none() && read.decisions == Decisions::ValidationStatus);
    let odk = "email = \"hub@x.example\"\npassword_file = \"p.password\"\nproject = 7\nlist = \"l\"\ntakes = \"all\"\n";
    folder.put("p.toml", file("odk_central", odk));
    let WireConfig::Odk(read) = folder.read("p").unwrap().wire else { panic!() };
    assert_eq!((read.project, read.form, read.takes), (7, None, Takes::All));

    let faults = |wire: &str, section: &str| {
        let told = folder.faults(&file(wire, section));
        told.iter().map(|fault| fault.split_once(": ").unwrap().1.to_owned()).collect::<Vec<_>>()
    };
    let zone = faults("kobotoolbox", &kobo.replace("+05:45", "Asia/Kathmandu"));
    assert_eq!(zone, ["`kobotoolbox.time_zone` must be a distance from UTC, for instance +05:45"]);
    assert_eq!(faults("kobotoolbox", &kobo.replace("takes = \"approved\"\n", "")), ["`kobotoolbox.takes` is missing"]);
    let half =
        faults("kobotoolbox", &format!("{kobo}withdrawn = {{ field = \"f\" }}\ndecisions = {{ field = \"f\" }}"));
    let missing = ["withdrawn.value", "decisions.accepted", "decisions.declined", "decisions.done"];
    assert_eq!(half, missing.map(|key| format!("`kobotoolbox.{key}` is missing")));
    let neither = faults("odk_central", &odk.replace("list = \"l\"\n", ""));
    assert_eq!(neither, ["`odk_central.form` must be there, or `list`"]);
    assert_eq!(faults("odk_central", &odk.replace("project = 7\n", "")), ["`odk_central.project` is missing"]);
    let nowhere = odk.replace("list = \"l\"", "form = \"f\"\nwithdrawn = { field = \"f\", value = \"v\" }");
    assert_eq!(faults("odk_central", &nowhere), ["`odk_central.list` is missing"]);
}

#[tokio::test]
async fn the_shipped_partners_are_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/partners");
    let secrets = Folder::new();
    let clock = Arc::new(ManualClock::new(Instant::from_millis(0)));
    let server =
        FhirServer::start("127.0.0.1:0".parse().unwrap(), clock, Arc::new(SeededChance::new(1))).await.unwrap();
    server.write_key(&secrets.0).unwrap();
    for other in ["casebook-lk.key", "hub-mv.key"] {
        std::fs::copy(secrets.0.join("hospital-bd.key"), secrets.0.join(other)).unwrap();
    }
    let names = PartnerConfig::names(&folder).unwrap();
    let shipped = [
        "agency-bd",
        "casebook-lk",
        "centre-bd",
        "directory-bd",
        "hospital-bd",
        "hub-mv",
        "outreach-np",
        "return-desk-bd",
        "shelter-in",
        "shelter-pk",
        "small-ngo",
    ];
    assert_eq!(names, shipped);
    for name in names {
        secrets.put(&format!("{name}.password"), "x").put(&format!("{name}.token"), "x");
        let overrides = Overrides { secrets: Some(secrets.0.clone()), ..Overrides::default() };
        let partner = PartnerConfig::read(&folder, &name, &overrides).unwrap();
        assert_eq!(partner.consent_text, None, "no partner's form is the hub's text");
        // A directory is read alone.
        assert_eq!((partner.inbound.is_some(), partner.outbound.is_some()), (true, partner.wire.of() == Of::People));
    }
}

/// Nobody is in a directory, and nothing is written there: what says otherwise is a fault, and so is one of nobody.
#[test]
fn a_directory_is_read_and_has_nothing_of_people() {
    let folder = good();
    let (head, tail) = (GOOD.split("[primero]").next().unwrap(), GOOD.split("[intake]").nth(1).unwrap());
    let head = head.replace("primero", "hsds3");
    const SECTION: &str =
        "base_url = \"https://directory.example/hsds/\"\norganization = \"6f1d5b0e-3c8a-4d57-9a41-2b7c0e9d1f64\"\n";
    let with = |head: &str, section: &str, more: &str| -> Vec<String> {
        folder.put("p.toml", &format!("{head}[hsds3]\n{section}[intake]{tail}{more}"));
        folder.read("p").err().unwrap_or_default().iter().map(ToString::to_string).collect()
    };
    assert_eq!(with(&head, SECTION, ""), [] as [String; 0]);
    for mode in ["push", "both", "live"] {
        let told = with(&head.replace("mirror", mode), SECTION, "");
        assert!(told.iter().any(|line| line.contains("`mode` must be mirror: a directory is read")), "{told:?}");
    }
    for (key, more) in [
        ("organizations", "[organizations]\nx = \"asha-nivas\"\n"),
        ("residence", "[residence]\nhome = [\"HEALTH\"]\n"),
        ("hook", "[hook]\nsecret_file = \"p.password\"\naddress = \"https://hub.example/\"\n"),
    ] {
        let told = with(&head, SECTION, more);
        assert!(told.len() == 1 && told[0].ends_with(&format!("`{key}` is no key here")), "{told:?}");
    }
    for key in ["out_mapping = \"p.in.jq\"\n", "consent_text = \"sangam-1\"\n"] {
        let told = with(&format!("{key}{head}"), SECTION, "");
        assert!(told.len() == 1 && told[0].ends_with("is no key here"), "{told:?}");
    }
    for (from, to, words) in [
        ("6f1d5b0e-3c8a-4d57-9a41-2b7c0e9d1f64", "nyaya-setu", "must be the organization's id"),
        ("organization", "organisation", "`hsds3.organization` is missing"),
        ("https", "http", "must be https"),
    ] {
        let told = with(&head, &SECTION.replace(from, to), "");
        assert!(told.iter().any(|line| line.contains(words)), "{told:?}");
    }
}

/// A FHIR server's section: one way to sign in, and none of its secrets or addresses unsafe.
#[tokio::test]
async fn a_fhir_server_is_signed_in_to_in_one_way() {
    let clock = Arc::new(ManualClock::new(Instant::from_millis(0)));
    let server =
        FhirServer::start("127.0.0.1:0".parse().unwrap(), clock, Arc::new(SeededChance::new(1))).await.unwrap();
    let folder = good();
    folder.put("p.key", server.private_key());
    let (head, tail) = (GOOD.split("[primero]").next().unwrap(), GOOD.split("[intake]").nth(1).unwrap());
    let head = head.replace("primero", "fhir_r4");
    let with = |lines: &str| {
        let section = format!("base_url = \"https://fhir.example/r4\"\nidentifier_system = \"s\"\n{lines}\n");
        folder.put("p.toml", format!("{head}[fhir_r4]\n{section}[intake]{tail}"));
        folder.read("p").map(drop).map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let client = "token_url = \"/oauth2/token\"\nclient_id = \"hub\"\n";
    for lines in [
        "token_file = \"p.password\"".to_owned(),
        format!("{client}client_secret_file = \"p.password\""),
        format!("{client}key_id = \"k\"\nprivate_key_file = \"p.key\"\nscopes = [\"system/Task.rs\"]"),
        format!("{client}client_secret_file = \"p.password\"").replace("/oauth2", "https://auth.example"),
    ] {
        assert_eq!(with(&lines), Ok(()), "{lines}");
    }
    let refused = [
        (String::new(), "p.toml:8: `fhir_r4.token_file` is missing"),
        (
            "token = \"x\"".to_owned(),
            "p.toml:11: `fhir_r4.token` must stand in a file, named by the key that ends in _file",
        ),
        (
            format!("{client}client_secret_file = \"p.password\"").replace("/oauth2", "http://auth.example"),
            "p.toml:11: `fhir_r4.token_url` must be https, or http on this machine, without user or query",
        ),
        (
            format!("{client}client_secret_file = \"p.password\"\ntoken_file = \"p.password\""),
            "p.toml:14: `fhir_r4.token_file` is no key here",
        ),
        (
            format!("{client}key_id = \"k\"\nprivate_key_file = \"p.password\""),
            "p.toml:14: `fhir_r4.private_key_file` must be a private key of P-384, P-256 or Ed25519, as PKCS#8 in PEM",
        ),
        (
            "token_file = \"p.password\"\nper_page = 101".to_owned(),
            "p.toml:12: `fhir_r4.per_page` must be from 1 to 100",
        ),
    ];
    for (lines, fault) in refused {
        assert_eq!(with(&lines), Err(vec![fault.to_owned()]), "{lines}");
    }
}

#[test]
fn a_file_may_keep_more_at_home_and_says_so_once() {
    let folder = good();
    let of = |mode: &str, table: &str| {
        folder.put("p.toml", format!("{}{table}", GOOD.replace("mirror", mode)));
        folder.read("p").map(|partner| partner.residence).map_err(|faults| faults[0].to_string())
    };
    let set = |category| CategorySet::of(&[category]);
    let stated = "[residence]\nhome = [\"HEALTH\"]\nnever = [\"NARRATIVE\"]\n";
    assert_eq!(of("mirror", "").unwrap(), Residences::HUB);
    assert_eq!(of("mirror", stated).unwrap(), Residences::new(set(Category::Health), set(Category::Narrative)));
    // What is read live is all at home, but for what is nowhere.
    assert_eq!(of("live", "").unwrap(), Residences::new(CategorySet::all(), CategorySet::NONE));
    assert_eq!(of("live", stated).unwrap().never(), set(Category::Narrative));
    for (table, fault) in [
        ("[residence]\nhome = [\"SHOES\"]\n", "`residence.home` must be one of CASE_REFERENCE"),
        (
            "[residence]\nhome = [\"HEALTH\"]\nnever = [\"HEALTH\"]\n",
            "`residence.never` must not name what `home` names",
        ),
        ("[residence]\nhub = [\"HEALTH\"]\n", "`residence.hub` is no key here"),
    ] {
        let told = of("mirror", table).unwrap_err();
        assert!(told.contains(fault), "{told}");
    }
}
