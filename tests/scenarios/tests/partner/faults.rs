//! A partner's system that is not well: a typed fault within its deadline, and nobody else notices.

use std::time::{Duration, Instant};

use sangam_desk::{SyncFault, SyncReport};
use sangam_kit::database::Database;
use sangam_sandbox::Fault;
use sangam_wire::WireFault;

use crate::house::{AGENCY, House, SHELTER};
use sangam_scenarios::look::migrated;

const DEADLINE: Duration = Duration::from_millis(1_500);
/// How much longer than its deadline a synchronisation may take on a busy machine.
const GRACE: Duration = Duration::from_secs(4);

fn wire(done: Result<SyncReport, SyncFault>) -> WireFault {
    match done {
        Err(SyncFault::Wire(fault)) => fault,
        other => panic!("not the wire's fault: {other:?}"),
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn one_partner_after_another_way_of_being_unwell(database: Database) {
        let house = House::open(&database).await;
        house.edit_file("shelter-in.toml", |text| {
            text.replace("deadline_ms = 20000", "deadline_ms = 1500").replace("breaker_failures = 5", "breaker_failures = 1000")
        });
        let (shelter, agency) = (house.connect("shelter-in").await, house.connect("agency-bd").await);
        house.synchronise(&shelter).await;
        house.synchronise(&agency).await;
        let before = (house.subjects(SHELTER).await, house.referrals(AGENCY, "RECEIVED").await);
        assert_eq!((before.0.len(), before.1.len()), (2, 1));

        let cases = [
            (Fault::Down, vec![WireFault::Unreachable]),
            (Fault::Slow(Duration::from_secs(30)), vec![WireFault::TimedOut]),
            (Fault::Html, vec![WireFault::NotJson { content_type: "text/html".to_owned() }]),
            (Fault::Truncated, vec![WireFault::Truncated, WireFault::Unreachable]),
            (Fault::HalfJson, vec![WireFault::Truncated]),
            (Fault::Redirect(house.agency.base_url()), vec![WireFault::RedirectedElsewhere]),
            (Fault::BadGateway, vec![WireFault::Refused { status: 502, reasons: Vec::new() }]),
        ];
        for (number, (fault, expected)) in cases.into_iter().enumerate() {
            house.shelter.fault(fault.clone());
            let asked_elsewhere = house.agency.requests();
            let begun = Instant::now();
            let stopped = wire(house.desk.synchronise(&shelter, &|_| {}).await);
            assert!(begun.elapsed() < DEADLINE + GRACE, "{fault:?} took {:?}", begun.elapsed());
            assert!(expected.contains(&stopped), "{fault:?}: {stopped:?}");
            assert_eq!(house.agency.requests(), asked_elsewhere, "a redirect was followed");
            // The other partner goes on, with something new each time.
            house.clock.advance(1_000);
            house.agency.seed_cases(3);
            let well = house.synchronise(&agency).await;
            assert_eq!(well.quarantined, 0, "{well:?}");
            assert!(well.recorded > 0 || number > 0, "{well:?}");
            // What the first one had told is as it was.
            assert_eq!((house.subjects(SHELTER).await, house.referrals(AGENCY, "RECEIVED").await), before, "after {fault:?}");
        }

        house.shelter.fault(Fault::None);
        assert!(house.shelter.edit(&house.people[1], &serde_json::json!({"status": "closed"})));
        let well = house.synchronise(&shelter).await;
        assert_eq!((well.changed, well.recorded, well.quarantined), (1, 0, 0), "{well:?}");
    }

    /// After failures in a row the hub leaves the system alone for a while, and then tries again.
    async fn a_system_that_fails_is_left_alone_for_a_while(database: Database) {
        let house = House::open(&database).await;
        house.edit_file("shelter-in.toml", |text| text.replace("breaker_failures = 5", "breaker_failures = 2"));
        let (shelter, agency) = (house.connect("shelter-in").await, house.connect("agency-bd").await);
        house.shelter.fault(Fault::BadGateway);
        for _ in 0..2 {
            wire(house.desk.synchronise(&shelter, &|_| {}).await);
        }
        let asked = house.shelter.requests();
        let paused = wire(house.desk.synchronise(&shelter, &|_| {}).await);
        assert!(matches!(paused, WireFault::Paused { .. }), "{paused}");
        assert_eq!(house.shelter.requests(), asked);
        assert_eq!(house.synchronise(&agency).await.recorded, 2);
        house.shelter.fault(Fault::None);
        house.clock.advance(31_000);
        assert_eq!(house.synchronise(&shelter).await.recorded, 2);
    }
}
