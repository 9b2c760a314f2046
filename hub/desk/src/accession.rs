//! Who enters, who stays, who goes: what the operator does, at the terminal.

use sangam_store::{
    AccessionRow, AccessionVoice, Admission, Application, Command, MembershipChange, OrganizationRow, Refused,
    Rejection,
};
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{AccessionId, Code, Country, Instant, OrganizationId, PersonId, Role};
use sangam_workflow::accession::{Event, Illegal, Missing, Paper, RefusalReason, State, missing};
use sangam_workflow::flow;
use thiserror::Error;

use crate::hub::{Desk, DeskFault};
use crate::ids::Prefix;

/// An organization that asks to join.
#[derive(Debug, Clone)]
pub struct NewApplication {
    /// The name.
    pub name: String,
    /// Where it is.
    pub country: Country,
    /// Its capacity.
    pub role: Role,
    /// The services it offers.
    pub services: Vec<ServiceCode>,
    /// Where it offers them: ISO 3166-2 codes.
    pub coverage: Vec<String>,
    /// Its papers: the code of what each is, and SHA-256 of it.
    pub papers: Vec<(String, [u8; 32])>,
}

/// What the operator does with a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberStep {
    /// Ends its probation, for a year.
    Confirm,
    /// Lets it stay for another year.
    Renew,
    /// Stops it.
    Suspend,
    /// Lets it act again.
    Resume,
    /// Lets it go: what named it ends.
    Leave,
}

/// Why a step of a member or an applicant was not taken.
#[derive(Debug, Error)]
pub enum MemberFault {
    /// No organization or application of that id.
    #[error("there is no organization and no application with that id; `sangam organization list` shows them")]
    NotThere,
    /// Something in what was given is wrong.
    #[error("{0}")]
    Wrong(&'static str),
    /// It is not there yet, or no more.
    #[error("that is not the next step: {0}")]
    NotNow(String),
    /// The hub cannot do it now.
    #[error(transparent)]
    Desk(#[from] DeskFault),
}

/// A member or an applicant, as the operator sees it.
#[derive(Debug, Clone)]
pub struct MemberRow {
    /// The organization's id, once it has one.
    pub organization: Option<String>,
    /// The application's id, where it came by one.
    pub accession: Option<String>,
    /// The name.
    pub name: String,
    /// Where it is.
    pub country: &'static str,
    /// Its capacity.
    pub role: &'static str,
    /// Where it stands now.
    pub state: &'static str,
    /// Until when, where that has an end.
    pub until: Option<Instant>,
    /// Whether its subjects are locked.
    pub locked: bool,
    /// Why it was refused.
    pub reason: Option<&'static str>,
    /// Its papers: what each is, and SHA-256 of it in hexadecimal digits.
    pub papers: Vec<(&'static str, String)>,
    /// The members that speak for it, and those that speak against it.
    pub voices: Vec<(String, bool)>,
    /// What it lacks, where it is an applicant.
    pub missing: Option<String>,
}

/// The longest name of an organization, in characters.
const NAME: usize = 120;

/// What is missing, in words.
fn lacks(missing: Missing) -> String {
    let sponsors = match missing.sponsors {
        0 => None,
        1 => Some("a sponsor of another country".to_owned()),
        more => Some(format!("{more} sponsors of different countries")),
    };
    let focal_point = missing.focal_point.then(|| "the focal point of its country".to_owned());
    sponsors.into_iter().chain(focal_point).collect::<Vec<_>>().join(" and ")
}

fn fault(refused: Refused) -> MemberFault {
    match refused {
        Refused::NotFound => MemberFault::NotThere,
        Refused::Membership(Illegal::VoicesMissing(missing)) => {
            MemberFault::NotNow(format!("it lacks {}", lacks(missing)))
        }
        Refused::Membership(Illegal::Step(flow::Illegal::ReasonMissing { .. })) => {
            MemberFault::Wrong("say why, with `--reason`")
        }
        Refused::Membership(Illegal::Step(flow::Illegal::NoSuchStep { legal })) => {
            let legal: Vec<_> = legal.iter().map(|event| event.code()).collect();
            MemberFault::NotNow(if legal.is_empty() {
                "nothing is left to decide".to_owned()
            } else {
                format!("you can {}", legal.join(", "))
            })
        }
        refused => MemberFault::Desk(refused.into()),
    }
}

impl Desk {
    /// Records that an organization asks to join. Gives the application's id.
    ///
    /// # Errors
    /// [`MemberFault`].
    pub async fn apply_for_member(&self, new: NewApplication) -> Result<AccessionId, MemberFault> {
        let name = new.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME || name.chars().any(char::is_control) {
            return Err(MemberFault::Wrong("a name has 1 to 120 characters"));
        }
        let papers = new
            .papers
            .into_iter()
            .map(|(kind, digest)| Some((Paper::read(&kind).ok()?, digest)))
            .collect::<Option<Vec<_>>>()
            .ok_or(MemberFault::Wrong("a paper's kind is not one of the list; `--help` has it"))?;
        let every = Paper::ALL.iter().all(|kind| papers.iter().filter(|(paper, _)| paper == kind).count() == 1);
        if !every || papers.len() != Paper::ALL.len() {
            return Err(MemberFault::Wrong("an applicant shows one paper of each kind; `--help` lists them"));
        }
        let id = AccessionId::drawn(self.chance()).ok_or(DeskFault::NoChance)?;
        let NewApplication { country, role, services, coverage, .. } = new;
        let change = Application { id, name, country, role, services, coverage, papers };
        self.writer.submit(change.into()).await.map_err(fault)?;
        Ok(id)
    }

    /// A person of a member speaks for an applicant or, with a reason, against it.
    pub(crate) async fn speak(
        &self,
        accession: AccessionId,
        organization: OrganizationId,
        person: PersonId,
        against: Option<RefusalReason>,
    ) -> Result<(), Refused> {
        let change = AccessionVoice { accession, organization, person, against };
        self.writer.submit(change.into()).await.map(drop)
    }

    /// Lets an applicant in, on probation: draws its keys. Gives the organization.
    ///
    /// # Errors
    /// [`MemberFault`].
    pub async fn admit(&self, accession: AccessionId) -> Result<OrganizationId, MemberFault> {
        let organization = OrganizationId::drawn(self.chance()).ok_or(DeskFault::NoChance)?;
        let secret = self.keys.mint_organization(organization).map_err(DeskFault::from)?;
        let change = Admission { accession, organization, secret };
        self.writer.submit(change.into()).await.map_err(fault)?;
        self.load_organizations().await?;
        Ok(organization)
    }

    /// Refuses an applicant, or an organization on probation, for a coded reason that is kept.
    ///
    /// # Errors
    /// [`MemberFault`].
    pub async fn refuse(&self, who: Who, reason: &str) -> Result<(), MemberFault> {
        let reason = RefusalReason::read(reason)
            .map_err(|_| MemberFault::Wrong("the reason is not one of the list; `--help` has it"))?;
        let command: Command = match who {
            Who::Applicant(accession) => Rejection { accession, reason }.into(),
            Who::Member(organization) => {
                MembershipChange { organization, event: Event::Refuse, reason: Some(reason) }.into()
            }
        };
        self.writer.submit(command).await.map_err(fault)?;
        self.load_rules().await?;
        Ok(())
    }

    /// Takes a step of a member. It acts on every process within five seconds.
    ///
    /// # Errors
    /// [`MemberFault`].
    pub async fn step_member(&self, organization: OrganizationId, step: MemberStep) -> Result<(), MemberFault> {
        let event = match step {
            MemberStep::Confirm => Event::Confirm,
            MemberStep::Renew => Event::Renew,
            MemberStep::Suspend => Event::Suspend,
            MemberStep::Resume => Event::Resume,
            MemberStep::Leave => Event::Leave,
        };
        let change = MembershipChange { organization, event, reason: None };
        self.writer.submit(change.into()).await.map_err(fault)?;
        self.load_rules().await?;
        Ok(())
    }

    /// Every member and every applicant: members by name, then applications, latest first.
    ///
    /// # Errors
    /// [`MemberFault`] when the store does not answer.
    pub async fn members(&self) -> Result<Vec<MemberRow>, MemberFault> {
        let applications = self.store.accessions(self.now()).await.map_err(DeskFault::from)?;
        let mut organizations = self.store.organizations().await.map_err(DeskFault::from)?;
        organizations.sort_by(|one, other| one.name.cmp(&other.name));
        let of = |id| applications.iter().find(|row| row.organization == Some(id));
        let members = organizations.iter().map(|row| self.member(row, of(row.id)));
        let applicants = applications.iter().filter(|row| row.organization.is_none()).map(applicant);
        Ok(members.chain(applicants).collect())
    }

    fn member(&self, row: &OrganizationRow, application: Option<&AccessionRow>) -> MemberRow {
        let state = row.membership.at(row.member_until, self.now());
        let known = application.map(applicant);
        MemberRow {
            organization: Some(Prefix::Organization.write(row.id.uuid())),
            accession: known.as_ref().and_then(|known| known.accession.clone()),
            name: row.name.clone(),
            country: row.country.code(),
            role: row.role.code(),
            state: state.code(),
            until: row.member_until.filter(|_| !state.is_final()),
            locked: row.locked,
            reason: known.as_ref().and_then(|known| known.reason),
            papers: known.as_ref().map(|known| known.papers.clone()).unwrap_or_default(),
            voices: known.map(|known| known.voices).unwrap_or_default(),
            missing: None,
        }
    }
}

/// Whom the operator refuses.
#[derive(Debug, Clone, Copy)]
pub enum Who {
    /// An applicant.
    Applicant(AccessionId),
    /// An organization on probation.
    Member(OrganizationId),
}

fn applicant(row: &AccessionRow) -> MemberRow {
    let waits = matches!(row.state, State::Applied | State::Sponsored);
    MemberRow {
        organization: None,
        accession: Some(Prefix::Accession.write(row.id.uuid())),
        name: row.name.clone(),
        country: row.country.code(),
        role: row.role.code(),
        state: row.state.code(),
        until: None,
        locked: false,
        reason: row.reason.map(Code::code),
        papers: row.papers.iter().map(|(kind, digest)| (kind.code(), digest.clone())).collect(),
        voices: row
            .voices
            .iter()
            .map(|voice| (Prefix::Organization.write(voice.organization.uuid()), voice.speaks_for))
            .collect(),
        missing: missing(&row.voices, row.around).filter(|_| waits).map(lacks),
    }
}

/// The kinds of papers an applicant shows, by code.
#[must_use]
pub fn paper_codes() -> Vec<&'static str> {
    Paper::ALL.iter().map(|paper| paper.code()).collect()
}

/// The reasons for which an organization is refused, by code.
#[must_use]
pub fn refusal_codes() -> Vec<&'static str> {
    RefusalReason::ALL.iter().map(|reason| reason.code()).collect()
}
