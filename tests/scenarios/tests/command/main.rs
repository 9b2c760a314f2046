//! The commands as the person at the terminal meets them: what they refuse, in which words, and that nothing is
//! started or left half done.

mod adapter;
mod corridors;
mod readiness;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use sangam_kit::demo::Demo;
use sangam_kit::folder::Folder;
use sangam_kit::process::Start;
use sea_orm::ConnectionTrait;

/// How long a command that refuses may take.
const SOON: Duration = Duration::from_secs(20);

/// Runs a command to its end and gives its success and output.
fn told<const N: usize>(arguments: [&str; N], path: &Path) -> (bool, String) {
    let mut process = Start::sangam(arguments).arguments([path]).run();
    let ended = process.wait_end(SOON);
    (ended.success(), process.output())
}

#[test]
fn the_demo_listens_on_loopback_only() {
    let folder = Folder::new("loopback");
    let data = folder.join("data");
    for listen in ["0.0.0.0:0", "[::]:0"] {
        let (success, output) = told(["demo", "--listen", listen, "--dir"], &data);
        assert!(!success && output.contains("loopback"), "{output}");
        assert!(!data.exists(), "nothing was made");
    }
}

#[test]
fn the_demo_refuses_a_folder_it_did_not_make() {
    let folder = Folder::new("foreign");
    fs::write(folder.join("mine.txt"), "not a demo's").unwrap();
    let (success, output) = told(["demo", "--listen", "127.0.0.1:0", "--dir"], folder.path());
    assert!(!success && output.contains("was not made by a demo"), "{output}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was added");
}

#[test]
fn a_folder_holds_one_demo_at_a_time_and_a_second_start_finds_its_data() {
    let folder = Folder::new("twice");
    let demo = Demo::start(&folder);
    let data = demo.data().to_owned();
    let clients: Vec<_> = demo.card().clients.iter().map(|client| client.client_id.clone()).collect();
    let (success, output) = told(["demo", "--listen", "127.0.0.1:0", "--dir"], &data);
    assert!(!success && output.contains("another demo runs"), "{output}");
    assert!(demo.stop().success());
    let mut again = Demo::start(&folder);
    assert_eq!(clients, again.card().clients.iter().map(|client| client.client_id.clone()).collect::<Vec<_>>());
    let output = again.process().output();
    let taken: Vec<_> = output.lines().filter(|line| line.starts_with("synchronised ")).collect();
    assert_eq!(taken.len(), again.card().partners.len(), "{output}");
    // What a directory says is kept nowhere but in what follows from it, and read anew after each start.
    let (directories, of_people): (Vec<&str>, Vec<&str>) =
        taken.into_iter().partition(|line| line.starts_with("synchronised directory-bd"));
    assert!(directories.len() == 1 && directories[0].contains(" 1 new,"), "{output}");
    assert!(of_people.iter().all(|line| line.contains(" 0 new,") && line.ends_with(" 0 referrals")), "{output}");
    assert!(again.stop().success());
}

#[test]
fn an_address_that_is_taken_is_said_so() {
    let folder = Folder::new("taken");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (success, output) = told(["demo", "--listen", &address, "--dir"], &folder.join("data"));
    assert!(!success && output.contains("cannot listen"), "{output}");
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let folder = Folder::new("key");
    let demo = Demo::start(&folder);
    let data = demo.data().to_owned();
    assert!(demo.stop().success());
    fs::set_permissions(data.join("keys/root.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let (success, output) = told(["demo", "--listen", "127.0.0.1:0", "--dir"], &data);
    assert!(!success && output.contains("can be read by others"), "{output}");
}

#[test]
fn every_fault_of_a_configuration_is_told_at_once_and_nothing_starts() {
    let folder = Folder::new("configuration");
    let file = folder.join("hub.toml");
    fs::write(
        &file,
        "[operator]\nname = 7\n\n[door]\nlisten = \"everywhere\"\ncertficate = \"a.pem\"\nintrospection = \"yes\"\n\n[store]\nsqlite = \"a.sqlite\"\npostgres_url_file = \"b\"\n\n[organizations]\nasha = \"org_1\"\n\n[portal]\n",
    )
    .unwrap();
    for command in ["serve", "migrate"] {
        let (success, output) = told([command, "--config"], &file);
        assert!(!success, "{output}");
        for fault in [
            "hub.toml:2: `operator.name`: must be text",
            "hub.toml:5: `door.listen`: must be an address and a port",
            "hub.toml:6: `door.certficate`: there is no such key",
            "hub.toml:7: `door.introspection`: must be `true` or `false`",
            "hub.toml:9: `store`: give either `sqlite` or `postgres_url_file`",
            "hub.toml:14: `organizations.asha`: must be an organization's id",
            "hub.toml:16: `portal`: there is no such table",
            "`door.address`: is missing",
            "`keys.folder`: no such folder",
        ] {
            assert!(output.contains(fault), "`{fault}` is not in\n{output}");
        }
        assert!(!folder.join("a.sqlite").exists(), "nothing was made");
    }
    let unreadable = folder.join("broken.toml");
    fs::write(&unreadable, "[door\nlisten").unwrap();
    let (success, output) = told(["serve", "--config"], &unreadable);
    assert!(!success && output.contains("broken.toml:1:"), "{output}");
}

#[test]
fn every_fault_of_the_place_of_documents_is_told_with_its_line() {
    let folder = Folder::new("place");
    let file = folder.join("hub.toml");
    fs::write(folder.join("empty"), "\n").unwrap();
    fs::write(folder.join("two.words"), "two words\n").unwrap();
    let of = |documents: &str| {
        fs::write(&file, format!("[documents]\n{documents}")).unwrap();
        told(["serve", "--config"], &file)
    };
    let whole = "bucket = \"papers\"\nregion = \"ap-south-1\"\nendpoint = \"https://objects.example.org\"\nkey_id_file = \"two.words\"\nsecret_file = \"hub.toml\"\n";
    for (documents, faults) in [
        ("folder = \"a\"\nbucket = \"papers\"\n", &["1: `documents`: give either `folder` or `bucket` with what"][..]),
        (
            "bucket = \"Papers\"\nregion = \"Here!\"\nendpoint = \"http://objects.example.org\"\naddressing = \"host\"\nprefix = \"../up\"\nkey_id_file = \"empty\"\nsecret = \"marker 7\"\nauthority = \"hub.toml\"\nzone = 1\n",
            &[
                "2: `documents.bucket`: must be a bucket's name",
                "3: `documents.region`: must be a region",
                "4: `documents.endpoint`: must be `https`, or a server on this machine",
                "5: `documents.addressing`: must be `path` or `virtual-hosted`",
                "6: `documents.prefix`: must be parts of letters",
                "7: `documents.key_id_file`: must be a file of text that is not empty",
                "8: `documents.secret`: may stand here in a sandbox only",
                "1: `documents.authority`: must be a certificate in PEM",
                "10: `documents.zone`: there is no such key",
            ],
        ),
        (
            "prefix = \"hub\"\nendpoint = \"https://objects.example.org/papers\"\nauthority = \"gone.pem\"\n",
            &[
                "1: `documents.bucket`: is missing",
                "1: `documents.region`: is missing",
                "3: `documents.endpoint`: must be an origin without a path, as in `https://objects.example.org`",
                "1: `documents.key_id_file`: is missing",
                "1: `documents.secret_file`: is missing",
                "4: `documents.authority`: cannot be read",
            ],
        ),
        (
            whole,
            &["1: `documents.key_id`: must be visible ASCII without spaces", "1: `documents.secret`: must be visible"],
        ),
        (
            "bucket = \"pa.pers\"\naddressing = \"virtual-hosted\"\n",
            &["1: `documents.bucket`: must be without `.`", "1: `documents.endpoint`: is missing"],
        ),
        (
            "bucket = \"papers\"\nendpoint = \"http://localhost:3900\"\naddressing = \"virtual-hosted\"\n",
            &["1: `documents.endpoint`: must be `https` where the bucket is a part of the host's name"],
        ),
    ] {
        let (success, output) = of(documents);
        assert!(!success && !output.contains("marker 7"), "{output}");
        for fault in faults {
            assert!(output.contains(&format!("hub.toml:{fault}")), "`{fault}` is not in\n{output}");
        }
    }
    // The control: what is right is no fault, and only the rest is told.
    fs::write(folder.join("id"), "HUB7\n").unwrap();
    for right in [
        "bucket = \"papers\"\nregion = \"ap-south-1\"\nendpoint = \"https://objects.example.org\"\nkey_id_file = \"id\"\nsecret_file = \"id\"\n",
        "bucket = \"papers\"\nregion = \"garage\"\nendpoint = \"http://127.0.0.1:3900\"\nprefix = \"hub/one\"\nkey_id_file = \"id\"\nsecret_file = \"id\"\n",
        "bucket = \"papers\"\nregion = \"garage\"\nendpoint = \"https://objects.example.org\"\naddressing = \"virtual-hosted\"\nkey_id_file = \"id\"\nsecret_file = \"id\"\n",
        "folder = \"a\"\n",
    ] {
        let (success, output) = of(right);
        assert!(!success && output.contains("`door.address`: is missing") && !output.contains("documents"), "{output}");
    }
}

#[test]
fn every_fault_of_a_listener_is_told_with_its_line() {
    let folder = Folder::new("listeners");
    let file = folder.join("hub.toml");
    fs::write(
        &file,
        "[door]\ntls = \"1.1\"\nclient_certificates = \"maybe\"\nclient_revocations = \"r.pem\"\n\n[[door.listeners]]\ncertificate = \"a.pem\"\nport = 1\n\n[[door.listeners]]\nlisten = 7\nclient_certificates = \"required\"\n\n[[door.listeners]]\nlisten = \"nowhere\"\ncertificate = \"a.pem\"\nkey = \"a.key\"\nclient_authorities = \"c.pem\"\n",
    )
    .unwrap();
    let (success, output) = told(["serve", "--config"], &file);
    assert!(!success, "{output}");
    for fault in [
        "hub.toml:2: `door.tls`: must be `1.3` or `1.2`",
        "hub.toml:3: `door.client_certificates`: must be `off`, `optional` or `required`",
        "hub.toml:4: `door.client_revocations`: needs `client_authorities`",
        "hub.toml:6: `door.listeners.listen`: is missing",
        "hub.toml:6: `door.listeners`: `certificate` and `key` go together",
        "hub.toml:8: `door.listeners.port`: there is no such key",
        "hub.toml:11: `door.listeners.listen`: must be text",
        "hub.toml:12: `door.listeners.client_certificates`: needs `certificate` and `key`",
        "hub.toml:15: `door.listeners.listen`: must be an address and a port",
        "hub.toml:18: `door.listeners.client_authorities`: needs `client_certificates`",
    ] {
        assert!(output.contains(fault), "`{fault}` is not in\n{output}");
    }
}

#[test]
fn a_tampered_journal_is_found() {
    let folder = Folder::new("tampered");
    let demo = Demo::start(&folder);
    let data = demo.data().to_owned();
    assert!(demo.stop().success());
    let (success, output) = told(["journal", "verify", "--demo"], &data);
    assert!(success && output.contains("cannot know"), "{output}");
    let checkpoints = data.join("checkpoints.jsonl");
    let text = fs::read_to_string(&checkpoints).expect("checkpoints left");
    // The body is JSON inside JSON: its quotes are escaped.
    let forged = text.replacen("\\\"seq\\\":", "\\\"seq\\\":1", 1);
    assert_ne!(text, forged, "there is a head to forge");
    fs::write(&checkpoints, forged).unwrap();
    let mut verify = Start::sangam(["journal", "verify", "--demo"])
        .arguments([&data])
        .arguments(["--checkpoints".as_ref(), checkpoints.as_path()])
        .run();
    assert!(!verify.wait_end(SOON).success());
    assert!(verify.output().contains("fault:"), "{}", verify.output());

    // One entry, in the database itself: whoever holds the disk.
    let address = format!("sqlite://{}", data.join("sangam.sqlite").display());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let database = Box::pin(sea_orm::Database::connect(address)).await.unwrap();
        let changed = database.execute_unprepared("UPDATE journal_entry SET at = at + 1 WHERE seq = 5").await.unwrap();
        assert_eq!(changed.rows_affected(), 1);
        database.close().await.unwrap();
    });
    let (success, output) = told(["journal", "verify", "--demo"], &data);
    assert!(!success && output.contains("was changed"), "{output}");
}
