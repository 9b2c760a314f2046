//! What is on record, and how it is moved.

use sangam_custody::{Agreement, Approval, Assent, Behind, Consent, Controller, Effect, GivenBy, Informed, Suspension};
use sangam_vocabulary::{AgreementId, Code, ConsentId, Country, Instant, Noun, Relation, Role, Seat};
use uuid::Uuid;

use crate::case::{Books, Case};
use crate::generate::Generator;

const ASSENTS: [Assent; 4] = [Assent::Given, Assent::Refused, Assent::NotAble, Assent::NotAsked];

impl Generator {
    fn consent(&mut self, case: &Case, given_by: GivenBy, assent: Assent) -> Consent {
        let other = *self.draw.of(&self.cast.organizations);
        let mut recipients = vec![case.caller.organization, other.organization];
        let mut countries = vec![case.caller.country, other.country];
        if self.draw.percent(30) {
            recipients.reverse();
            countries.reverse();
        }
        Consent {
            id: ConsentId::from_uuid(Uuid::from_u128(0x0c00 + case.consents.len() as u128)),
            effect: Effect::Grant,
            given_by,
            assent,
            informed: Informed::FULLY,
            purposes: self.purposes(case).with(case.purpose),
            categories: self.categories(case).with(case.category),
            recipients,
            countries,
            from: case.at.plus_days(-10),
            until: if self.draw.percent(20) { Instant::NEVER } else { case.at.plus_days(10) },
        }
    }

    /// What an adult gives herself.
    pub(crate) fn own_consent(&mut self, case: &Case) -> Consent {
        let assent = *self.draw.of(&ASSENTS);
        self.consent(case, GivenBy::Own, assent)
    }

    /// What is given for a child.
    pub(crate) fn child_consent(&mut self, case: &Case) -> Consent {
        let given_by = *self.draw.of(&[GivenBy::Guardian { no_conflict: true }, GivenBy::Authority]);
        let assent = *self.draw.of(&[Assent::Given, Assent::Given, Assent::NotAble]);
        self.consent(case, given_by, assent)
    }

    /// An agreement that lets the case pass from one organization to another.
    pub(crate) fn agreement_between(&mut self, case: &Case, from: Controller, to: Controller) -> Agreement {
        let third = *self.draw.of(&self.cast.organizations);
        let mut disclosers = vec![from.organization];
        let mut recipients = vec![to.organization];
        if self.draw.percent(15) {
            *self.draw.of(&[true, false]).then_some(&mut disclosers).unwrap_or(&mut recipients) =
                vec![third.organization, from.organization, to.organization];
        }
        let mut approvals = Vec::new();
        for party in disclosers.iter().chain(&recipients) {
            for person in &self.cast.people[..2] {
                approvals.push(Approval { organization: *party, person: *person });
            }
        }
        Agreement {
            id: AgreementId::from_uuid(Uuid::from_u128(0x0d00 + case.agreements.len() as u128)),
            version: 1,
            disclosers,
            recipients,
            purposes: self.purposes(case).with(case.purpose),
            categories: self.categories(case).with(case.category),
            countries: vec![to.country, *self.draw.of(Country::ALL)],
            onward: self.draw.percent(20),
            from: case.at.plus_days(-100),
            until: if self.draw.percent(20) { Instant::NEVER } else { case.at.plus_days(100) },
            suspended: false,
            approvals,
        }
    }

    /// Moves one thing the case stands on.
    pub(crate) fn disturb(&mut self, case: &mut Case) {
        match self.draw.below(38) {
            0..=8 => self.disturb_consent(case),
            9..=16 => self.disturb_agreement(case),
            17..=19 => case.overriding = Some(self.overriding(case)),
            20 | 21 => case.emergency = Some(self.emergency(case)),
            22 if case.orders.len() < 2 => case.orders.push(self.order(case)),
            23 => case.state.locked = true,
            24 => case.relation = None,
            25 => case.relation = Some(Relation::new(*self.draw.of(Noun::ALL), *self.draw.of(Seat::ALL))),
            26 => case.state.from = self.moved(case.at),
            27 => case.state.until = self.moved(case.at),
            28 => case.state.window = Some((self.moved(case.at), self.moved(case.at))),
            29 => {
                let role = *self.draw.of(Role::ALL);
                case.caller = self.cast.twin(self.cast.of(case.caller.country, role));
            }
            30 => case.facts.collected_in = *self.draw.of(Country::ALL),
            31 => {
                case.onward = if case.onward.is_some() { None } else { Some(*self.draw.of(&self.cast.organizations)) };
            }
            32 => case.state.suspended = Some(*self.draw.of(&[Suspension::TakenBack, Suspension::Unread])),
            33 => case.behind = *self.draw.of(&[Behind::Nobody, Behind::Nobody, Behind::Staff, Behind::Person]),
            34 => case.state.on_team = !case.state.on_team,
            35 => case.state.shut = self.categories(case),
            36 => case.state.recalled = true,
            _ => case.books = Books::IndiaBroken,
        }
    }

    fn disturb_consent(&mut self, case: &mut Case) {
        if case.consents.len() < 3 && self.draw.percent(25) {
            let mut another = if self.draw.percent(50) { self.own_consent(case) } else { self.child_consent(case) };
            if self.draw.percent(70) {
                another.effect = Effect::Withhold;
                another.categories = self.categories(case);
            }
            case.consents.push(another);
            return;
        }
        if case.consents.is_empty() {
            return;
        }
        let place = self.draw.below(case.consents.len());
        let mut consent = case.consents.swap_remove(place);
        match self.draw.below(12) {
            0 => return,
            1 => consent.from = self.moved(case.at),
            2 => consent.until = self.moved(case.at),
            3 => consent.purposes = self.purposes(case),
            4 => consent.categories = self.categories(case),
            5 => consent.recipients = vec![self.organization(case).organization],
            6 => consent.countries = vec![*self.draw.of(Country::ALL)],
            7 | 8 => {
                let guardian = |no_conflict| GivenBy::Guardian { no_conflict };
                consent.given_by = *self.draw.of(&[GivenBy::Own, guardian(false), guardian(true), GivenBy::Authority]);
            }
            9 => consent.assent = *self.draw.of(&ASSENTS),
            10 => consent.informed = Informed::from_bits(u8::try_from(self.draw.below(128)).unwrap()),
            _ => {
                let mut answers = [true; 7];
                answers[self.draw.below(7)] = false;
                consent.informed = Informed::from_answers(answers);
            }
        }
        case.consents.push(consent);
    }

    fn disturb_agreement(&mut self, case: &mut Case) {
        if case.agreements.len() < 3 && self.draw.percent(15) {
            let ends = [case.owner, case.caller, *self.draw.of(&self.cast.organizations)];
            let (from, to) = (*self.draw.of(&ends), *self.draw.of(&ends));
            case.agreements.push(self.agreement_between(case, from, to));
            return;
        }
        if case.agreements.is_empty() {
            return;
        }
        let place = self.draw.below(case.agreements.len());
        let mut agreement = case.agreements.swap_remove(place);
        match self.draw.below(12) {
            0 => return,
            1 => agreement.from = self.moved(case.at),
            2 => agreement.until = self.moved(case.at),
            3 => agreement.purposes = self.purposes(case),
            4 => agreement.categories = self.categories(case),
            5 => agreement.countries = vec![*self.draw.of(Country::ALL)],
            6 => agreement.suspended = true,
            7 => agreement.onward = !agreement.onward,
            8 => std::mem::swap(&mut agreement.disclosers, &mut agreement.recipients),
            9 => agreement.recipients.push(self.draw.of(&self.cast.organizations).organization),
            10 => {
                let gone = self.draw.below(agreement.approvals.len());
                agreement.approvals.remove(gone);
            }
            _ => {
                // The same person twice is one person.
                let (same, place) = (agreement.approvals[0].person, self.draw.below(agreement.approvals.len()));
                agreement.approvals[place].person = same;
            }
        }
        case.agreements.push(agreement);
    }
}
