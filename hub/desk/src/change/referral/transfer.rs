//! Whether responsibility for a case may go to the recipient of a referral, decided before it accepts. Whoever owns a
//! subject reads all of it and is asked for no consent any more, so consent, agreement and law must already release to the
//! recipient, for a purpose for which the holder of a case has it, every category that is there, sealed or said by a case
//! record. One that they withhold refuses the whole.

use sangam_custody::{Asker, Behind, Context, EntryKind, RecordState, Ruling, decide};
use sangam_store::{RelationRow, Transfer};
use sangam_vocabulary::{CategorySet, Instant, Noun, OrganizationId, RecordId, Seat, SubjectId};
use sangam_workflow::flow::{self, By};
use sangam_workflow::referral::{Event, Referral};
use sangam_workflow::transfer::WAYS;

use crate::hub::{Desk, DeskFault};
use crate::journalled::Acting;

/// What became of the decision.
pub(super) enum Handing {
    /// It is no transfer, or it cannot be accepted now: nothing is decided, and what the writer says of the step is the
    /// answer.
    Nothing,
    /// The recipient is no full member: it becomes nobody's owner.
    OnProbation,
    /// These categories are withheld from the recipient.
    Withheld(CategorySet),
    /// It may be; with the entry that says so.
    May(Transfer, sangam_custody::Entry),
}

impl Desk {
    /// The recipient's seat in a referral that is open and that it can accept as it stands now. Of any other, nothing is
    /// decided: what is withheld of a case that was let go of long ago is nobody's to ask.
    async fn acceptable(
        &self,
        recipient: OrganizationId,
        referral: RecordId,
        subject: SubjectId,
        at: Instant,
    ) -> Result<Option<RelationRow>, DeskFault> {
        let Some(state) = self.store.referral_state(referral).await? else { return Ok(None) };
        if !flow::legal::<Referral>(state, By::Seat(Seat::Recipient)).any(|event| event == Event::Accept) {
            return Ok(None);
        }
        let rows = self.store.relations(recipient, subject, at).await?;
        Ok(rows.into_iter().find(|row| {
            (row.noun, row.seat, row.record) == (Noun::Referral, Seat::Recipient, referral) && at < row.open_until
        }))
    }

    /// Decides whether the recipient of a transfer may become the subject's owner, for whoever accepts: what may not be
    /// shown to a system that names nobody is not handed over to it either.
    ///
    /// # Errors
    /// [`DeskFault`] when the store does not answer or a key is not open: then nothing is handed over.
    pub(super) async fn handing(
        &self,
        by: &Acting,
        behind: Behind,
        referral: RecordId,
        sender: OrganizationId,
        subject: SubjectId,
    ) -> Result<Handing, DeskFault> {
        let recipient = by.organization;
        let (epoch, fence) = self.store.marks().await?;
        if !self.store.is_transfer(referral).await? {
            return Ok(Handing::Nothing);
        }
        let (Some(facts), Some(party)) = (self.store.subject(subject).await?, self.party(recipient)) else {
            return Ok(Handing::Nothing);
        };
        if facts.owner.organization != sender {
            // The step says so.
            return Ok(Handing::Nothing);
        }
        let at = self.now();
        let Some(seat) = self.acceptable(recipient, referral, subject, at).await? else {
            return Ok(Handing::Nothing);
        };
        if !self.is_full_member(recipient) {
            return Ok(Handing::OnProbation);
        }
        let recalled = self.store.is_recalled(subject, recipient).await?;
        let rules = self.rules(epoch).await?;
        let consents = self.store.consents(subject).await?;
        let context = |(relation, purpose)| Context {
            caller: Asker { behind, ..party.asker() },
            relation: Some(relation),
            purpose,
            owner: facts.owner,
            past_owners: facts.past_owners.clone(),
            facts: facts.facts,
            onward: None,
            state: RecordState {
                from: seat.from,
                until: seat.open_until,
                window: None,
                locked: facts.locked,
                // A person who is not on the team was refused before anything was decided.
                on_team: behind == Behind::Person,
                suspended: facts.suspended,
                shut: seat.shut,
                recalled,
            },
        };
        let ways = WAYS.map(context);
        let said = self.store.categories_said(subject, at).await?;
        let (mut withheld, mut until) = (CategorySet::NONE, Instant::NEVER);
        for category in said.iter() {
            let rulings = ways.iter().map(|way| decide(&rules, &consents, &way.ask(category, at)));
            match rulings.filter(Ruling::releases).map(|ruling| ruling.until).max() {
                Some(longest) => until = until.min(longest),
                None => withheld = withheld.with(category),
            }
        }
        if !withheld.is_empty() || said.is_empty() {
            return Ok(Handing::Withheld(withheld));
        }
        let key = self.subject_key(sender, subject, &facts.keys).await?;
        let after = self.keys.hand_over(sender, recipient, subject, &facts.keys)?;
        let entry = self.entry(EntryKind::SubjectTransferred, by, &key, referral, said)?;
        let (epoch, before) = (rules.epoch, facts.keys);
        Ok(Handing::May(Transfer { epoch, fence, until, categories: said, before, after }, entry))
    }
}
