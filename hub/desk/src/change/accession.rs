//! Speaking for an applicant and against it, and the list of applications, for people of full members.

use sangam_language::{
    Caller, CallerKind, Cell, ErrorCode, Outcome, Page, PageAsk, PortFault, RefuseAccession, SponsorAccession,
};
use sangam_store::{AccessionRow, Refused};
use sangam_vocabulary::{AccessionId, Code};
use sangam_workflow::accession::{RefusalReason, missing};

use super::{Plans, invalid, not_found, refusal, say};
use crate::explain::bare;
use crate::hub::{Desk, DeskFault};
use crate::ids::Prefix;

impl Desk {
    /// The applications and what became of them, latest first; for full members, and nothing for anybody else.
    pub(crate) async fn accessions(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        if !self.is_full_member(caller.party().organization) {
            self.refused(caller, None).await;
            return Ok(Page::default());
        }
        let rows = self.store.accessions(self.now()).await.map_err(DeskFault::from)?;
        let rows = rows.iter().take(usize::from(ask.first));
        Ok(Page { rows: rows.map(|row| bare(cells(row, &ask.plan.columns))).collect(), ..Page::default() })
    }

    pub(crate) async fn sponsor_accession(
        &self,
        caller: &Caller,
        input: SponsorAccession,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        self.spoken(caller, &input.accession, None, plans).await
    }

    pub(crate) async fn refuse_accession(
        &self,
        caller: &Caller,
        input: RefuseAccession,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let reason = RefusalReason::read(&input.reason).map_err(|_| ErrorCode::BadVariables)?;
        self.spoken(caller, &input.accession, Some(reason), plans).await
    }

    async fn spoken(
        &self,
        caller: &Caller,
        accession: &str,
        against: Option<RefusalReason>,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let CallerKind::Person(person) = caller.kind() else {
            self.refused(caller, None).await;
            return Ok(say(plans, "NotPermitted", "People speak for an applicant, and systems do not.", &[]));
        };
        let Ok(id) = Prefix::Accession.read(accession).map(AccessionId::from_uuid) else {
            return Ok(invalid(plans, "/accession", "Not the id of an application."));
        };
        match self.speak(id, caller.party().organization, person, against).await {
            Ok(()) => {
                let what = "It is on record. Another word of your organization takes the place of this one.";
                Ok(say(plans, "VoiceRecorded", what, &[("id", Cell::Text(accession.to_owned()))]))
            }
            Err(Refused::Membership(_)) => {
                let why = "The application is decided; `accessions` shows what became of it.";
                Ok(say(plans, "NotPermitted", why, &[]))
            }
            Err(Refused::NotFound) => {
                self.refused(caller, None).await;
                Ok(not_found(plans))
            }
            Err(refused) => refusal(plans, refused),
        }
    }
}

fn cells(row: &AccessionRow, columns: &[String]) -> Vec<Cell> {
    let lacks = missing(&row.voices, row.around);
    let spoke = |speaks_for: bool| {
        let voices = row.voices.iter().filter(|voice| voice.speaks_for == speaks_for);
        Cell::List(voices.map(|voice| Cell::Text(Prefix::Organization.write(voice.organization.uuid()))).collect())
    };
    let texts = |texts: Vec<&str>| Cell::List(texts.into_iter().map(|text| Cell::Text(text.to_owned())).collect());
    let cell = |column: &String| match column.as_str() {
        "id" => Cell::Text(Prefix::Accession.write(row.id.uuid())),
        "name" => Cell::Text(row.name.clone()),
        "country" => Cell::Text(row.country.code().to_owned()),
        "role" => Cell::Text(row.role.code().to_owned()),
        "services" => texts(row.services.iter().map(String::as_str).collect()),
        "papers" => texts(row.papers.iter().map(|(paper, _)| paper.code()).collect()),
        "state" => Cell::Text(row.state.code().to_owned()),
        "reason" => row.reason.map_or(Cell::Null, |reason| Cell::Text(reason.code().to_owned())),
        "appliedAt" => Cell::Instant(row.applied_at.millis()),
        "speakFor" => spoke(true),
        "speakAgainst" => spoke(false),
        "sponsorsMissing" => Cell::Int(lacks.map_or(0, |lacks| i64::try_from(lacks.sponsors).unwrap_or(i64::MAX))),
        "focalPointMissing" => Cell::Boolean(lacks.is_some_and(|lacks| lacks.focal_point)),
        _ => Cell::Null,
    };
    columns.iter().map(cell).collect()
}
