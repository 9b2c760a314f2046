//! What a partner's people decided on offers. It is asked in lots, each a call with a deadline of its own, because some
//! systems take a request for every offer. One that is slow or cannot be told costs its lot, and the lots get smaller until
//! it is alone in its own.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sangam_custody::Behind;
use sangam_language::PortFault;
use sangam_store::{Answered, Command};
use sangam_vocabulary::RecordId;
use sangam_wire::{Answer, AnswerState, Delivered, Wire, WireFault};
use sangam_workflow::referral::{DeclineReason, Event};
use sangam_workflow::service;

use super::split;
use crate::change::{Asked, ServicesAsked, Stepping};
use crate::hub::{Desk, DeskFault};
use crate::read::store_fault;
use crate::sync::PartnerDesk;

/// The most offers asked about in one call. Primero and ODK Central take a request for each, four at a time; Primero takes
/// two for an offer that is a transfer, where its file does not say that transfers are read. Five after each other, ten at
/// most, are done in any deadline that such a system can have, and one that has a shorter one gets smaller lots.
const LOT: usize = 20;

/// How a partner's next round asks.
#[derive(Debug, Default)]
pub(crate) struct Asking(Mutex<Next>);

#[derive(Debug, Clone, Copy)]
struct Next {
    /// With which offer it begins.
    begins: usize,
    /// How many it asks about in one call.
    lot: usize,
}

impl Default for Next {
    fn default() -> Self {
        Self { begins: 0, lot: LOT }
    }
}

/// One round through all open offers of a partner.
struct Round<'r> {
    asking: &'r Asking,
    offers: Vec<Delivered>,
    began: Next,
    asked: usize,
    /// Whether the partner did not tell of a lot.
    failed: bool,
    over: bool,
}

impl Asking {
    fn next(&self) -> MutexGuard<'_, Next> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn round(&self, mut offers: Vec<Delivered>) -> Round<'_> {
        let Next { begins, lot } = *self.next();
        let began = Next { begins: begins.checked_rem(offers.len()).unwrap_or(0), lot };
        offers.rotate_left(began.begins);
        Round { asking: self, offers, began, asked: 0, failed: false, over: false }
    }
}

impl Round<'_> {
    /// What became of the next lot; nothing of one that the partner does not tell. `None` at the end, and where the partner
    /// would not tell of the others either: the next round begins with those.
    async fn next(&mut self, wire: &dyn Wire) -> Option<Vec<Answer>> {
        let rest = self.offers.get(self.asked..).filter(|rest| !rest.is_empty() && !self.over)?;
        let lot = rest.get(..self.began.lot).unwrap_or(rest);
        let told = wire.answers(lot).await;
        if let Err(fault) = &told {
            tracing::warn!(error = %fault, "a partner did not say what became of offers");
            let of_all = [WireFault::Unauthorized, WireFault::Unreachable, WireFault::Unsupported];
            self.over = of_all.contains(fault) || matches!(fault, WireFault::Paused { .. });
        }
        if !self.over {
            self.asked += lot.len();
            self.failed |= told.is_err();
        }
        let lot = match self.failed {
            true => (self.began.lot / 2).max(1),
            false if self.asked == self.offers.len() => (self.began.lot * 2).min(LOT),
            false => self.began.lot,
        };
        *self.asking.next() = Next { begins: self.began.begins + self.asked, lot };
        if self.over { None } else { Some(told.unwrap_or_default()) }
    }
}

impl Desk {
    /// Asks the partner what its people decided on offers, and takes the steps that follow.
    pub(super) async fn take_answers(&self, partner: &PartnerDesk) -> Result<u32, DeskFault> {
        let open = self.store.open_offers(partner.id).await?;
        let offers: Vec<(RecordId, Delivered)> = open
            .iter()
            .filter_map(|(record, key)| {
                split(key).map(|(case, referral)| (*record, Delivered { record: case, referral: Some(referral) }))
            })
            .collect();
        let mut taken = 0;
        let mut round = partner.asking.round(offers.iter().map(|(_, delivered)| delivered.clone()).collect());
        while let Some(answers) = round.next(&*partner.wire).await {
            // Each lot takes its time, and a suspension or a lock does not wait for the round's end.
            if !self.delivers_to(partner.organization) {
                return Ok(taken);
            }
            for answer in answers {
                let Some((record, _)) = offers.iter().find(|(_, delivered)| *delivered == answer.delivered) else {
                    continue;
                };
                for step in steps(answer.state) {
                    let Ok(Some(command)) = self.answered(partner, *record, *step).await else { continue };
                    // A step that is not legal any more was taken before.
                    if self.writer.submit(command).await.is_ok() {
                        taken += 1;
                    }
                }
            }
        }
        Ok(taken)
    }

    /// A step of an answer as a command, in the partner's name. A transfer is not accepted so: who takes a whole case over
    /// is a person's decision, and the referral stays as it is until one answers.
    async fn answered(
        &self,
        partner: &PartnerDesk,
        referral: RecordId,
        step: AnswerStep,
    ) -> Result<Option<Command>, PortFault> {
        let (by, version) = (partner.organization.into(), None);
        let accepts = matches!(step, AnswerStep::Whole(Event::Accept, _));
        if accepts && self.store.is_transfer(referral).await.map_err(store_fault)? {
            tracing::info!("a partner's system accepted a transfer, which waits for one of its people");
            return Ok(None);
        }
        match step {
            AnswerStep::Whole(event, reason) => {
                let behind = Behind::Nobody;
                let asked = Asked { referral, version, event, reason, proposed: None, behind, link: None };
                match self.step_command(by, asked).await? {
                    Stepping::Take(command) => Ok(Some(command)),
                    // A transfer that may not be is not accepted, whatever the system's people said there.
                    Stepping::NotFound | Stepping::Withheld(_) | Stepping::OnProbation => Ok(None),
                }
            }
            AnswerStep::Given => {
                let (services, event, reason) = (Answered::Each, service::Event::Give, None);
                self.services_command(by, ServicesAsked { referral, version, services, event, reason }).await
            }
        }
    }
}

/// A step that an answer stands for: of the whole, or that every promised service was given.
#[derive(Debug, Clone, Copy)]
enum AnswerStep {
    Whole(Event, Option<DeclineReason>),
    Given,
}

/// The steps an answer stands for, in order; those already taken are illegal and left out. A partner's system answers for
/// all services at once.
const fn steps(state: AnswerState) -> &'static [AnswerStep] {
    use AnswerStep::{Given, Whole};
    match state {
        AnswerState::Waiting => &[Whole(Event::Receive, None)],
        AnswerState::Accepted => &[Whole(Event::Accept, None)],
        // The partner's own words for a decline stay there: no reason is invented for them.
        AnswerState::Declined => &[Whole(Event::Decline, Some(DeclineReason::NotSaid))],
        AnswerState::Done => {
            &[Whole(Event::Accept, None), Whole(Event::Start, None), Given, Whole(Event::Complete, None)]
        }
        AnswerState::Withdrawn => &[],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;

    use futures_util::future::BoxFuture;
    use sangam_wire::{Answer, AnswerState, Cursor, Delivered, Delivery, Found, Page, Wire, WireFault};
    use uuid::Uuid;

    use super::{Asking, LOT};

    /// A system that has no answer in time for a lot with `slow` in it, or none at all from the `last` call on.
    #[derive(Default)]
    struct System {
        slow: Option<usize>,
        last: Option<usize>,
        calls: Mutex<Vec<usize>>,
    }

    fn offer(number: usize) -> Delivered {
        Delivered { record: format!("{number}"), referral: None }
    }

    impl Wire for System {
        fn fetch<'a>(&'a self, _: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
            Box::pin(std::future::ready(Err(WireFault::Unsupported)))
        }

        fn record<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
            Box::pin(std::future::ready(Err(WireFault::Unsupported)))
        }

        fn deliver<'a>(&'a self, _: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
            Box::pin(std::future::ready(Err(WireFault::Unsupported)))
        }

        fn offered(&self, _: Uuid, _: Uuid) -> BoxFuture<'_, Result<Option<Delivered>, WireFault>> {
            Box::pin(std::future::ready(Err(WireFault::Unsupported)))
        }

        fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
            let mut calls = self.calls.lock().unwrap();
            calls.push(offers.len());
            let told = offers.iter().map(|offer| Answer {
                delivered: offer.clone(),
                state: AnswerState::Accepted,
                reason: None,
            });
            let told = if self.last.is_some_and(|last| calls.len() > last) {
                Err(WireFault::Unreachable)
            } else if self.slow.is_some_and(|slow| offers.contains(&offer(slow))) {
                Err(WireFault::TimedOut)
            } else {
                Ok(told.collect())
            };
            Box::pin(std::future::ready(told))
        }
    }

    async fn round(asking: &Asking, system: &System, offers: usize) -> BTreeSet<usize> {
        let mut round = asking.round((0..offers).map(offer).collect());
        let mut told = BTreeSet::new();
        while let Some(answers) = round.next(system).await {
            told.extend(answers.iter().map(|answer| answer.delivered.record.parse::<usize>().unwrap()));
        }
        told
    }

    #[tokio::test]
    async fn one_that_is_slow_keeps_none_of_the_others_waiting() {
        for offers in [2, LOT, LOT + 1, 57] {
            let (asking, system) = (Asking::default(), System { slow: Some(offers / 2), ..System::default() });
            let mut told = round(&asking, &system, offers).await;
            assert!(told.len() + LOT >= offers, "{offers}: {} told of in the first round", told.len());
            for _ in 0..5 {
                told = round(&asking, &system, offers).await;
            }
            let but_the_slow: BTreeSet<usize> = (0..offers).filter(|number| *number != offers / 2).collect();
            assert_eq!(told, but_the_slow, "{offers}: all in the one round");
            let well = System::default();
            for _ in 0..6 {
                assert_eq!(round(&asking, &well, offers).await.len(), offers);
            }
            let calls = well.calls.lock().unwrap().clone();
            assert_eq!(calls.last().copied(), Some(if offers % LOT == 0 { LOT } else { offers % LOT }), "{calls:?}");
            assert!(calls.iter().all(|lot| (1..=LOT).contains(lot)), "{calls:?}");
        }
    }

    #[tokio::test]
    async fn a_system_that_is_not_there_is_left_alone_and_the_next_round_begins_where_this_one_ended() {
        let (asking, system) = (Asking::default(), System { last: Some(1), ..System::default() });
        assert_eq!(round(&asking, &system, 57).await.len(), LOT);
        assert_eq!(
            system.calls.lock().unwrap().len(),
            2,
            "one lot was told of, one was not, and none was asked for after"
        );
        let system = System { last: Some(2), ..System::default() };
        let told = round(&asking, &system, 57).await;
        assert!((LOT..57).all(|number| told.contains(&number)), "those that were not asked for come first: {told:?}");
        assert_eq!(round(&asking, &System::default(), 0).await, BTreeSet::new());
    }
}
