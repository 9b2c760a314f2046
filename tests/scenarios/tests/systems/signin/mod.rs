//! People sign in: a browser, the hub, and a provider. The provider is the real `oidc-provider` where a person's day is
//! told, and a pretender of the tests' own where it must lie.

pub(crate) mod browser;
pub(crate) mod day;
mod emergency;
mod ending;
mod forged;
pub(crate) mod notice;
pub(crate) mod people;

use serde_json::Value;

use crate::house::House;
use browser::Browser;

/// The client id and secret of the hub at every provider here.
const CLIENT: &str = "sangam";
const SECRET: &str = "an invented secret of the tests, & with % signs";

/// The entry of a provider in the hub's configuration. The secret's file must be there before the hub reads it.
fn entry(issuer: &str, secret: &std::path::Path, algorithms: &str) -> String {
    format!(
        "\n[[providers]]\nname = \"office\"\nlabel = \"The invented office\"\nissuer = \"{issuer}\"\nclient_id = \"{CLIENT}\"\nclient_secret_file = \"{}\"\nalgorithms = [\"{algorithms}\"]\n",
        secret.display()
    )
}

/// The session of a browser as `/session` tells it.
async fn session(browser: &mut Browser, house: &House) -> (u16, Value) {
    let page = browser.get(&format!("{}/session", house.origin(0))).await;
    (page.status, serde_json::from_str(&page.body).unwrap_or(Value::Null))
}

/// Reads the directory as a page of a browser does; the status and the code of a refusal.
async fn ask(browser: &Browser, house: &House, headers: &[(&str, &str)]) -> (u16, String) {
    let body = r#"{"query": "{ organizations(first: 1) { nodes { id } } }"}"#;
    let url = format!("{}/graphql", house.origin(0));
    let page = browser.send("POST", &url, headers, Some(("application/json", body.to_owned()))).await;
    let told: Value = serde_json::from_str(&page.body).unwrap_or(Value::Null);
    assert_eq!(page.status == 200, page.body.contains("org_"), "{}", page.body);
    (page.status, told["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned())
}
