//! Applications as they are read: who asks to join, with which papers, and who speaks for it.

use sangam_vocabulary::{AccessionId, Code, Country, Instant, OrganizationId, Role, hex};
use sangam_workflow::accession::{Around, May, Paper, RefusalReason, State, Voice};
use sea_orm::{DatabaseTransaction, QueryResult, Value};

use crate::command::Refused;
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::lock::read_membership;
use crate::read::{code, id};
use crate::write::{all, bytes, unreadable};

/// How many applications are read at most, latest first.
const MOST: i64 = 500;

/// An application, or what became of it.
#[derive(Debug, Clone)]
pub struct AccessionRow {
    /// The id.
    pub id: AccessionId,
    /// The name.
    pub name: String,
    /// Where it is.
    pub country: Country,
    /// Its capacity.
    pub role: Role,
    /// The services it offers, by code.
    pub services: Vec<String>,
    /// Its papers: what each is, and SHA-256 of it in hexadecimal digits.
    pub papers: Vec<(Paper, String)>,
    /// Where it stands; lapsed, if its time is over.
    pub state: State,
    /// Why it was refused.
    pub reason: Option<RefusalReason>,
    /// The member it became.
    pub organization: Option<OrganizationId>,
    /// When it asked.
    pub applied_at: Instant,
    /// Who speaks for it and against it.
    pub voices: Vec<Voice>,
    /// What the hub has around it: how many sponsors there could be, and whether its country has a focal point.
    pub around: Around,
}

/// How papers are stored: `KIND:hex`, comma-separated.
pub(crate) fn digests(papers: &[(Paper, [u8; 32])]) -> String {
    let one = |(paper, digest): &(Paper, [u8; 32])| format!("{}:{}", paper.code(), hex(digest));
    papers.iter().map(one).collect::<Vec<_>>().join(",")
}

fn papers(text: &str) -> Option<Vec<(Paper, String)>> {
    let one = |paper: &str| {
        let (kind, digest) = paper.split_once(':')?;
        Some((Paper::read(kind).ok()?, digest.to_owned()))
    };
    text.split(',').filter(|paper| !paper.is_empty()).map(one).collect()
}

const VOICES: &str = "SELECT v.organization, v.voice, o.country, o.role, o.membership, o.member_until FROM accession_voice v JOIN organization o ON o.id = v.organization WHERE v.accession = $1 ORDER BY v.at, v.organization";
const MEMBERS: &str = "SELECT country, role, membership, member_until FROM organization";

fn voice(row: &QueryResult, applicant: Country, at: Instant) -> Result<Voice, StoreFault> {
    let (country, role): (Country, Role) = (code(row, "country")?, code(row, "role")?);
    Ok(Voice {
        organization: OrganizationId::from_uuid(id(row, "organization")?),
        country,
        full_member: read_membership(row, at)?.may() == May::Act,
        focal_point: role == Role::Department && country == applicant,
        speaks_for: row.try_get::<String>("", "voice")? == "FOR",
    })
}

/// What full members there are around an applicant of a country.
fn surroundings(rows: &[QueryResult], applicant: Country, at: Instant) -> Result<Around, StoreFault> {
    let (mut countries, mut focal_point) = (Vec::new(), false);
    for row in rows {
        if read_membership(row, at)?.may() != May::Act {
            continue;
        }
        let (country, role): (Country, Role) = (code(row, "country")?, code(row, "role")?);
        if role == Role::Department && country == applicant {
            focal_point = true;
        } else if !countries.contains(&country) {
            countries.push(country);
        }
    }
    Ok(Around { countries: countries.len(), focal_point })
}

/// What members said of an applicant.
pub(crate) async fn voices(
    tx: &DatabaseTransaction,
    accession: AccessionId,
    applicant: Country,
    at: Instant,
) -> Result<Vec<Voice>, Refused> {
    let rows = all(tx, VOICES, vec![bytes(accession.uuid())]).await?;
    rows.iter().map(|row| voice(row, applicant, at)).collect::<Result<_, _>>().map_err(unreadable)
}

/// What the hub has around an applicant of a country.
pub(crate) async fn around(tx: &DatabaseTransaction, country: Country, at: Instant) -> Result<Around, Refused> {
    surroundings(&all(tx, MEMBERS, vec![]).await?, country, at).map_err(unreadable)
}

impl Store {
    /// Applications, latest first, and what became of them.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn accessions(&self, at: Instant) -> Result<Vec<AccessionRow>, StoreFault> {
        let rows = self
            .all(
                "SELECT a.id, a.name, a.country, a.role, a.services, a.papers, a.state, a.reason, a.organization, a.applied_at, o.membership, o.member_until FROM accession a LEFT JOIN organization o ON o.id = a.organization ORDER BY a.applied_at DESC, a.id LIMIT $1",
                vec![Value::from(MOST)],
            )
            .await?;
        let members = self.all(MEMBERS, vec![]).await?;
        let mut out = Vec::with_capacity(rows.len());
        for row in &rows {
            out.push(self.accession(row, &members, at).await?);
        }
        Ok(out)
    }

    async fn accession(
        &self,
        row: &QueryResult,
        members: &[QueryResult],
        at: Instant,
    ) -> Result<AccessionRow, StoreFault> {
        let own = AccessionId::from_uuid(id(row, "id")?);
        let country: Country = code(row, "country")?;
        let organization: Option<Vec<u8>> = row.try_get("", "organization")?;
        let organization = match organization {
            Some(_) => Some(OrganizationId::from_uuid(id(row, "organization")?)),
            None => None,
        };
        let state = if organization.is_some() { read_membership(row, at)? } else { code(row, "state")? };
        let said = self.all(VOICES, vec![bytes(own.uuid())]).await?;
        let reason: Option<String> = row.try_get("", "reason")?;
        let reason = reason.map(|code| RefusalReason::read(&code)).transpose();
        let services: String = row.try_get("", "services")?;
        Ok(AccessionRow {
            id: own,
            name: row.try_get("", "name")?,
            country,
            role: code(row, "role")?,
            services: services.split(',').filter(|code| !code.is_empty()).map(str::to_owned).collect(),
            papers: papers(&row.try_get::<String>("", "papers")?).ok_or(StoreFault::Unreadable { column: "papers" })?,
            state,
            reason: reason.map_err(|_| StoreFault::Unreadable { column: "reason" })?,
            organization,
            applied_at: Instant::from_millis(row.try_get("", "applied_at")?),
            voices: said.iter().map(|row| voice(row, country, at)).collect::<Result<_, _>>()?,
            around: surroundings(members, country, at)?,
        })
    }
}
