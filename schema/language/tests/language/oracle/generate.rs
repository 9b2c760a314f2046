//! Random valid operations on the committed SDL: aliases, fragments within fragments, inline fragments with
//! and without a condition, equal keys, `@skip` and `@include` by literal and variable, `__typename`, unions,
//! interfaces, connections.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition};
use serde_json::{Map, Value, json};

use crate::fixture::{Dice, World};

pub struct Schema {
    /// The fields of each object and interface with their named type.
    pub fields: HashMap<String, Vec<(String, String)>>,
    /// The whole type of each field of an object: two that differ in it cannot have one key.
    types: HashMap<(String, String), String>,
    /// The possible types of each interface and union.
    pub possible: HashMap<String, Vec<String>>,
}

fn named(ty: &Type) -> String {
    match &ty.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(item) => named(item),
    }
}

impl Schema {
    pub fn read(sdl: &str) -> Self {
        let mut schema = Self { fields: HashMap::new(), types: HashMap::new(), possible: HashMap::new() };
        for definition in parse_schema(sdl).expect("the committed SDL").definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let name = ty.node.name.node.to_string();
            let read = |fields: &[async_graphql::Positioned<FieldDefinition>]| {
                fields.iter().map(|field| (field.node.name.node.to_string(), named(&field.node.ty.node))).collect()
            };
            if let TypeKind::Object(object) = &ty.node.kind {
                let types = object
                    .fields
                    .iter()
                    .map(|field| ((name.clone(), field.node.name.node.to_string()), field.node.ty.node.to_string()));
                schema.types.extend(types);
            }
            match &ty.node.kind {
                TypeKind::Object(object) => {
                    for interface in &object.implements {
                        schema.possible.entry(interface.node.to_string()).or_default().push(name.clone());
                    }
                    schema.fields.insert(name, read(&object.fields));
                }
                TypeKind::Interface(interface) => {
                    schema.fields.insert(name, read(&interface.fields));
                }
                TypeKind::Union(union) => {
                    schema
                        .possible
                        .insert(name.clone(), union.members.iter().map(|member| member.node.to_string()).collect());
                    schema.fields.insert(name, Vec::new());
                }
                _ => {}
            }
        }
        schema
    }

    fn is_composite(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// Whether an object of a type fulfils a condition.
    pub fn fulfils(&self, object: &str, condition: &str) -> bool {
        object == condition || self.possible.get(condition).is_some_and(|types| types.iter().any(|ty| ty == object))
    }

    /// Whether a field is of another type in a type that may stand where this one does: another node, another member of a
    /// union.
    fn differs(&self, ty: &str, field: &str) -> bool {
        let of = |ty: &str| self.types.get(&(ty.to_owned(), field.to_owned()));
        let beside = self.possible.values().filter(|types| types.iter().any(|possible| possible == ty));
        beside.flatten().any(|other| of(other).is_some_and(|its| Some(its) != of(ty)))
    }

    /// The conditions that may stand where the type is.
    fn conditions(&self, ty: &str) -> Vec<String> {
        let mut conditions = vec![ty.to_owned()];
        conditions.extend(self.possible.get(ty).into_iter().flatten().cloned());
        let unions = self.possible.iter().filter(|(_, types)| types.iter().any(|possible| possible == ty));
        conditions.extend(unions.map(|(name, _)| name.clone()));
        conditions.sort();
        conditions
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Query,
    Mutation,
    Subscription,
}

#[derive(Clone, Copy)]
pub enum Condition {
    Literal(bool),
    Variable(usize),
}

#[derive(Clone)]
pub struct Directive {
    pub include: bool,
    pub when: Condition,
}

pub enum Selection {
    Field { name: String, alias: Option<String>, directives: Vec<Directive>, inside: Vec<Selection> },
    Inline { on: Option<String>, directives: Vec<Directive>, inside: Vec<Selection> },
    Spread { fragment: usize, directives: Vec<Directive> },
}

pub struct Fragment {
    pub on: String,
    pub inside: Vec<Selection>,
}

/// How a flag reaches an operation.
pub const GIVEN: usize = 4;

pub struct Query {
    pub kind: Kind,
    pub root: Vec<Selection>,
    pub fragments: Vec<Fragment>,
    /// The arguments of each root field.
    pub arguments: BTreeMap<String, Value>,
    /// Whether `withheld` is selected: then every object has one key, so that it can be told what is selected of it.
    pub single: bool,
    /// The flags: the first half are given, the others stay at their defaults.
    pub flags: [bool; 2 * GIVEN],
    pub used: BTreeSet<usize>,
    pub by_variable: BTreeSet<String>,
    fields: usize,
    aliases: usize,
    directives: usize,
}

const DEEPEST: usize = 8;
const MOST_FIELDS: usize = 120;
const MOST_FRAGMENTS: usize = 8;

impl Query {
    pub fn throw(dice: &mut Dice, schema: &Schema, world: &World) -> Self {
        let kind = match dice.below(10) {
            0 => Kind::Mutation,
            1 => Kind::Subscription,
            _ => Kind::Query,
        };
        let mut query = Self {
            kind,
            root: Vec::new(),
            fragments: Vec::new(),
            arguments: BTreeMap::new(),
            single: dice.percent(40),
            flags: std::array::from_fn(|_| dice.percent(50)),
            used: BTreeSet::new(),
            by_variable: BTreeSet::new(),
            fields: 0,
            aliases: 0,
            directives: 0,
        };
        query.root = match kind {
            Kind::Query => query.set(dice, schema, "Query", 0),
            Kind::Mutation => query.set(dice, schema, "Mutation", 0),
            // Exactly one root field, whatever the flags are.
            Kind::Subscription => {
                let inside = query.set(dice, schema, "Referral", 1);
                let alias = dice.percent(30).then(|| "changed".to_owned());
                vec![Selection::Field { name: "referralChanged".to_owned(), alias, directives: Vec::new(), inside }]
            }
        };
        query.arguments = query.root_arguments(dice, schema, world);
        query
    }

    fn directives(&mut self, dice: &mut Dice) -> Vec<Directive> {
        let mut directives = Vec::new();
        for include in [true, false] {
            if dice.percent(8) && self.directives < 60 {
                let when = if dice.percent(30) {
                    Condition::Literal(dice.percent(50))
                } else {
                    let flag = dice.below(2 * GIVEN);
                    self.used.insert(flag);
                    Condition::Variable(flag)
                };
                self.directives += 1;
                directives.push(Directive { include, when });
            }
        }
        directives
    }

    fn set(&mut self, dice: &mut Dice, schema: &Schema, ty: &str, depth: usize) -> Vec<Selection> {
        let root = depth == 0;
        let count = 1 + dice.below(if root { 3 } else { 6 });
        (0..count).map(|_| self.selection(dice, schema, ty, depth)).collect()
    }

    fn selection(&mut self, dice: &mut Dice, schema: &Schema, ty: &str, depth: usize) -> Selection {
        let deep = depth + 2 >= DEEPEST || self.fields > MOST_FIELDS;
        match dice.below(20) {
            0 | 1 if !deep => {
                let on = if dice.percent(30) { None } else { Some(dice.pick(&schema.conditions(ty)).clone()) };
                let inner = on.clone().unwrap_or_else(|| ty.to_owned());
                let inside = self.set(dice, schema, &inner, depth + 1);
                Selection::Inline { on, directives: self.directives(dice), inside }
            }
            2 | 3 if !deep && self.fragments.len() < MOST_FRAGMENTS => {
                let conditions = schema.conditions(ty);
                let known: Vec<usize> =
                    (0..self.fragments.len()).filter(|place| conditions.contains(&self.fragments[*place].on)).collect();
                let fragment = if !known.is_empty() && dice.percent(50) {
                    *dice.pick(&known)
                } else {
                    let on = dice.pick(&conditions).clone();
                    // Entered when it is finished, so that it never spreads itself.
                    let inside = self.set(dice, schema, &on, depth + 1);
                    self.fragments.push(Fragment { on, inside });
                    self.fragments.len() - 1
                };
                Selection::Spread { fragment, directives: self.directives(dice) }
            }
            4 => self.field(dice, schema, "__typename", Vec::new(), false, ty),
            _ => {
                let usable: Vec<&(String, String)> = schema.fields[ty]
                    .iter()
                    .filter(|(name, named)| {
                        (!deep || !schema.is_composite(named)) && (self.single || name != "withheld")
                    })
                    .collect();
                if usable.is_empty() {
                    return self.field(dice, schema, "__typename", Vec::new(), false, ty);
                }
                let speaks = usable.iter().find(|(name, _)| name == "withheld").filter(|_| dice.percent(15));
                let (name, named) = (*speaks.unwrap_or_else(|| dice.pick(&usable))).clone();
                let composite = schema.is_composite(&named);
                let inside = if composite { self.set(dice, schema, &named, depth + 1) } else { Vec::new() };
                self.field(dice, schema, &name, inside, composite, ty)
            }
        }
    }

    fn field(
        &mut self,
        dice: &mut Dice,
        schema: &Schema,
        name: &str,
        inside: Vec<Selection>,
        composite: bool,
        ty: &str,
    ) -> Selection {
        self.fields += 1;
        // What is of another type in another node would be no valid operation under one key for all.
        let mut alias = None;
        if schema.differs(ty, name) {
            alias = Some(format!("{}_{name}", ty.to_lowercase()));
        } else if dice.percent(25) && !(self.single && composite) && self.aliases < 60 {
            alias = Some(format!("{}_{}", name.trim_matches('_'), dice.pick(&["x", "y"])));
        }
        self.aliases += usize::from(alias.is_some());
        Selection::Field { name: name.to_owned(), alias, directives: self.directives(dice), inside }
    }

    fn root_arguments(&mut self, dice: &mut Dice, schema: &Schema, world: &World) -> BTreeMap<String, Value> {
        let mut arguments = BTreeMap::new();
        let (root, ids): (&str, Vec<Value>) = match self.kind {
            Kind::Query => (
                "Query",
                [
                    "organizations",
                    "subjects",
                    "referrals",
                    "agreements",
                    "repatriations",
                    "contributions",
                    "documents",
                    "hearings",
                    "supportPlans",
                    "searches",
                    "searchRequests",
                    "arrivals",
                ]
                .iter()
                .flat_map(|table| world.rows[table].iter().map(|row| row.truth["id"].clone()))
                .collect(),
            ),
            Kind::Mutation => ("Mutation", Vec::new()),
            Kind::Subscription => return arguments,
        };
        for (field, named) in &schema.fields[root] {
            let id = |dice: &mut Dice, prefix: &str| {
                let of_kind: Vec<&Value> =
                    ids.iter().filter(|id| id.as_str().is_some_and(|id| id.starts_with(prefix))).collect();
                if dice.percent(10) { json!(format!("{prefix}{:032x}", 9)) } else { (*dice.pick(&of_kind)).clone() }
            };
            let mut given = Map::new();
            match field.as_str() {
                "node" => {
                    let prefix = *dice.pick(&["org_", "sub_", "ref_", "rep_", "ctb_", "hea_", "sea_", "srq_", "arr_"]);
                    given.insert("id".to_owned(), id(dice, prefix));
                }
                "agreement" | "previewAgreement" => {
                    given.insert("id".to_owned(), id(dice, "agr_"));
                }
                "searchRequest" => {
                    given.insert("id".to_owned(), id(dice, "srq_"));
                }
                "organization" | "subject" | "referral" | "repatriation" | "search" | "arrival" => {
                    given.insert("id".to_owned(), id(dice, &format!("{}_", &field[..3])));
                }
                "messages" => {
                    given.insert("referral".to_owned(), id(dice, "ref_"));
                }
                "document" => {
                    given.insert("id".to_owned(), id(dice, "doc_"));
                }
                "documents" => {
                    given.insert("of".to_owned(), id(dice, "sub_"));
                }
                "contribution" => {
                    given.insert("id".to_owned(), id(dice, "ctb_"));
                }
                "supportPlan" => {
                    given.insert("id".to_owned(), id(dice, "spl_"));
                }
                "hearing" | "hearingProtection" => {
                    given.insert("id".to_owned(), id(dice, "hea_"));
                }
                "searchAnswers" => {
                    given.insert("search".to_owned(), id(dice, "sea_"));
                }
                "live" => {
                    let ids: Vec<Value> = (0..=dice.below(2)).map(|_| id(dice, "sub_")).collect();
                    given.insert("subjects".to_owned(), json!(ids));
                }
                "explain" | "consents" | "disclosures" => {
                    given.insert("subject".to_owned(), id(dice, "sub_"));
                }
                _ => {}
            }
            if self.kind == Kind::Mutation {
                let member = dice.pick(&schema.possible[named]);
                // One change takes no input.
                if field != "lockOrganization" {
                    given.insert("input".to_owned(), input(field, &format!("{member} {}", dice.below(2))));
                }
            } else if named.ends_with("Connection") {
                if dice.percent(70) {
                    given.insert("first".to_owned(), json!(1 + dice.below(5)));
                }
                if dice.percent(20) {
                    given.insert("after".to_owned(), json!(World::cursor(dice.below(3))));
                }
            }
            if dice.percent(40) {
                self.by_variable.insert(field.clone());
            }
            arguments.insert(field.clone(), Value::Object(given));
        }
        arguments
    }

    pub fn variables(&self) -> Map<String, Value> {
        let mut variables = Map::new();
        for flag in self.used.iter().filter(|flag| **flag < GIVEN) {
            variables.insert(format!("f{flag}"), json!(self.flags[*flag]));
        }
        for field in self.by_variable.iter().filter(|field| self.asks(field)) {
            for (name, value) in self.arguments[field].as_object().into_iter().flatten() {
                variables.insert(format!("{field}_{name}"), value.clone());
            }
        }
        variables
    }

    pub fn asks(&self, root: &str) -> bool {
        fn any(set: &[Selection], root: &str) -> bool {
            set.iter().any(|selection| match selection {
                Selection::Field { name, .. } => name == root,
                Selection::Inline { inside, .. } => any(inside, root),
                Selection::Spread { .. } => false,
            })
        }
        let on_root = |fragment: &&Fragment| matches!(fragment.on.as_str(), "Query" | "Mutation");
        any(&self.root, root) || self.fragments.iter().filter(on_root).any(|fragment| any(&fragment.inside, root))
    }

    pub fn flag(&self, when: Condition) -> bool {
        match when {
            Condition::Literal(yes) => yes,
            Condition::Variable(flag) => self.flags[flag],
        }
    }
}

fn terms() -> Value {
    json!({
        "disclosers": ["org_1"], "recipients": ["org_2"], "purposes": ["PROTECTION"], "categories": ["HEALTH"],
        "countries": ["IN"], "legalBases": ["CONSENT"], "retentionDays": 30, "until": "2027-01-01T00:00:00Z",
    })
}

pub fn input(field: &str, key: &str) -> Value {
    let mut input = match field {
        "sendReferral" | "draftReferral" => {
            json!({ "subject": "sub_1", "recipient": "org_1", "services": ["SHELTER"], "note": "a \"note\"", "urgency": "URGENT" })
        }
        "answerServices" => {
            json!({ "referral": "ref_1", "version": 3, "services": [1], "event": "DECLINE", "reason": "UNSAFE" })
        }
        "sendMessage" => json!({ "referral": "ref_1", "text": "a \"text\"" }),
        "stepReferral" => json!({ "referral": "ref_1", "version": 3, "event": "DECLINE", "reason": "UNSAFE" }),
        "openSearch" => json!({ "subject": "sub_1", "recipients": ["org_1", "org_2"], "arrival": null }),
        "stepSearch" => json!({ "search": "sea_1", "version": 3, "event": "CLOSE" }),
        "answerSearch" => json!({ "request": "sea_1", "version": 3, "event": "REPORT_SAFE", "found": "sub_1" }),
        "recordArrival" => json!({ "subject": "sub_1", "kind": "PUSH_BACK", "cameFrom": "IN" }),
        "stepArrival" => json!({ "arrival": "arr_1", "version": 3, "event": "CLOSE", "reason": "LEFT" }),
        "linkArrival" => json!({ "arrival": "arr_1", "version": 3, "referral": "ref_1" }),
        "giveConsent" => json!({
            "subject": "sub_1", "effect": "GRANT", "givenBy": "OWN", "assent": "NOT_ASKED", "answers": [true, false],
            "purposes": ["PROTECTION"], "categories": ["HEALTH", "SERVICES"], "recipients": ["org_1"], "countries": ["IN"],
            "until": "2027-01-01T00:00:00Z",
        }),
        "requestRepatriation" => json!({ "subject": "sub_1", "to": "NP" }),
        "noteRepatriation" => {
            json!({ "repatriation": "rep_1", "version": 3, "note": "WANTS_TO_RETURN", "words": "a \"word\"" })
        }
        "stepRepatriation" => {
            json!({ "repatriation": "rep_1", "version": 3, "court": "CLEAR", "reason": "NO_CRIMINAL_CASE" })
        }
        "withdrawRepatriation" => json!({ "repatriation": "rep_1" }),
        "withdrawConsent" => json!({ "consent": "con_1" }),
        "inviteContributor" => json!({
            "subject": "sub_1", "organization": "org_1", "seat": "LAWYER", "purpose": "LEGAL_AID", "until": "2027-01-01T00:00:00Z",
        }),
        "acceptInvitation" | "declineInvitation" | "endContribution" => {
            json!({ "contribution": "ctb_1", "version": 2 })
        }
        "recordHearing" => json!({
            "subject": "sub_1", "kind": "EVIDENCE", "takesPlaceAt": "2027-01-01T00:00:00Z", "protectionMeasures": ["SCREEN"],
        }),
        "stepHearing" => json!({ "hearing": "hea_1", "version": 2, "event": "HEAR", "released": true }),
        "openSupportPlan" => {
            json!({ "subject": "sub_1", "types": ["SOCIAL_CARE"], "beginsAt": "2027-01-01T00:00:00Z" })
        }
        "reviewSupportPlan" => json!({ "plan": "spl_1", "version": 2, "finding": "ON_TRACK", "retrafficked": "NO" }),
        "closeSupportPlan" => json!({ "plan": "spl_1", "version": 2, "outcome": "GOALS_MET" }),
        "recordOrder" => json!({
            "subject": "sub_1", "kind": "COURT_ORDER", "categories": ["LEGAL"], "recipients": ["org_1"],
            "until": "2027-01-01T00:00:00Z", "number": "17", "note": "a \"note\"",
        }),
        "requestOverride" => json!({
            "subject": "sub_1", "basis": "CHILD_PROTECTION", "categories": ["HEALTH"], "purposes": ["PROTECTION"],
            "recipient": "org_1", "court": null,
        }),
        "declareEmergency" => json!({ "subject": "sub_1", "reason": "LIFE" }),
        "attestOrder" | "endOrder" | "approveOverride" | "endOverride" => json!({ "exception": "exc_1", "version": 2 }),
        "reviewEmergency" => json!({ "exception": "exc_1", "version": 2, "finding": "NOT_JUSTIFIED" }),
        "prepareDocument" => json!({ "subject": "sub_1", "referral": null, "paper": "ORDER" }),
        "removeDocument" => json!({ "document": "doc_1" }),
        "reportRisk" => json!({ "subject": "sub_1", "kind": "THREATENED", "note": null }),
        "narrowConsent" => json!({ "consent": "con_1", "version": 2, "categories": ["SERVICES"] }),
        "extendConsent" => json!({
            "consent": "con_1", "version": 2, "assent": "GIVEN", "answers": [true], "until": "2028-01-01T00:00:00Z",
            "telling": { "textVersion": "2", "language": "bn", "interpreter": true, "told": "READ_ALOUD" },
            "conflictCheck": { "checkedBy": "per_1", "checkedAt": "2026-01-01T00:00:00Z" },
            "order": { "orderedBy": "COURT", "madeAt": "2026-01-01T00:00:00Z", "attestedBy": "per_2" },
        }),
        "withdrawConsents" | "replacePaperCode" => json!({ "subject": "sub_1" }),
        "answerRecall" => json!({ "subject": "sub_1", "version": 1, "answer": "UNABLE", "reason": "ON_PAPER" }),
        "invitePerson" => json!({ "pseudonym": "staff-1", "roles": ["CASE_WORKER", "ADMINISTRATOR"] }),
        "assignRoles" => json!({ "person": "per_1", "version": 3, "roles": [] }),
        "reinvitePerson" | "suspendPerson" | "resumePerson" => json!({ "person": "per_1" }),
        "reviewPeople" => json!({ "people": ["per_1", "per_2"] }),
        "draftAgreement" => json!({ "terms": terms() }),
        "supersedeAgreement" => json!({ "agreement": "agr_1", "version": 3, "terms": terms() }),
        "rejectAgreement" => json!({ "agreement": "agr_1", "version": 3, "reason": "TOO_WIDE" }),
        "proposeAgreement" | "approveAgreement" | "withdrawAgreement" | "suspendAgreement" | "resumeAgreement"
        | "endAgreement" => json!({ "agreement": "agr_1", "version": 3 }),
        "joinTeam" | "leaveTeam" => json!({ "subject": "sub_1", "person": "per_1" }),
        "chooseNotices" => json!({ "version": 3, "language": "BN", "quietFrom": 21, "quietUntil": 7 }),
        "nameDeputy" => json!({ "version": 3, "deputy": "per_2", "until": "2027-01-01T00:00:00Z" }),
        "setNoticeAddress" => json!({ "person": "per_1", "way": "MAIL", "address": "staff@example.org" }),
        "confirmNoticeAddress" => json!({ "way": "MAIL", "code": "00000000" }),
        "setAnswerContact" => {
            json!({ "version": 2, "mail": "staff@example.org", "sms": "+97798000000", "language": "NE" })
        }
        "setListing" => json!({ "version": 2, "listed": true, "services": ["HEALTH"], "areas": false }),
        "resendAnswerLink" => json!({ "referral": "ref_1" }),
        "seeNotices" => json!({ "until": "2027-01-01T00:00:00Z" }),
        // Those that carry no key: what they come to is told by their id, or is always the same.
        "releaseLock" => return json!({ "lock": key }),
        "sponsorAccession" => return json!({ "accession": key }),
        "refuseAccession" => return json!({ "accession": key, "reason": "CONFLICT" }),
        "lockCountry" => return json!({ "country": "IN" }),
        _ => json!({ "record": "qua_1" }),
    };
    input["idempotencyKey"] = json!(key);
    input
}
