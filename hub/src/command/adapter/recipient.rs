//! Who is assumed to receive a sample's records, and what she would see of them.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use sangam_custody::{LawBook, ResidenceBook};
use sangam_desk::{Assumed, Fate, Outlook};
use sangam_mapping::workshop::Outcome;
use sangam_vocabulary::{Clock, Code, Country, Purpose, Role, SystemClock};

use sangam_wire::config::{Draft, Of};

use super::table::{counted, table};
use crate::command::CommandFault;
use crate::law;

/// All of it, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Extent {
    /// Everything, for this recipient and purpose.
    Full,
    /// Nothing.
    None,
}

impl Extent {
    const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::None => "none",
        }
    }
}

/// For whom to show what would be seen.
#[derive(Debug, Args)]
pub(crate) struct RecipientArguments {
    /// Show what the recipient of a referral would see: COUNTRY/ROLE, as in `BD/NGO`, or COUNTRY/ROLE/HANDLE for an
    /// organization in `[organizations]` of the partner's file, so that what the record withholds from it counts.
    #[arg(long, value_name = "RECIPIENT")]
    recipient: Option<String>,
    /// The purpose it asks for.
    #[arg(long, default_value = "SERVICE_REFERRAL", requires = "recipient", value_parser = PossibleValuesParser::new(Purpose::ALL.iter().map(|one| one.code())))]
    purpose: String,
    /// The consent that is assumed beside what the record itself withholds.
    #[arg(long, value_enum, default_value = "full", requires = "recipient")]
    consent: Extent,
    /// The agreement between the two that is assumed.
    #[arg(long, value_enum, default_value = "full", requires = "recipient")]
    agreement: Extent,
    /// The capacity of the organization whose records these are.
    #[arg(long, value_name = "ROLE", default_value = "NGO", requires = "recipient", value_parser = PossibleValuesParser::new(Role::ALL.iter().map(|one| one.code())))]
    owner_role: String,
    /// The folder of the books of law.
    #[arg(long, value_name = "DIR", default_value = "config/countries", requires = "recipient")]
    law: PathBuf,
}

fn read<C: Code>(text: &str) -> Result<C, CommandFault> {
    C::read(text).map_err(CommandFault::said)
}

fn books(folder: &Path) -> Result<(LawBook, ResidenceBook), CommandFault> {
    law::from_folder(folder).map_err(CommandFault::Files)
}

impl RecipientArguments {
    /// The lines to show, where somebody is to be shown.
    ///
    /// # Errors
    /// The recipient is none, or the law cannot be read.
    pub(super) fn lines(&self, draft: &Draft, outcomes: &[Outcome]) -> Result<Vec<String>, CommandFault> {
        let Some(recipient) = &self.recipient else { return Ok(Vec::new()) };
        if draft.of == Of::Services {
            return Err(CommandFault::said(
                "nobody is in a directory: there is no recipient of it; leave `--recipient` out",
            ));
        }
        let (owner, references) = (draft.country, &draft.organizations);
        let mut parts = recipient.splitn(3, '/');
        let (country, role) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let handle = parts.next().map(str::to_owned);
        let to = Country::read(country).ok().zip(Role::read(role).ok()).ok_or_else(|| {
            CommandFault::said("`--recipient` is COUNTRY/ROLE or COUNTRY/ROLE/HANDLE, as in `BD/NGO`")
        })?;
        if handle.as_ref().is_some_and(|handle| !references.values().any(|known| known == handle)) {
            return Err(CommandFault::said(
                "the handle in `--recipient` is none of `[organizations]` in the partner's file",
            ));
        }
        let purpose: Purpose = read(&self.purpose)?;
        let (law, residences) = books(&self.law)?;
        let assumed = Assumed {
            law,
            residences: residences.of(owner).tightened(draft.residence),
            owner: (owner, read(&self.owner_role)?),
            recipient: to,
            handle,
            purpose,
            consent: self.consent == Extent::Full,
            agreement: self.agreement == Extent::Full,
        };
        let outlook = Outlook::new(assumed, references, SystemClock.now());
        let mut lines = vec![
            String::new(),
            format!(
                "What {recipient} would see as the recipient of a referral from {}/{}, for {}, when a named member of its staff asks;",
                owner.code(),
                self.owner_role,
                purpose.code()
            ),
            format!("assumed: consent {}, agreement {}", self.consent.word(), self.agreement.word()),
        ];
        // Records of which the same is seen are told together.
        let mut kinds: Vec<(Vec<sangam_desk::Foreseen>, Vec<usize>)> = Vec::new();
        for (place, outcome) in outcomes.iter().enumerate() {
            let Outcome::Read { intake, .. } = outcome else { continue };
            let foreseen = outlook.of(intake);
            match kinds.iter_mut().find(|(known, _)| *known == foreseen) {
                Some((_, places)) => places.push(place + 1),
                None => kinds.push((foreseen, vec![place + 1])),
            }
        }
        for (foreseen, places) in kinds {
            let numbers: Vec<String> = places.iter().take(20).map(ToString::to_string).collect();
            let more = if places.len() > numbers.len() { ", …" } else { "" };
            lines.push(format!("  {} ({}{more})", counted(places.len(), "record"), numbers.join(", ")));
            let rows: Vec<Vec<String>> = foreseen
                .iter()
                .map(|one| match &one.fate {
                    Fate::Released => vec![one.category.code().to_owned(), "released".to_owned()],
                    Fate::ReleasedLive => vec![
                        one.category.code().to_owned(),
                        "at home".to_owned(),
                        "released where it is asked for live; the hub stores none of it".to_owned(),
                    ],
                    Fate::Dropped => vec![
                        one.category.code().to_owned(),
                        "dropped at the border".to_owned(),
                        "by the country's residence or [residence]".to_owned(),
                    ],
                    Fate::Withheld(why) => vec![
                        one.category.code().to_owned(),
                        format!("withheld, {}", why.reason),
                        format!("{}: {}", why.clause, why.sentence),
                    ],
                })
                .collect();
            lines.extend(table("    ", &rows));
        }
        Ok(lines)
    }
}
