//! `sangam adapter` as an integrator meets it: the README's chapter "Add a partner" word for word, and what the command
//! refuses.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what is not as a test says fails it by panicking at that line; none of this ships"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

use sangam_kit::folder::Folder;
use sangam_kit::process::free_port;
use sangam_kit::target;

/// The heading of the chapter.
const CHAPTER: &str = "## Add a partner";
/// What stands between the outputs of two blocks.
const CUT: &str = "--8<--";

/// A block of the chapter, and what the text says that it prints.
struct Block {
    shell: String,
    prints: Option<String>,
}

/// The blocks of a chapter of the README: `sh` is run, `text` after it is what it prints.
fn blocks(chapter: &str) -> Vec<Block> {
    let readme = fs::read_to_string(target::checkout().join("README.md")).unwrap();
    let (_, chapter) = readme.split_once(&format!("\n{chapter}\n")).unwrap();
    let chapter = chapter.split("\n## ").next().unwrap();
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<(&str, String)> = None;
    for line in chapter.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some((language, String::new())),
            (Some(_), Some((language, body))) => {
                match *language {
                    "sh" => blocks.push(Block { shell: body.clone(), prints: None }),
                    "text" => blocks.last_mut().unwrap().prints = Some(body.clone()),
                    other => panic!("a block of `{other}` in the chapter is neither run nor compared"),
                }
                open = None;
            }
            (None, Some((_, body))) => *body += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    blocks
}

#[test]
fn the_chapter_on_adding_a_partner_is_what_happens() {
    let blocks = blocks(CHAPTER);
    assert!(blocks.len() > 5 && blocks.iter().any(|block| block.prints.is_some()), "there is a chapter");
    let folder = Folder::new("add-a-partner");
    // Whoever follows the chapter stands in a checkout and has the binary in the path.
    copy(&target::checkout().join("config"), &folder.join("config"));
    let mut script = "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n".to_owned();
    for block in &blocks {
        writeln!(script, "{}\nprintf '%s\\n' '{CUT}'", block.shell).unwrap();
    }
    let bin = target::binary("sangam");
    let path = format!("{}:{}", bin.parent().unwrap().display(), env::var("PATH").unwrap());
    let ran = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(folder.path())
        .env("PATH", path)
        .env("PORT", free_port().to_string())
        .env("METRICS_PORT", free_port().to_string())
        .output()
        .unwrap();
    let (printed, complained) = (text(&ran.stdout), text(&ran.stderr));
    let parts: Vec<&str> = printed.split(&format!("{CUT}\n")).collect();
    for (block, part) in blocks.iter().zip(&parts) {
        if let Some(prints) = &block.prints {
            assert_eq!(*part, prints.as_str(), "after\n{}\n{complained}", block.shell);
        }
    }
    let log = fs::read_to_string(folder.join("try/hub.log")).unwrap_or_default();
    assert!(ran.status.success(), "{printed}\n{complained}\n{log}");
    assert_eq!(parts.len(), blocks.len() + 1, "{printed}\n{complained}");
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}

fn adapter(folder: &Folder, arguments: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } = Command::new(target::binary("sangam"))
        .arg("adapter")
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    (status.code().unwrap(), format!("{}{}", text(&stdout), text(&stderr)))
}

/// Records of an invented deployment, with a word in them that must be shown nowhere.
const CASES: &str = r#"{"data": [
  {"id": "a", "name": "marker one", "sex": "f", "share": "yes", "open": true},
  {"id": "b", "name": "marker two", "sex": "marker", "share": "yes", "open": false}
]}"#;

#[test]
fn a_new_partner_takes_nothing_and_nothing_is_ever_overwritten() {
    let folder = Folder::new("adapter-new");
    fs::write(folder.join("cases.json"), CASES).unwrap();
    let new = ["new", "primero", "shelter-np", "--sample", "cases.json", "--dir", "partners"];
    let (code, output) = adapter(&folder, &new);
    assert!(code == 0 && !output.contains("marker"), "{output}");
    let files = ["shelter-np.toml", "shelter-np.in.jq", "shelter-np.out.jq"];
    let written = files.map(|file| fs::read_to_string(folder.join("partners").join(file)).unwrap());
    assert!(written.iter().all(|text| !text.contains("marker")), "no value is written");
    assert!(written[0].contains("# \"name\", # text, 10 characters, in 2 of 2 records"), "{}", written[0]);
    // Again, and with one of the three there: nothing is written.
    let (code, output) = adapter(&folder, &new);
    assert!(code == 1 && output.contains("nothing is overwritten"), "{output}");
    for file in ["shelter-np.toml", "shelter-np.in.jq"] {
        fs::remove_file(folder.join("partners").join(file)).unwrap();
    }
    assert_eq!(adapter(&folder, &new).0, 1);
    assert_eq!(fs::read_dir(folder.join("partners")).unwrap().count(), 1, "all of them or none");
    assert_eq!(fs::read_to_string(folder.join("partners/shelter-np.out.jq")).unwrap(), written[2]);
    // Codes are written where they are asked for and look like codes.
    let (code, output) = adapter(&folder, &[&new[..2], &["two-np"], &new[3..], &["--codes", "sex"]].concat());
    assert!(code == 0 && output.contains("but the codes that you asked for"), "{output}");
    assert!(fs::read_to_string(folder.join("partners/two-np.in.jq")).unwrap().contains("\"f\", \"marker\""));
    let (code, output) = adapter(&folder, &[&new[..2], &["three-np"], &new[3..], &["--codes", "name"]].concat());
    assert!(code == 1 && output.contains("may say something of people") && !output.contains("marker"), "{output}");
    for (arguments, words) in [
        (vec!["new", "filemaker", "x-np"], "primero"),
        (vec!["new", "primero", "../x-np"], "NAME must be"),
        (vec!["new", "primero", "nowhere", "--dir", "partners"], "--country"),
        (vec!["check", "nobody", "--sample", "cases.json", "--dir", "partners"], "there is no nobody.toml"),
    ] {
        let (code, output) = adapter(&folder, &arguments);
        assert!(code != 0 && output.contains(words), "{arguments:?}: {output}");
    }
}

/// A page of a directory: one service of the member's, with what must not be shown in it.
const SERVICES: &str = r#"{"last_page": true, "contents": [{
    "id": "ac148810-d857-441c-9679-408f346de14b", "name": "marker name", "status": "active",
    "organization": {"id": "6f1d5b0e-3c8a-4d57-9a41-2b7c0e9d1f64", "name": "marker"},
    "attributes": [{"id": "ac148810-d857-441c-9679-408f346de14c", "taxonomy_term":
        {"id": "ac148810-d857-441c-9679-408f346de14d", "code": "advice", "name": "marker"}}],
    "phones": [{"id": "ac148810-d857-441c-9679-408f346de14e", "number": "+977 1 000000"}]}]}"#;

#[test]
fn a_directory_has_one_mapping_and_offers_nothing_until_it_is_said() {
    let folder = Folder::new("adapter-directory");
    fs::write(folder.join("services.json"), SERVICES).unwrap();
    let sample = ["--sample", "services.json", "--dir", "partners"];
    let (code, output) = adapter(&folder, &[&["new", "hsds3", "lawyers-np"][..], &sample].concat());
    assert!(code == 0 && !output.contains("marker"), "{output}");
    let names =
        fs::read_dir(folder.join("partners")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert_eq!(names, ["lawyers-np.in.jq", "lawyers-np.toml"]);
    let (toml, jq) = (folder.join("partners/lawyers-np.toml"), folder.join("partners/lawyers-np.in.jq"));
    let (said, mapping) = (fs::read_to_string(&toml).unwrap(), fs::read_to_string(&jq).unwrap());
    for of_people in ["consent_text", "[residence]", "\n[organizations]", "referral_fields", "977 1", "marker"] {
        assert!(!said.contains(of_people) && !mapping.contains(of_people), "{of_people}");
    }
    let check = [&["check", "lawyers-np"][..], &sample].concat();
    let (code, output) = adapter(&folder, &check);
    assert!(code == 0 && output.contains("the hub would take 0") && !output.contains("Categories"), "{output}");
    let said =
        said.replace("    # \"", "    \"").replace("say-which-field", "status").replace("say-which-value", "active");
    fs::write(&toml, said).unwrap();
    let table = |code: &str| {
        format!(
            "{{services: [.attributes[].taxonomy_term.code | code({{{code}: \"LEGAL_AID\", doctor: \"HEALTH\"}}; \"/attributes\")]}}"
        )
    };
    fs::write(&jq, table("advice")).unwrap();
    let (code, output) = adapter(&folder, &check);
    assert!(code == 0 && output.contains("the hub would take 1") && !output.contains("marker"), "{output}");
    assert!(output.contains("services/* LEGAL_AID") && output.contains("services/* HEALTH"), "{output}");
    let (code, output) = adapter(&folder, &[&check[..], &["--recipient", "NP/NGO"]].concat());
    assert!(code == 1 && output.contains("nobody is in a directory"), "{output}");
    let replay = [&["replay", "lawyers-np"][..], &sample].concat();
    let (code, output) = adapter(&folder, &replay);
    assert!(code == 0 && output.contains("record 1: taken"), "{output}");
    fs::write(&jq, table("law")).unwrap();
    let (code, output) = adapter(&folder, &replay);
    assert!(code == 1 && output.contains("UNKNOWN_CODE") && output.contains("/attributes"), "{output}");
}

#[test]
fn a_hostile_sample_is_refused_and_no_value_is_shown_that_was_not_asked_for() {
    let folder = Folder::new("adapter-check");
    fs::write(folder.join("cases.json"), CASES).unwrap();
    let sample = ["--sample", "cases.json", "--dir", "partners"];
    adapter(&folder, &[&["new", "primero", "shelter-np"][..], &sample].concat());
    let toml = folder.join("partners/shelter-np.toml");
    let said = fs::read_to_string(&toml).unwrap();
    let said = said.replace("    # \"", "    \"").replace("say-which-field", "share").replace("say-which-value", "yes");
    fs::write(&toml, said).unwrap();
    fs::write(
        folder.join("partners/shelter-np.in.jq"),
        r#"{externalId: .id, markedForHub: (.share == "yes"), facts: {collectedIn: "NP", age: {kind: "ADULT"}},
            categories: {IDENTITY: {names: [.name | name_of("OFFICIAL")]},
              DEMOGRAPHICS: {ageBand: "AGE_UNKNOWN", sex: (.sex | code({f: "FEMININE", m: "MASCULINE"}; "/sex"))}}}"#,
    )
    .unwrap();
    let check = [&["check", "shelter-np"][..], &sample].concat();
    let (code, output) = adapter(&folder, &check);
    assert!(code == 1 && !output.contains("marker"), "{output}");
    for words in [
        "`primero.password_file` cannot be read",
        "1 map, 1 would wait in quarantine",
        "record 2: UNKNOWN_CODE at `/sex` (length 6)",
        "the first comes from: sex",
        "IDENTITY/names/*/text",
        "open   true or false, in 2 of 2 records",
        "unknown: a value of 6 characters, 1 time",
        "TRANSGENDER_FEMININE",
    ] {
        assert!(output.contains(words), "`{words}` is not in\n{output}");
    }
    let shown = adapter(&folder, &[&check[..], &["--show-values"]].concat()).1;
    assert!(shown.contains("marker one") && shown.contains("\"marker\""), "{shown}");
    // What a shelter in India would see of it: the law of the records' country, and no consent, decide.
    let law = target::checkout().join("config/countries");
    let recipient = ["--recipient", "IN/SHELTER", "--law", law.to_str().unwrap()];
    let seen = adapter(&folder, &[&check[..], &recipient].concat()).1;
    assert!(seen.contains("DEMOGRAPHICS  released"), "{seen}");
    let seen = adapter(&folder, &[&check[..], &recipient, &["--consent", "none"]].concat()).1;
    assert!(seen.contains("withheld, NOT_SHARED  CONSENT_MISSING:"), "{seen}");
    let seen = adapter(&folder, &[&check[..], &recipient, &["--agreement", "none"]].concat()).1;
    assert!(seen.contains("withheld, NO_AGREEMENT  NO_AGREEMENT:"), "{seen}");
    // What is to be nowhere is dropped whatever anybody agreed to, and what stays at home asks for the record's own consent.
    let said = fs::read_to_string(&toml).unwrap();
    for (residence, becomes) in [("home", "CONSENT_MISSING:"), ("never", "DEMOGRAPHICS  dropped at the border")] {
        fs::write(&toml, format!("{said}\n[residence]\n{residence} = [\"DEMOGRAPHICS\"]\n")).unwrap();
        let seen = adapter(&folder, &[&check[..], &recipient].concat()).1;
        assert!(seen.contains(becomes), "{residence}: {seen}");
    }
    fs::write(&toml, said).unwrap();

    for (name, text) in [
        ("twice", r#"[{"name":"marker","name":"marker"}]"#.to_owned()),
        ("deep", format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000))),
        ("huge", format!("[\"{}\"]", "marker".repeat(2_000_000))),
        ("page", "<html>marker</html>".to_owned()),
    ] {
        fs::write(folder.join(name), text).unwrap();
        for command in [&["check", "shelter-np"][..], &["replay", "shelter-np"], &["new", "primero", "more-np"]] {
            let (code, output) = adapter(&folder, &[command, &["--sample", name, "--dir", "partners"]].concat());
            assert!(code == 1 && output.contains("the sample") && !output.contains("marker"), "{name}: {output}");
            assert!(output.len() < 2_000, "{name}");
        }
    }
    assert!(!folder.join("partners/more-np.toml").exists(), "nothing was written");
    assert_eq!(adapter(&folder, &["check", "shelter-np", "--sample", "/dev/zero", "--dir", "partners"]).0, 1);
}
