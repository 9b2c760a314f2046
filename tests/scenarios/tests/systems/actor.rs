//! Token exchange: a system says which member of its staff asks, and only then gets more than what is light.

use sangam_kit::client::Client;
use sangam_kit::database::Database;
use sangam_kit::demo::Demo;
use sangam_kit::folder::Folder;
use serde_json::{Value, json};

use crate::empty;
use crate::house::{Answer, House, JWT_BEARER, SANDBOX, System};
use crate::keys::{Pair, edited, fresh, now, read, unsigned, with_rsa, with_secret};
use crate::proof::Holder;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
const STAFF: &str = "staff-7";

/// A form that exchanges a token, after what says who the client is.
pub(crate) fn form<'a>(client: &[(&'a str, &'a str)], subject: &'a str, actor: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form = client.to_vec();
    form.extend([
        ("grant_type", GRANT),
        ("subject_token", subject),
        ("subject_token_type", ACCESS_TOKEN),
        ("actor_token", actor),
        ("actor_token_type", JWT),
    ]);
    form
}

/// The header of an actor token.
pub(crate) fn header(pair: &Pair, kid: &str) -> Value {
    json!({"alg": pair.algorithm(), "kid": kid, "typ": "actor+jwt"})
}

/// The claims of an actor token that is good once and for a minute.
pub(crate) fn claims(house: &House, client: &str) -> Value {
    let now = now();
    json!({
        "iss": client, "sub": STAFF, "aud": format!("{}/oauth/token", house.address),
        "iat": now, "exp": now + 60, "jti": fresh(),
    })
}

impl System {
    fn actor(&self, house: &House) -> String {
        self.pair.token(&header(&self.pair, &self.kid), &claims(house, &self.id))
    }

    async fn exchange(&self, house: &House, number: usize, subject: &str, actor: &str, proof: Option<&str>) -> Answer {
        let assertion = self.assertion();
        let client = [("client_assertion_type", JWT_BEARER), ("client_assertion", assertion.as_str())];
        house.post(number, &house.http(None), "/oauth/token", &form(&client, subject, actor), proof).await
    }
}

fn refused(answer: &Answer, what: &str) {
    assert_eq!((answer.status, answer.error()), (400, "invalid_request"), "{what}: {answer:?}");
}

type Forge = Box<dyn Fn(&System, &Value, Value) -> String>;

fn forgery(name: &'static str, make: impl Fn(&System, &Value, Value) -> String + 'static) -> (&'static str, Forge) {
    (name, Box::new(make))
}

fn claimed(name: &'static str, change: impl Fn(&mut Value) + 'static) -> (&'static str, Forge) {
    forgery(name, move |system, header, mut claims| {
        change(&mut claims);
        system.pair.token(header, &claims)
    })
}

fn headed(name: &'static str, change: impl Fn(&System, &mut Value) + 'static) -> (&'static str, Forge) {
    forgery(name, move |system, header, claims| {
        let mut header = header.clone();
        change(system, &mut header);
        system.pair.token(&header, &claims)
    })
}

fn without(name: &'static str) -> (&'static str, Forge) {
    claimed(name, move |claims| drop(claims.as_object_mut().unwrap().remove(name)))
}

fn named(pseudonym: &'static str) -> (&'static str, Forge) {
    claimed(pseudonym, move |claims| claims["sub"] = json!(pseudonym))
}

fn forgeries(other: System) -> Vec<(&'static str, Forge)> {
    let (id, stranger) = (other.id.clone(), Pair::ed());
    vec![
        headed("an assertion's type", |_, header| header["typ"] = json!("JWT")),
        headed("no type", |_, header| drop(header.as_object_mut().unwrap().remove("typ"))),
        headed("an access token's type", |_, header| header["typ"] = json!("at+jwt")),
        headed("a proof's type", |_, header| header["typ"] = json!("dpop+jwt")),
        forgery("no signature", |_, header, claims| {
            let mut header = header.clone();
            header["alg"] = json!("none");
            unsigned(&header, &claims)
        }),
        forgery("no signature under a good header", |_, header, claims| unsigned(header, &claims)),
        forgery("the public key as a secret", |system, header, claims| {
            let mut header = header.clone();
            header["alg"] = json!("HS256");
            with_secret(&header, &claims, &system.pair.public())
        }),
        forgery("another kind of key", |_, header, claims| {
            let mut header = header.clone();
            header["alg"] = json!("RS256");
            with_rsa(&header, &claims)
        }),
        forgery("another member of staff under the signature", |system, header, claims| {
            edited(&system.pair.token(header, &claims), |claims| claims["sub"] = json!("staff-8"))
        }),
        forgery("a stranger's signature", move |_, header, claims| stranger.token(header, &claims)),
        forgery("another client's signature", move |_, _, claims| {
            other.pair.token(&header(&other.pair, &other.kid), &claims)
        }),
        headed("the key that it brings along", |_, header| {
            header["jwk"] = Pair::ed().jwk();
            header.as_object_mut().unwrap().remove("kid");
        }),
        headed("a key nobody registered", |_, header| header["kid"] = json!("two")),
        headed("an extension that must be understood", |_, header| header["crit"] = json!(["b64"])),
        headed("the other algorithm's name", |system, header| {
            header["alg"] = json!(if system.pair.algorithm() == "EdDSA" { "ES256" } else { "EdDSA" });
        }),
        claimed("another audience", |claims| claims["aud"] = json!("https://elsewhere.example/oauth/token")),
        claimed("another issuer", |claims| claims["iss"] = json!("https://issuer.example")),
        claimed("another client's name", move |claims| claims["iss"] = json!(id)),
        claimed("the past", |claims| {
            claims["iat"] = json!(now() - 120);
            claims["exp"] = json!(now() - 1);
        }),
        claimed("an end too far away", |claims| claims["exp"] = json!(now() + 330)),
        claimed("the future", |claims| claims["iat"] = json!(now() + 60)),
        claimed("a beginning in the future", |claims| claims["nbf"] = json!(now() + 60)),
        claimed("an empty id", |claims| claims["jti"] = json!("")),
        claimed("a long id", |claims| claims["jti"] = json!("j".repeat(129))),
        without("aud"),
        without("iss"),
        without("sub"),
        without("exp"),
        without("iat"),
        without("jti"),
        named(""),
        named("Asha Devi"),
        named("asha@shelter.example"),
        named("आशा"),
        named("ward/7"),
        named("sixty-five-characters-are-one-more-than-a-pseudonym-may-have-here"),
        forgery("no token at all", |_, _, _| "staff".to_owned()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_actor_token_is_refused_and_the_same_well_made_is_taken() {
    let house = House::of(SANDBOX);
    for (name, pair, other) in [("ed25519", Pair::ed(), Pair::p256()), ("p256", Pair::p256(), Pair::ed())] {
        let system = house.system("asha-nivas", pair);
        let other = house.system("nirapod-ghar", other);
        let subject = system.token(&house, 0).await;
        for (what, forge) in forgeries(other) {
            let (header, claims) = (header(&system.pair, &system.kid), claims(&house, &system.id));
            let forged = forge(&system, &header, claims.clone());
            let answer = system.exchange(&house, 0, &subject, &forged, None).await;
            refused(&answer, &format!("{name}: {what}"));
            assert!(!answer.body.to_string().contains("Asha"), "nothing that was sent comes back");
            // The same claims under the same header, well made: a forgery uses up nothing.
            let good = system.exchange(&house, 0, &subject, &system.pair.token(&header, &claims), None).await;
            assert_eq!(good.status, 200, "{name}: {what}: {good:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_kind_of_statement_says_is_not_said_by_another() {
    let house = House::of(SANDBOX);
    let system = house.system("asha-nivas", Pair::ed());
    let subject = system.token(&house, 0).await;
    // A good assertion is no actor token, and was not used up by being taken for one.
    let assertion = system.assertion();
    refused(&system.exchange(&house, 0, &subject, &assertion, None).await, "an assertion");
    assert_eq!(house.assert(0, &assertion).await.status, 200);
    // A good actor token is no assertion, even about the client itself; and it still names somebody.
    let mut about_itself = claims(&house, &system.id);
    about_itself["sub"] = json!(system.id);
    let header = header(&system.pair, &system.kid);
    for actor in [system.actor(&house), system.pair.token(&header, &about_itself)] {
        let answer = house.assert(0, &actor).await;
        assert_eq!((answer.status, answer.error()), (401, "invalid_client"), "{answer:?}");
        assert_eq!(system.exchange(&house, 0, &subject, &actor, None).await.status, 200);
    }
    // Nor is either of the two tokens the other, or opens the hub.
    let actor = system.actor(&house);
    refused(&system.exchange(&house, 0, &actor, &subject, None).await, "the tokens the other way round");
    refused(&system.exchange(&house, 0, &subject, &subject, None).await, "an access token as an actor token");
    let http = house.http(None);
    assert_eq!(house.ask(0, &http, &format!("Bearer {actor}"), None).await, 401);
    assert_eq!(house.ask(0, &http, &format!("Bearer {subject}"), None).await, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exchanged_token_says_who_asks_and_may_no_more_than_the_one_it_was_had_for() {
    let house = House::of(SANDBOX);
    let http = house.http(None);
    let system = house.system("asha-nivas", Pair::p256());
    let subject = system.token(&house, 0).await;
    let answer = system.exchange(&house, 0, &subject, &system.actor(&house), None).await;
    assert_eq!((answer.status, &answer.body["issued_token_type"]), (200, &json!(ACCESS_TOKEN)), "{answer:?}");
    let (before, after) = (read(&subject, 1), read(answer.token(), 1));
    assert_eq!((&after["act"], &before["act"]), (&json!({ "sub": STAFF }), &Value::Null));
    for same in ["iss", "aud", "sub", "client_id", "scope", "generation", "cnf"] {
        assert_eq!(after[same], before[same], "{same}");
    }
    assert_ne!(after["jti"], before["jti"]);
    assert!(after["exp"].as_i64() <= before["exp"].as_i64(), "{before} {after}");
    assert_eq!(
        answer.body["expires_in"].as_i64().unwrap(),
        after["exp"].as_i64().unwrap() - after["iat"].as_i64().unwrap()
    );
    assert_eq!(house.ask(0, &http, &format!("Bearer {}", answer.token()), None).await, 200);
    // Who asks is under the signature: of a token that says it, and of one that does not.
    for (token, sub) in [(answer.token(), "staff-8"), (&subject, STAFF)] {
        let forged = edited(token, |claims| claims["act"] = json!({ "sub": sub }));
        assert_eq!(house.ask(0, &http, &format!("Bearer {forged}"), None).await, 401);
        assert_eq!(house.ask(0, &http, &format!("Bearer {token}"), None).await, 200);
    }
    // Less may be asked for, more than the token carries may not, though the client may have it.
    let scoped = async |subject: &str, scope: &str| {
        let (assertion, actor) = (system.assertion(), system.actor(&house));
        let client = [("client_assertion_type", JWT_BEARER), ("client_assertion", &assertion), ("scope", scope)];
        house.post(0, &http, "/oauth/token", &form(&client, subject, &actor), None).await
    };
    let less = scoped(&subject, "directory").await;
    assert_eq!((less.status, &less.body["scope"]), (200, &json!("directory")));
    assert_eq!(scoped(&subject, "partners").await.error(), "invalid_scope");
    let narrow = {
        let assertion = system.assertion();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", &assertion),
            ("scope", "directory"),
        ];
        house.post(0, &http, "/oauth/token", &form, None).await.token().to_owned()
    };
    assert_eq!(scoped(&narrow, "cases:read").await.error(), "invalid_scope");
    assert_eq!(scoped(&narrow, "directory").await.status, 200);
    // A token that names somebody is not passed on to the next.
    refused(
        &system.exchange(&house, 0, answer.token(), &system.actor(&house), None).await,
        "a token that names somebody",
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_clients_own_good_token_is_exchanged() {
    let house = House::of(SANDBOX);
    let system = house.system("asha-nivas", Pair::ed());
    let other = house.system("nirapod-ghar", Pair::ed());
    let (own, others) = (system.token(&house, 0).await, other.token(&house, 0).await);
    let good = async |subject: &str| system.exchange(&house, 0, subject, &system.actor(&house), None).await;
    refused(&good(&others).await, "another client's");
    assert_eq!(other.exchange(&house, 0, &others, &other.actor(&house), None).await.status, 200, "it is a good token");
    refused(&good(&edited(&own, |claims| claims["scope"] = json!("directory partners"))).await, "edited");
    refused(&good(&Pair::ed().token(&read(&own, 0), &read(&own, 1))).await, "signed by somebody else");
    refused(&good("a token").await, "no token");
    // The client must be who it says, whatever tokens it holds.
    let (actor, forged) = (system.actor(&house), Pair::ed().token(&system.header(), &system.claims()));
    let client = [("client_assertion_type", JWT_BEARER), ("client_assertion", forged.as_str())];
    let stolen = house.post(0, &house.http(None), "/oauth/token", &form(&client, &own, &actor), None).await;
    assert_eq!((stolen.status, stolen.error()), (401, "invalid_client"));
    assert_eq!(good(&own).await.status, 200);
    // Given back.
    let assertion = system.assertion();
    let revoke =
        [("client_assertion_type", JWT_BEARER), ("client_assertion", assertion.as_str()), ("token", own.as_str())];
    assert_eq!(house.post(0, &house.http(None), "/oauth/revoke", &revoke, None).await.status, 200);
    refused(&good(&own).await, "given back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_token_is_bound_to_is_shown_and_kept() {
    let house = House::of(SANDBOX);
    let system = house.system("asha-nivas", Pair::ed());
    let (holder, thief) = (Holder::new(&house), Holder::new(&house));
    let subject = holder.token(&house, 0, &system).await.token().to_owned();
    let prove = |holder: &Holder| holder.proof("POST", "/oauth/token", None);
    let exchange = async |proof: Option<&str>| system.exchange(&house, 0, &subject, &system.actor(&house), proof).await;
    let of_the_thief = prove(&thief);
    for proof in [None, Some(of_the_thief.as_str())] {
        let answer = exchange(proof).await;
        assert_eq!((answer.status, answer.error()), (400, "invalid_dpop_proof"), "{answer:?}");
    }
    let answer = exchange(Some(&prove(&holder))).await;
    assert_eq!((answer.status, &answer.body["token_type"]), (200, &json!("DPoP")), "{answer:?}");
    assert_eq!(read(answer.token(), 1)["cnf"], read(&subject, 1)["cnf"]);
    let (http, token) = (house.http(None), answer.token());
    assert_eq!(house.ask(0, &http, &format!("Bearer {token}"), None).await, 401);
    for (who, status) in [(&thief, 401), (&holder, 200)] {
        let proof = who.proof("POST", "/graphql", Some(token));
        assert_eq!(house.ask(0, &http, &format!("DPoP {token}"), Some(&proof)).await, status);
    }
}

sangam_kit::both_databases! {
    template = empty;

    async fn an_actor_token_is_good_once_on_all_processes_together(database: Database) {
        let mut house = House::on(&database, SANDBOX);
        let second = house.start();
        let system = house.system("asha-nivas", Pair::ed());
        let subject = system.token(&house, 0).await;
        let actor = system.actor(&house);
        assert_eq!(system.exchange(&house, 0, &subject, &actor, None).await.status, 200);
        for number in [0, second, 0] {
            refused(&system.exchange(&house, number, &subject, &actor, None).await, "a second time");
        }
        for _ in 0..5 {
            let actor = system.actor(&house);
            let (here, there) = tokio::join!(
                system.exchange(&house, 0, &subject, &actor, None),
                system.exchange(&house, second, &subject, &actor, None)
            );
            let mut both = [here.status, there.status];
            both.sort_unstable();
            assert_eq!(both, [200, 400]);
        }
        // An assertion and an actor token are two statements, also by the same id.
        let mut claims = claims(&house, &system.id);
        claims["jti"] = json!("one-id");
        let mut of_the_client = system.claims();
        of_the_client["jti"] = json!("one-id");
        assert_eq!(house.assert(0, &system.pair.token(&system.header(), &of_the_client)).await.status, 200);
        let actor = system.pair.token(&header(&system.pair, &system.kid), &claims);
        assert_eq!(system.exchange(&house, second, &subject, &actor, None).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_of_any_method_names_staff_with_keys_it_registered_for_that() {
    let house = House::of(SANDBOX);
    let http = house.http(None);
    let (first, next) = (Pair::ed(), Pair::p256());
    let file =
        |pair: &Pair| house.write(&format!("{}.json", fresh()), json!({"keys": [pair.named("staff")]}).to_string());
    let (first_file, next_file) = (file(&first), file(&next));
    let added = house.add("asha-nivas", &["--secret", "--actor-jwks", first_file.to_str().unwrap()]);
    let bare = house.add("asha-nivas", &["--secret"]);
    let exchange = async |added: &Value, secret: &str, pair: &Pair| {
        let id = added["client_id"].as_str().unwrap();
        let client = [("client_id", id), ("client_secret", secret)];
        let grant = [&client[..], &[("grant_type", "client_credentials")]].concat();
        let subject = house.post(0, &http, "/oauth/token", &grant, None).await.token().to_owned();
        let actor = pair.token(&header(pair, "staff"), &claims(&house, id));
        house.post(0, &http, "/oauth/token", &form(&client, &subject, &actor), None).await
    };
    let secret = |told: &Value| told["client_secret"].as_str().unwrap().to_owned();
    assert_eq!(exchange(&added, &secret(&added), &first).await.status, 200);
    refused(&exchange(&added, &secret(&added), &next).await, "a key of another");
    refused(&exchange(&bare, &secret(&bare), &first).await, "a client that has no key");
    // A new secret leaves the keys as they are; new keys replace them.
    let id = added["client_id"].as_str().unwrap().to_owned();
    let kept = secret(&house.client(&["rotate", &id, "--json", "--secret"]).json());
    assert_eq!(exchange(&added, &kept, &first).await.status, 200);
    let rotate = ["rotate", &id, "--json", "--secret", "--actor-jwks", next_file.to_str().unwrap()];
    let replaced = secret(&house.client(&rotate).json());
    assert_eq!(exchange(&added, &replaced, &next).await.status, 200);
    refused(&exchange(&added, &replaced, &first).await, "the key that was replaced");
    let listed = house.client(&["list", "--json"]).json();
    let names = |id: &Value| {
        listed.as_array().unwrap().iter().find(|one| one["client_id"] == *id).unwrap()["names_staff"].clone()
    };
    assert_eq!((names(&added["client_id"]), names(&bare["client_id"])), (json!(true), json!(false)));
    // A set that is none is said so, and nothing is registered.
    let private = house.write("private.json", json!({"keys": [{"kty": "oct", "k": "AA", "kid": "k"}]}).to_string());
    let before = listed.as_array().unwrap().len();
    let ran = house.client(&[
        "add",
        "--organization",
        house.organization("asha-nivas"),
        "--name",
        "another",
        "--scope",
        "directory",
        "--secret",
        "--actor-jwks",
        private.to_str().unwrap(),
    ]);
    assert!(ran.code == 1 && ran.output.contains("private or symmetric key"), "{ran:?}");
    assert_eq!(house.client(&["list", "--json"]).json().as_array().unwrap().len(), before);
}

const OWN: &str = "{ subjects(first: 100) { nodes { id canSee caseReference { number } demographics { ageBand } identity { names { text } } withheld { category reason } } } }";
const EXPLAIN: &str = "query($subject: ID!) { explain(subject: $subject) { category verdict clause sentence } }";
const DISCLOSURES: &str = "query($subject: ID!) { disclosures(subject: $subject, first: 100) { nodes { id actor categories recipient { name } } } }";

/// Of an owner's own subjects: without a member of staff what is light and no more, with one the rest as well, and the
/// journal says who.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_what_is_light_takes_somebody_who_asks() {
    let folder = Folder::new("actor");
    let demo = Demo::start_with(&folder, None, 6);
    let purposed = |client: Client| client.for_purpose("SERVICE_REFERRAL");
    let system = purposed(demo.card().sign_in("Asha Nivas").await.unwrap());
    let staff = purposed(demo.card().sign_in_as("Asha Nivas", STAFF).await.unwrap());

    let nobody = system.ask(OWN, json!({})).await.complete();
    let nobody = nobody.at("/subjects/nodes").as_array().unwrap().clone();
    assert!(!nobody.is_empty());
    for subject in &nobody {
        let withheld = subject["withheld"].as_array().unwrap();
        let reason = withheld.iter().find(|entry| entry["category"] == "IDENTITY").map(|entry| &entry["reason"]);
        assert_eq!((&subject["identity"], reason), (&Value::Null, Some(&json!("NOT_SHARED"))), "{subject}");
        assert!(subject["demographics"]["ageBand"].is_string() && subject["caseReference"]["number"].is_string());
        assert_eq!(subject["canSee"], json!(["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES"]));
    }
    let somebody = staff.ask(OWN, json!({})).await.complete();
    let receipt = somebody.json().pointer("/extensions/receipts/0").unwrap().clone();
    let somebody = somebody.at("/subjects/nodes").as_array().unwrap().clone();
    assert_eq!(somebody.len(), nobody.len());
    assert!(somebody.iter().all(|subject| subject["identity"]["names"][0]["text"].is_string()), "{somebody:?}");

    // The owner is told why, by each of the two.
    let subject = &somebody[0]["id"];
    for (client, clause) in [(&system, "NO_ACTOR"), (&staff, "OWNER")] {
        let told = client.ask(EXPLAIN, json!({ "subject": subject })).await.complete();
        let row = |category: &str| {
            told.at("/explain").as_array().unwrap().iter().find(|row| row["category"] == category).unwrap().clone()
        };
        assert_eq!((&row("IDENTITY")["clause"], &row("SERVICES")["clause"]), (&json!(clause), &json!("OWNER")));
    }
    // And who it was stands in the journal.
    let seen = staff.ask(DISCLOSURES, json!({ "subject": subject })).await.complete();
    let entries = seen.at("/disclosures/nodes").as_array().unwrap().clone();
    let of = |actor: &Value| entries.iter().filter(|entry| &entry["actor"] == actor).cloned().collect::<Vec<_>>();
    let by_staff = of(&json!(STAFF));
    assert!(by_staff.iter().any(|entry| entry["id"] == receipt), "{entries:?}");
    let identity = |entry: &Value| entry["categories"].as_array().unwrap().contains(&json!("IDENTITY"));
    assert!(by_staff.iter().any(identity));
    let unnamed = of(&Value::Null);
    assert!(!unnamed.is_empty() && !unnamed.iter().any(identity), "{unnamed:?}");
    assert!(demo.stop().success());
}
