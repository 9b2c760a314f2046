//! What the API's fields give and its mutations do.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sangam_vocabulary::Instant;
use serde_json::{Map, Value, json};

use super::{Casebook, Failure};

/// The most cases a page.
const MOST: u64 = 100;

type Arguments = Map<String, Value>;

fn bad(sentence: impl Into<String>) -> Failure {
    Failure("BAD_USER_INPUT", sentence.into())
}

fn text<'a>(arguments: &'a Arguments, name: &str) -> Result<&'a str, Failure> {
    arguments.get(name).and_then(Value::as_str).ok_or_else(|| bad(format!("{name} must be a text")))
}

/// Members of an input that it may have; another is refused, by its value.
fn known(input: &Value, names: &[&str]) -> Result<(), Failure> {
    let members = input.as_object().ok_or_else(|| bad("an input is an object"))?;
    match members.iter().find(|(name, _)| !names.contains(&name.as_str())) {
        Some((name, value)) => Err(bad(format!("{name} of {value} is no field"))),
        None => Ok(()),
    }
}

/// Whether a referral may go from one state to another.
fn is_open(from: &str, to: &str) -> bool {
    let open: &[&str] = match from {
        "SENT" => &["SEEN", "ACCEPTED", "DECLINED"],
        "SEEN" => &["ACCEPTED", "DECLINED"],
        "ACCEPTED" => &["UNDER_WAY", "DECLINED"],
        "UNDER_WAY" => &["FINISHED"],
        _ => &[],
    };
    open.contains(&to)
}

impl Casebook {
    /// A field of the query's or the mutation's root.
    pub(crate) fn root(&mut self, changes: bool, name: &str, arguments: &Arguments) -> Result<Value, Failure> {
        match (changes, name) {
            (false, "cases") => self.connection(arguments),
            (false, "case") => Ok(self.case(text(arguments, "id")?).map_or(Value::Null, |case| self.shown(case))),
            (false, "referral") => {
                Ok(self.referral(text(arguments, "id")?).map_or(Value::Null, |(_, referral)| referral))
            }
            (false, "offer") => {
                let id = text(arguments, "id")?;
                let own = |offer: &&Map<String, Value>| offer.get("id").and_then(Value::as_str) == Some(id);
                Ok(self.offers.iter().find(own).map_or(Value::Null, |offer| self.offer_shown(offer)))
            }
            (false, "offers") => self.offers_by(arguments),
            (true, "offerCase") => self.offer(arguments),
            (true, "answerReferral") => self.answer_referral(arguments),
            (true, "withdrawOffer") => self.withdraw(arguments),
            (true, "acknowledge") => {
                text(arguments, "caseId")?;
                Ok(json!({"__typename": "AcknowledgePayload", "done": arguments.get("taken").is_some()}))
            }
            _ => Err(Failure("GRAPHQL_VALIDATION_FAILED", format!("there is no {name}"))),
        }
    }

    pub(super) fn case(&self, id: &str) -> Option<&Map<String, Value>> {
        let own = |case: &&(u64, Map<String, Value>)| case.1.get("id").and_then(Value::as_str) == Some(id);
        self.cases.iter().find(own).map(|(_, case)| case)
    }

    /// A case as it is executed over, with the fields that fail inside.
    fn shown(&self, case: &Map<String, Value>) -> Value {
        let mut case = case.clone();
        let broken = case.get("id").and_then(Value::as_str).and_then(|id| self.broken.get(id));
        if let Some((field, code)) = broken {
            case.insert("__broken".to_owned(), json!({ field: code }));
        }
        Value::Object(case)
    }

    fn cursor(&self, number: u64) -> String {
        BASE64_STANDARD.encode(format!("{}:{number}", self.era))
    }

    fn after(&self, cursor: &str) -> Option<u64> {
        let text = String::from_utf8(BASE64_STANDARD.decode(cursor).ok()?).ok()?;
        let (era, number) = text.split_once(':')?;
        (era == self.era.to_string()).then(|| number.parse().ok()).flatten()
    }

    fn connection(&self, arguments: &Arguments) -> Result<Value, Failure> {
        let first = arguments.get("first").and_then(Value::as_u64).filter(|first| (1..=MOST).contains(first));
        let first = first.ok_or_else(|| bad("first is from 1 to 100"))?;
        let after = match arguments.get("after") {
            None | Some(Value::Null) => 0,
            Some(cursor) => {
                let number = cursor.as_str().and_then(|cursor| self.after(cursor));
                number.ok_or_else(|| bad("the cursor is not known"))?
            }
        };
        let since = match arguments.get("changedSince") {
            None | Some(Value::Null) => None,
            Some(text) => Some(text.as_str().and_then(Instant::read).ok_or_else(|| bad("changedSince is no instant"))?),
        };
        let changed = |case: &Map<String, Value>| case.get("updatedAt").and_then(Value::as_str).and_then(Instant::read);
        let found =
            self.cases.iter().filter(|(number, case)| *number > after && (since.is_none() || changed(case) >= since));
        let mut found: Vec<_> = found.take(usize::try_from(first).unwrap_or(1) + 1).collect();
        let more = found.len() as u64 > first;
        found.truncate(usize::try_from(first).unwrap_or(1));
        let end = found.last().map(|(number, _)| self.cursor(*number));
        let edges: Vec<Value> = found
            .into_iter()
            .map(|(number, case)| {
                json!({"__typename": "CaseEdge", "cursor": self.cursor(*number), "node": self.shown(case)})
            })
            .collect();
        Ok(json!({
            "__typename": "CaseConnection", "edges": edges,
            "pageInfo": {"__typename": "PageInfo", "endCursor": end, "hasNextPage": more},
        }))
    }

    /// A referral by its id, and the place of its case.
    fn referral(&self, id: &str) -> Option<(usize, Value)> {
        self.cases.iter().enumerate().find_map(|(place, (_, case))| {
            let list = case.get("referrals").and_then(Value::as_array)?;
            let own = list.iter().find(|one| one.get("id").and_then(Value::as_str) == Some(id))?;
            Some((place, own.clone()))
        })
    }

    fn offers_by(&self, arguments: &Arguments) -> Result<Value, Failure> {
        let ids = arguments.get("ids").and_then(Value::as_array).ok_or_else(|| bad("ids is a list"))?;
        let asked = |offer: &&Map<String, Value>| offer.get("id").is_some_and(|id| ids.contains(id));
        Ok(self.offers.iter().filter(asked).map(|offer| self.offer_shown(offer)).collect())
    }

    fn offer_shown(&self, offer: &Map<String, Value>) -> Value {
        let mut offer = offer.clone();
        let case = offer.get("__case").and_then(Value::as_str).and_then(|id| self.case(id));
        let case = case.map_or(Value::Null, |case| self.shown(case));
        offer.insert("case".to_owned(), case);
        Value::Object(offer)
    }

    /// Puts a case in, and gives its id.
    pub(super) fn put(&mut self, id: &str, fields: &Value) -> String {
        self.numbers += 1;
        let now = self.clock.now().rfc3339();
        let mut case = json!({
            "__typename": "Case", "id": id, "number": format!("SM-{}", self.numbers), "status": "OPEN",
            "sharedWithSangam": false, "updatedAt": now, "person": null, "healthNotes": null, "keptBack": [],
            "referrals": [], "bankAccount": "0",
        });
        if let (Some(case), Some(fields)) = (case.as_object_mut(), fields.as_object()) {
            case.extend(fields.clone());
        }
        if let Value::Object(case) = case {
            self.cases.push((self.numbers, case));
        }
        self.changed.insert(id.to_owned());
        id.to_owned()
    }

    /// Stamps a change of the case at a place.
    pub(super) fn stamp(&mut self, place: usize) {
        let now = Value::from(self.clock.now().rfc3339());
        if let Some((_, case)) = self.cases.get_mut(place) {
            case.insert("updatedAt".to_owned(), now);
            self.changed.extend(case.get("id").and_then(Value::as_str).map(str::to_owned));
        }
    }

    /// What was answered under the key before, or what is done now.
    fn once(
        &mut self,
        arguments: &Arguments,
        act: impl FnOnce(&mut Self) -> Result<Value, Failure>,
    ) -> Result<Value, Failure> {
        let key = text(arguments, "idempotencyKey")?.to_owned();
        if let Some(known) = self.done.get(&key) {
            return Ok(known.clone());
        }
        let answer = act(self)?;
        self.done.insert(key, answer.clone());
        Ok(answer)
    }

    fn offer(&mut self, arguments: &Arguments) -> Result<Value, Failure> {
        let (id, case) = (text(arguments, "id")?.to_owned(), text(arguments, "caseId")?.to_owned());
        let input = arguments.get("input").cloned().unwrap_or_default();
        known(&input, &["person", "healthNotes", "services", "urgency", "from", "note"])?;
        let person = person(input.get("person").unwrap_or(&Value::Null))?;
        self.once(arguments, |book| {
            if book.full {
                return Ok(json!({"__typename": "NoPlace", "message": "there is no bed for Asha"}));
            }
            if book.case(&case).is_none() {
                let notes = input.get("healthNotes").cloned().unwrap_or_default();
                book.put(&case, &json!({"person": person, "healthNotes": notes}));
            }
            let field = |name: &str| input.get(name).cloned().unwrap_or_default();
            let offer = json!({
                "__typename": "Offer", "id": id, "__case": case, "decision": "OPEN", "reason": null,
                "services": field("services"), "urgency": field("urgency"), "from": field("from"),
            });
            let offer = offer.as_object().cloned().unwrap_or_default();
            let shown = book.offer_shown(&offer);
            book.offers.push(offer);
            Ok(json!({"__typename": "OfferTaken", "offer": shown}))
        })
    }

    fn answer_referral(&mut self, arguments: &Arguments) -> Result<Value, Failure> {
        let id = text(arguments, "id")?.to_owned();
        let input = arguments.get("input").cloned().unwrap_or_default();
        known(&input, &["state", "reason"])?;
        let wanted = input.get("state").and_then(Value::as_str).ok_or_else(|| bad("a state"))?.to_owned();
        let version = arguments.get("version").and_then(Value::as_u64);
        self.once(arguments, |book| {
            let Some((place, referral)) = book.referral(&id) else {
                return Ok(json!({"__typename": "ReferralUnknown", "message": "Asha has no such referral"}));
            };
            let known = referral.get("version").and_then(Value::as_u64);
            if known != version {
                return Ok(json!({"__typename": "VersionConflict", "version": known}));
            }
            let state = referral.get("state").and_then(Value::as_str).unwrap_or_default();
            if !is_open(state, &wanted) {
                return Ok(json!({"__typename": "StepClosed", "state": state}));
            }
            book.set_referral(place, &id, &wanted);
            let referral = book.referral(&id).map(|(_, referral)| referral);
            Ok(json!({"__typename": "ReferralAnswered", "referral": referral}))
        })
    }

    fn set_referral(&mut self, place: usize, id: &str, state: &str) {
        let list = self.cases.get_mut(place).and_then(|(_, case)| case.get_mut("referrals")?.as_array_mut());
        let own = list.into_iter().flatten().filter(|one| one.get("id").and_then(Value::as_str) == Some(id));
        for referral in own.filter_map(Value::as_object_mut) {
            let version = referral.get("version").and_then(Value::as_u64).unwrap_or(0) + 1;
            referral.insert("state".to_owned(), Value::from(state));
            referral.insert("version".to_owned(), Value::from(version));
        }
        self.stamp(place);
    }

    fn withdraw(&mut self, arguments: &Arguments) -> Result<Value, Failure> {
        let id = text(arguments, "id")?.to_owned();
        self.once(arguments, |book| {
            let own = book.offers.iter_mut().find(|offer| offer.get("id").and_then(Value::as_str) == Some(&id));
            let Some(offer) = own else {
                return Ok(json!({"__typename": "OfferUnknown", "message": "Asha has no such offer"}));
            };
            offer.insert("decision".to_owned(), Value::from("WITHDRAWN"));
            let offer = offer.clone();
            Ok(json!({"__typename": "OfferWithdrawn", "offer": book.offer_shown(&offer)}))
        })
    }
}

/// A person as an input has one, as the document has it.
fn person(input: &Value) -> Result<Value, Failure> {
    known(input, &["names", "gender", "birthDate", "home"])?;
    let names = input.get("names").and_then(Value::as_array).ok_or_else(|| bad("a person has names"))?;
    let name = |name: &Value| {
        known(name, &["kind", "text"])?;
        let field = |of: &str| name.get(of).cloned().unwrap_or_default();
        Ok(json!({"__typename": "Name", "kind": field("kind"), "text": field("text")}))
    };
    let names: Vec<Value> = names.iter().map(name).collect::<Result<_, Failure>>()?;
    let home = match input.get("home") {
        None | Some(Value::Null) => Value::Null,
        Some(home) => {
            known(home, &["country", "district"])?;
            let field = |of: &str| home.get(of).cloned().unwrap_or_default();
            json!({"__typename": "Place", "country": field("country"), "district": field("district")})
        }
    };
    let field = |of: &str| input.get(of).cloned().unwrap_or_default();
    Ok(json!({
        "__typename": "Person", "names": names, "gender": field("gender"), "birthDate": field("birthDate"), "home": home,
    }))
}
