//! Delivering to partners' systems: rows of the outbox hold ids; what is told is decided, recorded and
//! released at each attempt, as if the partner's system had asked.

mod decided;
mod ended;

use std::collections::BTreeMap;

use sangam_language::{Cell, Plan, SealedIn};
use sangam_mapping::outgoing::{Outgoing, OutgoingKind, OutgoingReferral, OutgoingSubject};
use sangam_store::{DeliveryChange, DeliveryKind, DeliveryRow, Untold};
use sangam_vocabulary::{Category, CategorySet, Code, Instant};
use sangam_wire::{Delivered, Delivery, WireFault};
use sangam_workflow::flow;
use sangam_workflow::referral::{Referral, State, Urgency, takes_back};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::hub::{Desk, DeskFault};
use crate::ids;
use crate::sync::{PartnerDesk, SyncFault};
pub(crate) use decided::Asking;

/// How many deliveries one round takes.
const ROUND: u16 = 100;
/// How often a delivery is tried before it is given up and shown as failed: its eleven waits add up to 10,235 seconds. An
/// end has no last try: what was taken back must not stand in a system because that was down for an afternoon.
const TRIES: i64 = 12;
/// The first wait after a failure, in milliseconds; it doubles with each one.
const FIRST_WAIT: i64 = 5_000;
/// The longest wait, in milliseconds: six hours. Only an end is tried often enough to come to it.
const LONGEST_WAIT: i64 = 6 * 3_600_000;

/// What a round of deliveries came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeliveryReport {
    /// Taken by the partner.
    pub delivered: u32,
    /// To be tried again, or given up.
    pub failed: u32,
    /// Not told, because there was nothing to tell, or no way to.
    pub untold: u32,
    /// Steps that the partner's people took.
    pub answered: u32,
}

/// What the outbound mapping may need of a referral: only what a system may have without a person behind it.
fn plan() -> Plan {
    let columns = [
        "id",
        "state",
        "urgency",
        "sentAt",
        "declineReason",
        "transfer",
        "subject.id",
        "sender.id",
        "recipient.id",
        "sender.country",
        "sender.role",
    ];
    Plan {
        columns: columns.map(str::to_owned).to_vec(),
        sealed: vec![
            (SealedIn::Subject, Category::CaseReference),
            (SealedIn::Subject, Category::Demographics),
            (SealedIn::Record, Category::Services),
        ],
        wanted: CategorySet::LIGHT,
        cursors: false,
        of_subject: true,
    }
}

/// What an attempt came to.
enum Attempted {
    /// The system has it. With the partner's key for the referral, where it was not known before.
    Delivered(Option<String>),
    /// There is nothing to tell it, or no way to.
    Untold(Untold),
}

/// Why a delivery was not made, a code for the outbox.
struct NotDelivered(&'static str);

/// The code of a delivery for which nothing was sent, because the system is left alone for a while.
const PAUSED: &str = "PAUSED";

impl From<SyncFault> for NotDelivered {
    fn from(fault: SyncFault) -> Self {
        tracing::warn!(error = %fault, "a delivery failed");
        Self(match fault {
            SyncFault::Wire(WireFault::Paused { .. }) => PAUSED,
            SyncFault::Wire(_) => "PARTNER",
            SyncFault::Desk(_) => "HUB",
        })
    }
}

impl Desk {
    /// Tries a partner's deliveries that are due, and asks what became of offers.
    ///
    /// # Errors
    /// [`DeskFault`] when the store does not answer; a partner that does not is no error of the round.
    pub async fn deliver_to(&self, partner: &PartnerDesk) -> Result<DeliveryReport, DeskFault> {
        let mut report = DeliveryReport::default();
        if !partner.config.mode.delivers() || !self.delivers_to(partner.organization) {
            return Ok(report);
        }
        for row in self.store.deliveries_due(partner.id, self.now(), ROUND).await? {
            // Each takes its time, and a suspension or a lock does not wait for the round's end.
            if !self.delivers_to(partner.organization) {
                return Ok(report);
            }
            let change = match self.attempt(partner, &row).await {
                Ok(Attempted::Delivered(external)) => {
                    report.delivered += 1;
                    DeliveryChange::Delivered { id: row.id, external: external.map(|key| (partner.id, key)) }
                }
                Ok(Attempted::Untold(untold)) => {
                    report.untold += 1;
                    DeliveryChange::NotTold { id: row.id, untold }
                }
                Err(NotDelivered(fault)) => {
                    report.failed += 1;
                    match fault {
                        PAUSED => {
                            DeliveryChange::Paused { id: row.id, again: self.now().plus_millis(wait(row.attempts)) }
                        }
                        _ => DeliveryChange::Failed { id: row.id, fault: fault.to_owned(), again: self.again(&row) },
                    }
                }
            };
            self.writer.submit(change.into()).await?;
        }
        report.answered = self.take_answers(partner).await?;
        Ok(report)
    }

    /// Tries the deliveries of every connected partner, one after the other.
    ///
    /// # Errors
    /// As [`Desk::deliver_to`].
    pub async fn deliver(&self) -> Result<DeliveryReport, DeskFault> {
        let mut all = DeliveryReport::default();
        for partner in self.connected() {
            let report = self.deliver_to(&partner).await?;
            all.delivered += report.delivered;
            all.failed += report.failed;
            all.untold += report.untold;
            all.answered += report.answered;
        }
        Ok(all)
    }

    fn again(&self, row: &DeliveryRow) -> Option<Instant> {
        let is_last = row.kind == DeliveryKind::Offer && row.attempts + 1 >= TRIES;
        (!is_last).then(|| self.now().plus_millis(wait(row.attempts)))
    }

    /// One attempt.
    async fn attempt(&self, partner: &PartnerDesk, row: &DeliveryRow) -> Result<Attempted, NotDelivered> {
        let read = self.as_nobody(partner.organization, partner.id.uuid(), row.record, &plan()).await;
        let released = read.map_err(|_| NotDelivered("HUB"))?.ok_or(NotDelivered("NOTHING_TO_SEE"))?;
        let parties = self.store.referral_parties(row.record).await.map_err(|_| NotDelivered("HUB"))?;
        let (sender, recipient, subject) = parties.ok_or(NotDelivered("NOTHING_TO_SEE"))?;
        let offered = partner.own_key(self, row.record).await.map_err(|_| NotDelivered("HUB"))?;
        let case = partner.own_key(self, subject.into()).await.map_err(|_| NotDelivered("HUB"))?;
        let mut outgoing = self.outgoing(partner, &released)?;
        let state = self.store.referral_state(row.record).await.map_err(|_| NotDelivered("HUB"))?;
        if recipient == partner.organization && state.is_some_and(flow::is_final::<Referral>) {
            let own = (outward(&outgoing.subject.id)?, outward(&outgoing.referral.id)?);
            return match state.is_some_and(takes_back) {
                true => self.end(partner, row, offered, own).await,
                false => Ok(Attempted::Untold(Untold::NotNeeded)),
            };
        }
        if outgoing.categories.is_empty() && row.kind == DeliveryKind::Offer {
            // An offer of nothing helps nobody; it is tried again, because consent may come back.
            return Err(NotDelivered("NOTHING_TO_SEE"));
        }
        let body = |outgoing: &Outgoing| outgoing.to_json().map_err(|_| NotDelivered("HUB"));
        let delivery = if sender == partner.organization {
            let (Some(record), Some(referral)) = (case, offered) else {
                return Ok(Attempted::Untold(Untold::NotNeeded));
            };
            outgoing.kind = OutgoingKind::Answer;
            // It knows of its own referral what it is, whatever shows of it by now.
            let is_transfer = self.store.is_transfer(row.record).await.map_err(|_| NotDelivered("HUB"))?;
            outgoing.referral.transfer = is_transfer;
            outgoing.referral.external_id = Some(referral.clone());
            outgoing.subject.external_id = Some(record.clone());
            let body = self.outbound(partner, &body(&outgoing)?).await?;
            Delivery::Answer { record, referral, body }
        } else if recipient == partner.organization && row.kind == DeliveryKind::Offer {
            let body = self.outbound(partner, &body(&outgoing)?).await?;
            Delivery::Offer { record: outward(&outgoing.subject.id)?, referral: outward(&outgoing.referral.id)?, body }
        } else {
            return Ok(Attempted::Untold(Untold::NotNeeded));
        };
        let is_offer = matches!(delivery, Delivery::Offer { .. });
        match partner.wire.deliver(&delivery).await {
            Ok(delivered) => Ok(Attempted::Delivered(is_offer.then(|| joined(&delivered)))),
            Err(WireFault::Unsupported) if !is_offer => Ok(Attempted::Untold(Untold::NotTold)),
            Err(fault) => Err(SyncFault::Wire(fault).into()),
        }
    }

    async fn outbound(&self, partner: &PartnerDesk, outgoing: &[u8]) -> Result<Json, NotDelivered> {
        let mapping = partner.outbound.as_ref().ok_or(NotDelivered("NO_MAPPING"))?;
        partner.pool.map(mapping, outgoing).await.map_err(|oddity| {
            tracing::warn!(kind = oddity.kind.code(), path = %oddity.path, "an outbound mapping failed");
            NotDelivered("MAPPING")
        })
    }

    fn outgoing(&self, partner: &PartnerDesk, row: &sangam_language::Row) -> Result<Outgoing, NotDelivered> {
        let plan = plan();
        let cell = |name: &str| plan.columns.iter().position(|c| c == name).and_then(|place| row.cells.get(place));
        let text = |name: &str| match cell(name) {
            Some(Cell::Text(text)) => Some(text.clone()),
            Some(Cell::Outward(id)) => Some(id.to_string()),
            Some(Cell::Instant(at)) => Some(Instant::from_millis(*at).rfc3339()),
            _ => None,
        };
        let must = |name: &str| text(name).ok_or(NotDelivered("HUB"));
        let mut categories = BTreeMap::new();
        for disclosure in row.disclosed.iter().flatten() {
            let payload: Json = serde_json::from_slice(disclosure.json()).map_err(|_| NotDelivered("HUB"))?;
            categories.insert(disclosure.category().code(), payload);
        }
        let shows = |category: Category| row.shown.is_some_and(|shown| shown.released.contains(category));
        let state = State::read(&must("state")?).map_err(|_| NotDelivered("HUB"))?;
        let seen = CategorySet::all().iter().filter(|category| shows(*category));
        let state = flow::shown::<Referral>(state, seen.fold(CategorySet::NONE, CategorySet::with));
        let services = categories
            .get(Category::Services.code())
            .and_then(|payload| payload.get("services").cloned())
            .and_then(|services| serde_json::from_value(services).ok())
            .unwrap_or_default();
        Ok(Outgoing {
            kind: OutgoingKind::Offer,
            referral: OutgoingReferral {
                id: must("id")?,
                external_id: None,
                state: state.code().to_owned(),
                services,
                urgency: Urgency::read(&must("urgency")?).map_err(|_| NotDelivered("HUB"))?.code(),
                sent_at: must("sentAt")?,
                transfer: matches!(cell("transfer"), Some(Cell::Boolean(true))) && shows(Category::Services),
                decline_reason: text("declineReason").filter(|_| shows(Category::Services)),
                counterpart: self.counterpart(
                    partner,
                    &must("sender.id")?,
                    &must("recipient.id")?,
                    &must("sender.country")?,
                    &must("sender.role")?,
                ),
            },
            subject: OutgoingSubject { id: must("subject.id")?, external_id: None },
            categories,
        })
    }

    /// The other side by the partner's own reference for it. A holder is its case desk: nobody asks here, and who
    /// holds the case says where the person is.
    fn counterpart(&self, partner: &PartnerDesk, sender: &str, recipient: &str, country: &str, role: &str) -> String {
        let desk = || format!("case desk, {role}, {country}");
        let sent = ids::organization(sender).is_ok_and(|id| id == partner.organization);
        if !sent {
            return desk();
        }
        let id = ids::organization(recipient).ok();
        let reference = partner.references.iter().find(|(_, known)| Some(**known) == id).map(|(name, _)| name.clone());
        reference.unwrap_or_else(desk)
    }
}

/// How long to wait after so many failures, in milliseconds.
fn wait(failures: i64) -> i64 {
    (0..failures)
        .try_fold(FIRST_WAIT, |wait, _| (wait < LONGEST_WAIT).then(|| wait * 2))
        .unwrap_or(LONGEST_WAIT)
        .min(LONGEST_WAIT)
}

fn joined(delivered: &Delivered) -> String {
    format!("{}|{}", delivered.record, delivered.referral.as_deref().unwrap_or_default())
}

fn split(key: &str) -> Option<(String, String)> {
    key.split_once('|').map(|(record, referral)| (record.to_owned(), referral.to_owned()))
}

/// The random part of an outward id, as the UUID that a partner's system takes.
fn outward(id: &str) -> Result<Uuid, NotDelivered> {
    id.split_once('_').and_then(|(_, digits)| Uuid::try_parse(digits).ok()).ok_or(NotDelivered("HUB"))
}
