//! Teams: who of the organization works on a case. The entry has a part under the subject's own journal key, so that
//! a report about her can say who was put on her case, by whom and when.

use sangam_custody::{Entry, EntryKind, OutwardKind, PartDetail};
use sangam_language::{Caller, Outcome, PortFault, TeamMember};
use sangam_store::{Command, PersonRefusal, Refused, TeamChange};
use sangam_vocabulary::{CategorySet, SubjectId};

use super::{Asking, forbidden, person_id};
use crate::change::{Plans, invalid, not_found, refusal};
use crate::hub::{Desk, DeskFault};
use crate::read::store_fault;

impl Desk {
    pub(crate) async fn change_team(
        &self,
        caller: &Caller,
        input: TeamMember,
        joins: bool,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let verb = if joins { "joinTeam" } else { "leaveTeam" };
        let request = format!("{verb} {} {}", input.subject, input.person);
        let asking = match self.asking(caller, &input.idempotency_key, &request, plans).await {
            Ok(asking) => asking,
            Err(outcome) => return Ok(outcome),
        };
        let Ok(subject) = self.inward(organization, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let Some(person) = person_id(&input.person) else {
            return Ok(invalid(plans, "/person", "Not the id of a person."));
        };
        let subject = SubjectId::from_uuid(subject.uuid());
        let change = TeamChange { organization, by: asking.by, subject, person, joins };
        let Some(entry) = self.team_entry(&asking, &change).await? else {
            self.refused(caller, None).await;
            return Ok(not_found(plans));
        };
        match self.writer.submit(Command::from(change).recorded(entry).once(asking.key.clone())).await {
            Ok(committed) => {
                let member = if joins { "TeamJoined" } else { "TeamLeft" };
                self.account_told(&asking, |_| member, committed.record, &[]).await
            }
            Err(refused) => {
                if matches!(refused, Refused::NotFound | Refused::Person(_)) {
                    self.refused(caller, None).await;
                }
                match refused {
                    // A team is changed from more sides than an account: who may is said in its own words.
                    Refused::Person(PersonRefusal::NotAdministrator) => Ok(forbidden(plans, PersonRefusal::NotOnTeam)),
                    refused => refusal(plans, refused),
                }
            }
        }
    }

    /// The entry of a change of a team; `None` when there is no such subject.
    async fn team_entry(&self, asking: &Asking<'_>, change: &TeamChange) -> Result<Option<Entry>, PortFault> {
        let (at, kind) = (self.now(), EntryKind::TeamChanged);
        let Some(facts) = self.store.subject(change.subject).await.map_err(store_fault)? else { return Ok(None) };
        let actor = self.store.person(asking.by).await.map_err(store_fault)?;
        let key = self.keys.subject(facts.owner.organization, change.subject, &facts.keys).map_err(DeskFault::from)?;
        let mut detail = PartDetail::act(kind, at, change.organization).about(change.subject.into(), CategorySet::NONE);
        detail.actor = actor.map(|row| row.pseudonym);
        detail.person = Some(change.person.uuid());
        let part = key.journal().part(self.chance(), &detail).map_err(DeskFault::from)?;
        Ok(Some(Entry { kind, at, caller: change.organization, parts: vec![part] }))
    }
}
