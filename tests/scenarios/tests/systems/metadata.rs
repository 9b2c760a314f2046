//! What a client finds out by itself: where tokens are had, how, and with which keys they are verified.

use serde_json::{Value, json};

use crate::house::{House, SANDBOX, STRICT};

async fn told(house: &House, path: &str) -> Value {
    let response = house.http(None).get(format!("{}{path}", house.origin(0))).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_metadata_says_what_works_here() {
    for (like, methods, certificates) in [
        (SANDBOX, json!(["private_key_jwt", "client_secret_basic", "client_secret_post"]), false),
        (STRICT, json!(["private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"]), true),
    ] {
        let house = House::of(like);
        let server = told(&house, "/.well-known/oauth-authorization-server").await;
        assert_eq!(server["issuer"], json!(house.address));
        for (name, path) in
            [("token_endpoint", "/oauth/token"), ("revocation_endpoint", "/oauth/revoke"), ("jwks_uri", "/oauth/jwks")]
        {
            assert_eq!(server[name], json!(format!("{}{path}", house.address)), "{name}");
        }
        assert_eq!(server["token_endpoint_auth_methods_supported"], methods);
        assert_eq!(server["revocation_endpoint_auth_methods_supported"], methods);
        assert_eq!(
            server["grant_types_supported"],
            json!(["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"])
        );
        assert_eq!(server["dpop_signing_alg_values_supported"], json!(["EdDSA", "ES256"]));
        assert_eq!(server["tls_client_certificate_bound_access_tokens"], json!(certificates));
        let resource = told(&house, "/.well-known/oauth-protected-resource").await;
        assert_eq!(resource["resource"], json!(house.address));
        assert_eq!(resource["authorization_servers"], json!([house.address]));
        assert_eq!(resource["bearer_methods_supported"], json!(["header"]));
        let keys = told(&house, "/oauth/jwks").await;
        let key = keys["keys"][0].as_object().unwrap();
        assert_eq!(
            (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
            (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"), &json!("sig"))
        );
        assert!(!key.contains_key("d"), "the private half stays here");
    }
}
