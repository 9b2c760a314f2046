//! The people of a partner's system: they look through what was referred to them and decide, and the system's webhooks
//! tell what changed. So a demo, and whoever tries it, meets a partner that answers by itself.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::task::AbortHandle;

use super::{Sandbox, System, lock};

/// How long the hub may take to hear a webhook: nobody waits for it, and a word that is lost is no more than a hint.
const HEARD_WITHIN: Duration = Duration::from_secs(5);

/// What somebody of a partner decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The partner takes her.
    Accept,
    /// It cannot.
    Decline,
}

/// Why the invented people decline, in their words.
pub(crate) const NO_PLACE: &str = "No place is free this month.";

/// What becomes of one offer after the other: one in three waits, as it does in life. The order is fixed, so that every
/// start shows the same.
const TURNS: [Option<Decision>; 3] = [Some(Decision::Accept), Some(Decision::Decline), None];

/// A system whose people can decide on what was offered to them, and whose webhooks can tell.
pub trait Staffed: System {
    /// The offers that nobody has decided on, by the system's own keys.
    fn waiting(&self) -> Vec<String>;

    /// Somebody decides on one, in the system's own way. One that is not there any more is left.
    fn settle(&mut self, offer: &str, decision: Decision);

    /// What the system's webhooks have to tell since the last time; nothing where it has none.
    fn news(&mut self) -> Vec<Value> {
        Vec::new()
    }
}

/// Where a system tells that something changed.
#[derive(Clone)]
pub struct Hook {
    /// The hub's address for it.
    pub address: String,
    /// What it is sent with, as a bearer token.
    pub secret: String,
}

/// What lies on the desk of those who decide: whatever lay there the last time they looked is decided now.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pile {
    lay: BTreeSet<String>,
    looked_at: BTreeSet<String>,
    turn: usize,
}

impl Pile {
    /// Looks at what waits, and says what is decided on which.
    pub(crate) fn look(&mut self, waiting: Vec<String>) -> Vec<(String, Decision)> {
        let mut decided = Vec::new();
        for offer in &waiting {
            if self.lay.contains(offer) && self.looked_at.insert(offer.clone()) {
                let turn = TURNS.get(self.turn % TURNS.len()).copied().flatten();
                decided.extend(turn.map(|decision| (offer.clone(), decision)));
                self.turn += 1;
            }
        }
        self.lay = waiting.into_iter().collect();
        decided
    }
}

/// Who works there now; they stop with the system.
#[derive(Default)]
pub(crate) struct Shift(Mutex<Option<AbortHandle>>);

impl Shift {
    /// Whoever worked there before stops.
    pub(crate) fn begin(&self, work: AbortHandle) {
        if let Some(before) = lock(&self.0).replace(work) {
            before.abort();
        }
    }
}

impl Drop for Shift {
    fn drop(&mut self) {
        if let Some(work) = lock(&self.0).take() {
            work.abort();
        }
    }
}

impl<S: Staffed> Sandbox<S> {
    /// From now on its people look through what is offered to them every so often; with a hook, its webhooks tell of what
    /// changes from now on.
    pub fn employ(&self, every: Duration, hook: Option<Hook>) {
        let mut pile = Pile::default();
        self.work(every, hook, move |system| {
            for (offer, decision) in pile.look(system.waiting()) {
                system.settle(&offer, decision);
            }
        });
    }

    /// From now on its webhooks tell of what changes; nobody there decides by itself.
    pub fn only_tell(&self, every: Duration, hook: Option<Hook>) {
        self.work(every, hook, |_| {});
    }

    fn work(&self, every: Duration, hook: Option<Hook>, mut look: impl FnMut(&mut S) + Send + 'static) {
        let shared = Arc::clone(&self.shared);
        // Of what happened before nobody is told.
        drop(lock(&shared.system).news());
        let work = tokio::spawn(async move {
            let client = reqwest::Client::builder().timeout(HEARD_WITHIN).build().ok();
            loop {
                tokio::time::sleep(every).await;
                let news = {
                    let mut system = lock(&shared.system);
                    look(&mut system);
                    system.news()
                };
                let Some((hook, client)) = hook.as_ref().zip(client.as_ref()) else { continue };
                for word in news {
                    drop(client.post(&hook.address).bearer_auth(&hook.secret).json(&word).send().await);
                }
            }
        });
        self.shift.begin(work.abort_handle());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use sangam_vocabulary::{Instant, ManualClock, SeededChance};
    use serde_json::{Value, json};

    use super::{Decision, Hook, Pile, Sandbox, Staffed, System};
    use crate::fhir::FhirServer;
    use crate::graphql::Casebook;
    use crate::primero::{Kind, Primero};
    use crate::server::{Asked, Told};

    /// Whoever is told: with which credentials, and what.
    struct Ear(Vec<(Option<String>, Value)>);

    impl System for Ear {
        fn answer(&mut self, asked: &Asked) -> Told {
            self.0.push((asked.authorization().map(str::to_owned), asked.json()));
            Told::empty(204)
        }

        fn unauthorized(&self) -> Told {
            Told::empty(401)
        }

        fn asks_for_one(_: &Asked) -> bool {
            false
        }
    }

    /// What a system's webhook tells of `happens` and of the decision on it, and of nothing that was before.
    async fn told<S: Staffed>(sandbox: Sandbox<S>, words: usize, happens: impl FnOnce(&Sandbox<S>)) -> Vec<Value> {
        let listen = "127.0.0.1:0".parse().expect("an address");
        let ear = Sandbox::serve(Ear(Vec::new()), listen).await.expect("a listener");
        let hook = Hook { address: format!("{}partners/x/changed", ear.base_url()), secret: "s-7".to_owned() };
        sandbox.employ(Duration::from_millis(5), Some(hook));
        happens(&sandbox);
        // A look of the people, the second one, the decision; a busy machine takes longer.
        for _ in 0..2_000 {
            if ear.system().0.len() >= words && sandbox.system().waiting().is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let heard = std::mem::take(&mut ear.system().0);
        assert!(heard.iter().all(|(secret, _)| secret.as_deref() == Some("Bearer s-7")), "{heard:?}");
        heard.into_iter().map(|(_, word)| word).collect()
    }

    fn clock() -> Arc<ManualClock> {
        Arc::new(ManualClock::new(Instant::from_millis(1_700_000_000_000)))
    }

    #[tokio::test]
    async fn a_decision_is_told_where_the_system_has_a_webhook_for_it() {
        let (listen, chance) = ("127.0.0.1:0".parse().expect("an address"), || Arc::new(SeededChance::new(7)));
        let primero = Sandbox::<Primero>::start(Kind::ShelterIn, listen, clock(), chance()).await.expect("a listener");
        let cases = primero.seed_people();
        let case = cases.first().expect("a case").clone();
        let heard = told(primero, 1, |sandbox| {
            let referral = json!({"data": {"transitioned_to": "asha_case_worker", "service": "education_service"}});
            assert_eq!(sandbox.system().create_referral(&case, &referral).status, 200);
        })
        .await;
        assert!(!heard.is_empty() && heard.iter().all(|word| word.pointer("/data/record_id") == Some(&json!(case))));

        let fhir = FhirServer::start(listen, clock(), chance()).await.expect("a listener");
        let patient = fhir.admit("Rupa", "2001", true);
        fhir.refer(&patient, "Organization/asha-nivas", "safe-stay");
        let heard = told(fhir, 2, |sandbox| drop(sandbox.refer(&patient, OWN, "legal"))).await;
        let states: Vec<_> = heard.iter().filter_map(|task| task.get("status").and_then(Value::as_str)).collect();
        assert_eq!(states, ["requested", "accepted"]);

        // A form tells of a submission that came, and not of the decision that is written into it.
        let kobo = Sandbox::start_kobo(listen, clock(), chance()).await.expect("a listener");
        kobo.seed_people();
        let heard = told(kobo, 1, |sandbox| drop(sandbox.fill_in(&json!({"hub": {"referral": "r"}})))).await;
        assert_eq!(heard.len(), 1, "{heard:?}");
        assert_eq!(heard.first().and_then(|word| word.get("hub/referral")), Some(&json!("r")));

        let casebook = Casebook::start(listen, clock(), chance()).await.expect("a listener");
        casebook.seed_people();
        let heard = told(casebook, 2, |sandbox| {
            let person = json!({"names": [{"kind": "OFFICIAL", "text": "Rupa"}]});
            let input = json!({"person": person, "services": ["BED"], "urgency": "SOON", "from": "the case desk"});
            let said = json!({"id": "o", "caseId": "c", "input": input, "idempotencyKey": "k"});
            let taken = sandbox.system().root(true, "offerCase", said.as_object().expect("arguments"));
            assert!(taken.is_ok(), "{taken:?}");
        })
        .await;
        let cases: Vec<_> = heard.iter().map(|word| word.get("caseId").and_then(Value::as_str)).collect();
        assert_eq!(cases, [Some("c"), Some("c")], "that it came, and that somebody decided");
    }

    /// The hospital, as its tasks name it.
    const OWN: &str = "Organization/meghna-par";

    fn named(decided: &[(String, Decision)]) -> Vec<(&str, Decision)> {
        decided.iter().map(|(offer, decision)| (offer.as_str(), *decision)).collect()
    }

    #[test]
    fn what_lay_there_is_decided_in_turn_and_once() {
        let mut pile = Pile::default();
        let waiting = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(named(&pile.look(waiting(&["a", "b"]))), [], "nobody decides on what has just come");
        assert_eq!(
            named(&pile.look(waiting(&["a", "b", "c"]))),
            [("a", Decision::Accept), ("b", Decision::Decline)],
            "and not on what came since"
        );
        assert_eq!(named(&pile.look(waiting(&["c", "d"]))), [], "the third waits");
        assert_eq!(named(&pile.look(waiting(&["c", "d"]))), [("d", Decision::Accept)], "for good");
        assert_eq!(named(&pile.look(waiting(&["d"]))), [], "nothing is decided twice");
    }
}
