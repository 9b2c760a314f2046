//! How each service of a referral was answered, as the referral's row has it: one code a service, in the order of the
//! sealed list.

use sangam_vocabulary::Code;
use sangam_workflow::flow::{self, By};
use sangam_workflow::referral::DeclineReason;
use sangam_workflow::service::{Event, Need, Service, State};

use super::ReferralRefusal;
use crate::command::Refused;

/// What stands where a service has no reason.
const NONE: &str = "-";

/// The services of one referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answers(Vec<(State, Option<DeclineReason>)>);

impl Answers {
    /// Nothing is answered yet.
    pub(super) fn asked(services: usize) -> Self {
        Self(vec![(State::Asked, None); services])
    }

    /// Reads the row; `None` where it is not what [`Answers::texts`] writes.
    pub(super) fn read(states: &str, reasons: &str) -> Option<Self> {
        let states = states.split(',').filter(|code| !code.is_empty());
        let mut reasons = reasons.split(',').filter(|code| !code.is_empty());
        let mut answers = Vec::new();
        for state in states {
            let reason = match reasons.next()? {
                NONE => None,
                code => Some(DeclineReason::read(code).ok()?),
            };
            answers.push((State::read(state).ok()?, reason));
        }
        reasons.next().is_none().then_some(Self(answers))
    }

    /// As the row has it: states and reasons.
    pub(super) fn texts(&self) -> (String, String) {
        let joined = |code: fn(&(State, Option<DeclineReason>)) -> &'static str| {
            self.0.iter().map(code).collect::<Vec<_>>().join(",")
        };
        (joined(|(state, _)| state.code()), joined(|(_, reason)| reason.map_or(NONE, |reason| reason.code())))
    }

    /// Where each service stands.
    pub(super) fn states(&self) -> Vec<State> {
        self.0.iter().map(|(state, _)| *state).collect()
    }

    /// Takes a step of one service, by its number from 1.
    pub(super) fn take(
        &mut self,
        number: usize,
        event: Event,
        by: By,
        met: &[Need],
        reason: Option<DeclineReason>,
    ) -> Result<(), Refused> {
        let place = number.checked_sub(1).and_then(|place| self.0.get_mut(place));
        let (state, said) = place.ok_or(Refused::Referral(ReferralRefusal::NoSuchService))?;
        let stepped = flow::take::<Service>(*state, event, by, met, reason)?;
        (*state, *said) = (stepped.to(), stepped.reason().or(*said));
        Ok(())
    }

    /// Takes a step of every service that can take it.
    pub(super) fn take_all(&mut self, event: Event, by: By, met: &[Need], reason: Option<DeclineReason>) {
        for (state, said) in &mut self.0 {
            if let Ok(stepped) = flow::take::<Service>(*state, event, by, met, reason) {
                (*state, *said) = (stepped.to(), stepped.reason().or(*said));
            }
        }
    }
}
