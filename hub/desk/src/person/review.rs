//! The review of every quarter: an administrator says of accounts that they are still right.

use sangam_language::{Caller, Cell, Outcome, PortFault, ReviewPeople};
use sangam_store::PersonAct;
use sangam_vocabulary::PersonId;

use super::person_id;
use crate::change::{Plans, invalid, say};
use crate::hub::Desk;

/// The most accounts in one review: as many as a page shows.
const REVIEWED: usize = 100;

impl Desk {
    pub(crate) async fn review_people(
        &self,
        caller: &Caller,
        input: ReviewPeople,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        if input.people.is_empty() || input.people.len() > REVIEWED {
            return Ok(invalid(plans, "/people", "A review is of 1 to 100 people."));
        }
        let request = format!("reviewPeople {:?}", input.people);
        let asking = match self.asking(caller, &input.idempotency_key, &request, plans).await {
            Ok(asking) => asking,
            Err(outcome) => return Ok(outcome),
        };
        let people: Option<Vec<PersonId>> = input.people.iter().map(|text| person_id(text)).collect();
        let Some(mut people) = people else {
            return Ok(invalid(plans, "/people", "One of these is not the id of a person."));
        };
        people.sort_unstable();
        people.dedup();
        let reviewed = i64::try_from(people.len()).unwrap_or(0);
        match self.acted(&asking, PersonAct::Review { people }).await? {
            Ok(_) => Ok(say(plans, "PeopleReviewed", "", &[("reviewed", Cell::Int(reviewed))])),
            Err(outcome) => Ok(outcome),
        }
    }
}
