//! A hub does not start on corridors that are not whole: what a pair of countries asks for is never guessed.

#![expect(
    clippy::unwrap_used,
    reason = "what is not as a test says fails it by panicking at that line; none of this ships"
)]

use std::fs;
use std::path::Path;

use sangam_kit::corridors;
use sangam_kit::folder::Folder;
use sangam_kit::target;

use crate::told;

/// A deployment's folder with everything but keys, and what `serve` says of it after a change to its corridors.
fn served(name: &str, change: impl FnOnce(&Path)) -> String {
    let folder = Folder::new(name);
    let ways = folder.join("corridors");
    for inner in [&ways, &folder.join("keys"), &folder.join("partners")] {
        fs::create_dir_all(inner).unwrap();
    }
    for (file, text) in corridors::texts() {
        fs::write(ways.join(file).with_extension("toml"), text).unwrap();
    }
    change(&ways);
    let law = target::checkout().join("config/countries").canonicalize().unwrap();
    let config = folder.join("hub.toml");
    let text = format!(
        "[operator]\nname = \"Invented\"\ncountry = \"NP\"\n\n[door]\naddress = \"https://hub.example.org\"\n\n[store]\nsqlite = \"hub.sqlite\"\n\n[law]\nfolder = \"{}\"\n",
        law.display()
    );
    fs::write(&config, text).unwrap();
    let (success, output) = told(["serve", "--config"], &config);
    // The keys are missing in each of these; that is told beside, and a hub without keys starts as little.
    assert!(!success && output.contains("root.key"), "{output}");
    assert!(!folder.join("hub.sqlite").exists(), "nothing was made");
    output
}

#[test]
fn a_hub_refuses_to_start_on_corridors_that_are_not_whole() {
    let whole = served("corridors-whole", |_| {});
    assert!(!whole.contains("corridor"), "{whole}");
    let missing = served("corridors-missing", |ways| fs::remove_file(ways.join("in-np.toml")).unwrap());
    assert!(missing.contains("in-np.toml: the corridor cannot be read"), "{missing}");
    let step = served("corridors-step", |ways| {
        let file = ways.join("in-bd.toml");
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("\"HANDED_OVER\""));
        fs::write(&file, text.replacen("\"HANDED_OVER\"", "\"GONE\"", 1)).unwrap();
    });
    assert!(step.contains("clock `IN-BD-TOTAL` names a step that its track does not know"), "{step}");
    let limit = served("corridors-limit", |ways| {
        let file = ways.join("in-bd.toml");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replacen("\"REPORTED\"", "\"LIMIT\"", 1)).unwrap();
    });
    assert!(limit.contains("is a limit only where the text was read"), "{limit}");
    let gone = served("corridors-gone", |ways| fs::remove_file(ways.join("general.toml")).unwrap());
    assert!(gone.contains("general.toml"), "{gone}");
}
