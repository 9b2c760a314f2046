//! Teams: who of an organization works on a case. Others of the organization see that it exists.

use sangam_vocabulary::{Instant, OrganizationId, PersonId, SubjectId};
use sea_orm::{DatabaseTransaction, Value};

use super::person::{By, PersonRefusal, Rules, account, accounts};
use super::{bytes, execute, one, unavailable};
use crate::command::{Applied, Refused, Work, Working, commands};

/// How many people of an organization are on one case at most: more than that is everybody.
const MEMBERS: i64 = 50;

/// Somebody joins or leaves the team of a case, at the organization that works on it: its owner, or one that has
/// standing in it.
pub struct TeamChange {
    /// The organization.
    pub organization: OrganizationId,
    /// Who changes the team.
    pub by: PersonId,
    /// The case.
    pub subject: SubjectId,
    /// Who joins or leaves.
    pub person: PersonId,
    /// Whether it is to join.
    pub joins: bool,
}

commands!(TeamChange);

impl TeamChange {
    /// Whether the case exists for the organization at all. What a search told it of somebody makes no case of hers.
    async fn stands(&self, at: Instant, tx: &DatabaseTransaction) -> Result<bool, Refused> {
        let sql = "SELECT 1 AS stands FROM standing WHERE organization = $1 AND subject = $2 AND NOT (noun = 'SEARCH' AND seat = 'SOURCE') AND from_at <= $3 AND until_at > $3 LIMIT 1";
        let values = vec![bytes(self.organization.uuid()), bytes(self.subject.uuid()), at.millis().into()];
        Ok(one(tx, sql, values).await?.is_some())
    }

    fn place(&self, person: PersonId) -> Vec<Value> {
        vec![bytes(self.subject.uuid()), bytes(person.uuid())]
    }

    async fn is_on(&self, tx: &DatabaseTransaction, person: PersonId) -> Result<bool, Refused> {
        let sql = "SELECT 1 AS member FROM team WHERE subject = $1 AND person = $2";
        Ok(one(tx, sql, self.place(person)).await?.is_some())
    }

    /// How many of the organization are on the team.
    async fn members(&self, tx: &DatabaseTransaction) -> Result<i64, Refused> {
        let sql = "SELECT count(*) AS members FROM team t JOIN person p ON p.id = t.person WHERE t.subject = $1 AND p.organization = $2";
        let row = one(tx, sql, vec![bytes(self.subject.uuid()), bytes(self.organization.uuid())]).await?;
        row.ok_or(Refused::Unavailable)?.try_get("", "members").map_err(unavailable)
    }
}

impl Work for TeamChange {
    /// Refused as [`Refused::NotFound`] when the case or the person does not exist for the organization or the person
    /// is not on the team, as [`Refused::Person`] by a rule, as [`Refused::Conflict`] when the person is on it already.
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let people = accounts(tx, self.organization).await?;
            let rules = Rules::new(at, By::Person(self.by), &people);
            rules.of_team(self.is_on(tx, self.by).await?)?;
            if !self.stands(at, tx).await? {
                return Err(Refused::NotFound);
            }
            let target = account(&people, self.person)?;
            let is_on = self.is_on(tx, target.id).await?;
            if self.joins {
                rules.join(target, self.is_on(tx, self.by).await?)?;
                if is_on {
                    return Err(Refused::Conflict { current: target.generation });
                }
                if self.members(tx).await? >= MEMBERS {
                    return Err(PersonRefusal::TooManyMembers.into());
                }
                let mut values = self.place(target.id);
                values.push(at.millis().into());
                execute(tx, "INSERT INTO team (subject, person, since) VALUES ($1, $2, $3)", values).await?;
            } else if is_on {
                let sql = "DELETE FROM team WHERE subject = $1 AND person = $2";
                execute(tx, sql, self.place(target.id)).await?;
            } else {
                return Err(Refused::NotFound);
            }
            Ok(Applied { record: Some(target.id.uuid()), fence: true, ..Applied::default() })
        })
    }
}
