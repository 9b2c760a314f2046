//! How long a page takes, and what it looks like.

use std::sync::Arc;
use std::time::Instant as Stopwatch;

use async_graphql::parser::parse_query;
use sangam_custody::{
    Age, Answer as Decided, Asker, Behind, Context, ContextMask, Controller, Decision, Durability, Entry, Epoch, Facts,
    Fence, KeyBytes, Keys, Line, LocalKeyRing, NotRecorded, OutwardKind, Party, Promised, ReceiptBook, RecordState,
    Rules, Shown,
};
use sangam_vocabulary::payload::{Payload, ServiceCode, Services};
use sangam_vocabulary::{
    CategorySet, Code, Country, Instant, ManualClock, Noun, OrganizationId, Purpose, RecordId, Relation, Role, Seat,
    SeededChance, SubjectId,
};
use uuid::Uuid;

use super::Walker;
use crate::coerce::Variables;
use crate::document::Document;
use crate::fault::Faults;
use crate::plan::{Answer, RootField};
use crate::port::{Cell, Page, Row};

/// The page of the measurement: 50 rows, 12 fields, both organizations.
const PAGE: &str = "{ referrals(first: 50) { nodes {
    id state urgency sentAt changedAt version
    sender { country role organization { id name } } recipient { id name }
    services { services note } canDo
} pageInfo { hasNextPage endCursor } } }";

struct Book;

impl ReceiptBook for Book {
    fn append(&self, _: Entry, _: Durability) -> Promised<'_, ()> {
        Box::pin(std::future::ready(Ok::<(), NotRecorded>(())))
    }

    fn unchanged(&self, _: Fence) -> Promised<'_, bool> {
        Box::pin(std::future::ready(Ok(true)))
    }

    fn passed(&self, _: Fence) -> bool {
        false
    }
}

fn cell(column: &str, keys: &Keys, owner: OrganizationId) -> Cell {
    match column {
        "id" => Cell::Outward(
            keys.outward_id(owner, OutwardKind::Referral, RecordId::from_uuid(Uuid::from_u128(5))).unwrap(),
        ),
        "state" => Cell::Text("ACCEPTED".to_owned()),
        "urgency" => Cell::Text("URGENT".to_owned()),
        "sentAt" | "changedAt" => Cell::Instant(1_790_000_000_000),
        "version" => Cell::Int(3),
        "sender.country" => Cell::Text("IN".to_owned()),
        "sender.role" => Cell::Text("SHELTER".to_owned()),
        _ => Cell::Text("Asha Kendra, an invented shelter".to_owned()),
    }
}

async fn page(columns: &[String]) -> Page {
    let chance = Arc::new(SeededChance::new(1));
    let ring = LocalKeyRing::new(&KeyBytes::new([1; 32]), chance.clone()).unwrap();
    let keys = Keys::new(Arc::new(ring), chance.clone());
    let owner = OrganizationId::from_uuid(Uuid::from_u128(1));
    keys.admit(owner, &keys.mint_organization(owner).unwrap()).unwrap();
    let subject = SubjectId::from_uuid(Uuid::from_u128(2));
    let key = keys.subject(owner, subject, &keys.mint_subject(owner, subject).unwrap()).unwrap();
    let record = RecordId::from_uuid(Uuid::from_u128(3));
    let payload = Payload::Services(Services {
        services: ServiceCode::ALL.iter().copied().take(3).collect(),
        note: Some("call \"first\"".to_owned()),
    });
    let released = CategorySet::all();
    let line = |_| Line::new(&key, record, Relation::new(Noun::Referral, Seat::Recipient), &decision(released));
    let caller = Party { organization: owner, role: Role::Ngo, country: Country::India, actor: None };
    let clock = ManualClock::new(Instant::from_millis(0));
    let lines = (0..50).map(line).collect();
    let decided = Decided { caller, purpose: Purpose::ServiceReferral, epoch: Epoch(1), fence: Fence(1), lines };
    let permit = decided.receipt(&Book, &*chance, &clock).await.unwrap();
    let none = CategorySet::NONE;
    let row = |line| Row {
        cells: columns.iter().map(|column| cell(column, &keys, owner)).collect(),
        disclosed: vec![Some(
            key.release(key.seal(&*chance, record, &payload).unwrap(), &permit, line, &clock).unwrap(),
        )],
        shown: Some(Shown { released, not_shared: none, no_agreement: none, not_now: none }),
        can_see: released,
        can_do: vec!["START", "WITHDRAW"],
        cursor: "an encrypted cursor of some length".to_owned(),
        rows: Vec::new(),
    };
    Page { rows: (0..50).map(row).collect(), has_next: true, has_previous: false, receipt: permit.receipt() }
}

#[tokio::test]
async fn the_page_of_fifty_must_be_walked_well_under_a_hundred_microseconds() {
    let document = Document::prepare(parse_query(PAGE).unwrap(), None).ok().unwrap();
    let none = Variables::default();
    let compiled = document.compiled(document.operation().unwrap(), &none).unwrap();
    let [RootField::Asked(asked)] = compiled.fields.as_slice() else { panic!("one field") };
    let Answer::Connection(reading, connection) = &asked.answer else { panic!("a page") };
    let page = page(&reading.plan.columns).await;
    let mut best = u128::MAX;
    let mut bytes = 0;
    for _ in 0..300 {
        let (mut out, mut faults) = (Vec::with_capacity(64 * 1024), Faults::new(5));
        let begin = Stopwatch::now();
        Walker::new(&mut out, &mut faults, "referrals", usize::MAX).connection(connection, &page).unwrap();
        best = best.min(begin.elapsed().as_nanos());
        assert!(faults.is_empty(), "{}", faults.json());
        bytes = out.len();
    }
    eprintln!("the page of 50: {bytes} bytes in {best} ns at best");
    assert!(bytes > 20_000, "{bytes}");
    assert!(best < 100_000, "{best} ns");
}

/// A decision that releases some categories: an owner's, about its own subject, so that nothing but what was
/// wanted decides.
fn decision(released: CategorySet) -> Decision {
    let organization = OrganizationId::from_uuid(Uuid::from_u128(0xdec1de));
    let context = Context {
        caller: Asker { organization, role: Role::Shelter, country: Country::India, behind: Behind::Staff },
        relation: Some(Relation::OWNER),
        purpose: Purpose::ServiceReferral,
        owner: Controller { organization, role: Role::Shelter, country: Country::India },
        past_owners: Vec::new(),
        facts: Facts { collected_in: Country::India, age: Age::Adult },
        onward: None,
        state: RecordState::open_from(Instant::ALWAYS),
    };
    let mask = ContextMask::compile(&Rules::default(), &context, Instant::from_millis(0));
    mask.decision(CategorySet::NONE, released, Instant::NEVER)
}
