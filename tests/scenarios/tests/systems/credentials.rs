//! Keys that systemd hands to a service: `[keys] credentials` and the folder it names to the process.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use sangam_kit::process::Start;

use crate::house::{House, SANDBOX};

const SOON: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_takes_its_keys_from_the_credentials_folder_and_from_no_other() {
    let mut house = House::of(SANDBOX);
    let config = house.end(0);
    let text = fs::read_to_string(&config).unwrap();
    let config = house.write("credentials.toml", text.replace("folder = \"keys\"", "credentials = true"));
    // As systemd makes it: files of root's, 0400, or 0440 where an access list lets the service's user in.
    let credentials = house.path("credentials");
    fs::create_dir_all(&credentials).unwrap();
    for name in ["root.key", "tokens.pk8", "journal.pk8"] {
        fs::copy(house.path("keys").join(name), credentials.join(name)).unwrap();
        fs::set_permissions(credentials.join(name), Permissions::from_mode(0o400)).unwrap();
    }
    let start = |folder: Option<&str>| {
        let start = Start::sangam(["serve", "--config"]).arguments([&config]);
        match folder {
            Some(folder) => start.with_variable("CREDENTIALS_DIRECTORY", folder),
            None => start,
        }
        .run()
    };
    let mut served = start(credentials.to_str());
    served.wait_for_line("listens on", SOON);
    assert!(served.stop(SOON).success());
    let refused = |folder: Option<&str>, words: &str| {
        let mut ran = start(folder);
        assert!(!ran.wait_end(SOON).success());
        std::thread::sleep(Duration::from_millis(100));
        assert!(ran.output().contains(words), "{words}: {}", ran.output());
    };
    refused(None, "systemd made no credentials folder");
    refused(house.path("nowhere").to_str(), "systemd made no credentials folder");
    refused(Some("credentials"), "systemd made no credentials folder");
    fs::set_permissions(credentials.join("root.key"), Permissions::from_mode(0o444)).unwrap();
    refused(credentials.to_str(), "can be read by others");
    // The mode of an access list is systemd's alone: in a folder that is named it is refused.
    let key = house.path("keys/root.key");
    fs::set_permissions(&key, Permissions::from_mode(0o440)).unwrap();
    let named = house.write("named.toml", &text);
    let mut ran = Start::sangam(["serve", "--config"]).arguments([&named]).run();
    assert!(!ran.wait_end(SOON).success());
    std::thread::sleep(Duration::from_millis(100));
    assert!(ran.output().contains("`root.key` can be read by others"), "{}", ran.output());
}
