//! A partner's file from its sections, and a wire from the file.

use std::path::Path;
use std::sync::Arc;

use sangam_vocabulary::{Clock, Residence, Residences};
use toml::de::DeTable;

use super::kind::Kind;
use super::kinds::Of;
use super::table::{Faults, Table};
use super::web::Around;
use super::{ConfigFault, Draft, Hook, KeyFault, Mode, Overrides, PartnerConfig, WireConfig, sections};
use crate::fault::WireFault;
use crate::guard::{Guard, Guarded};
use crate::partner::Wire;

pub(super) fn read(folder: &Path, name: &str, overrides: &Overrides) -> Result<PartnerConfig, Vec<ConfigFault>> {
    let (drafted, faults) = parsed(folder, name, overrides)?;
    match drafted {
        Some((draft, Some((wire, hook)))) if faults.is_empty() => Ok(PartnerConfig {
            name: draft.name,
            organization: draft.organization,
            country: draft.country,
            mode: draft.mode,
            wire,
            inbound: draft.inbound,
            outbound: draft.outbound,
            consent_text: draft.consent_text,
            organizations: draft.organizations,
            narrow: draft.narrow,
            residence: draft.residence,
            guard: draft.guard,
            max_bytes: draft.max_bytes,
            hook,
        }),
        _ => Err(faults),
    }
}

pub(super) fn draft(folder: &Path, name: &str) -> Result<(Draft, Vec<ConfigFault>), Vec<ConfigFault>> {
    let (drafted, faults) = parsed(folder, name, &Overrides::default())?;
    match drafted {
        Some((draft, _)) => Ok((draft, faults)),
        None => Err(faults),
    }
}

/// What a partner's file says of its records, and, where that has no fault, how it is reached.
type Drafted = Option<(Draft, Option<(WireConfig, Option<Hook>)>)>;

fn parsed(folder: &Path, name: &str, overrides: &Overrides) -> Result<(Drafted, Vec<ConfigFault>), Vec<ConfigFault>> {
    let file = format!("{name}.toml");
    let Ok(text) = std::fs::read_to_string(folder.join(&file)) else {
        return Err(vec![ConfigFault { file, line: 1, key: String::new(), fault: KeyFault::Unreadable }]);
    };
    let faults = Faults::new(&file, &text);
    let (parsed, broken) = DeTable::parse_recoverable(&text);
    for fault in &broken {
        faults.note(fault.span().unwrap_or_default(), String::new(), KeyFault::Syntax);
    }
    let root = Table::root(&faults, parsed.get_ref());
    let drafted = whole(&root, folder, name, overrides).filter(|_| broken.is_empty());
    root.finish();
    Ok((drafted, faults.sorted()))
}

fn whole(root: &Table<'_, '_>, folder: &Path, name: &str, overrides: &Overrides) -> Drafted {
    let named = root.text("name");
    if named.as_deref().is_some_and(|named| named != name) {
        root.fault("name", KeyFault::Must("be the file's own name"));
    }
    let organization = root.text("organization");
    let country = root.code("country");
    let modes = [("mirror", Mode::Mirror), ("push", Mode::Push), ("both", Mode::Both), ("live", Mode::Live)];
    let mode = root.word("mode", &modes);
    let kind = root.word("wire", &Kind::WORDS);
    let narrow = sections::intake(root);
    let around = Around { folder, overrides, narrow: narrow.as_ref() };
    let wire = kind.and_then(|kind| {
        let table = root.table(kind.word())?;
        let wire = kind.read(&table, &around);
        table.finish();
        wire
    });
    if kind.is_none() {
        // Which of them belongs here cannot be said, so none is called unknown.
        Kind::WORDS.iter().for_each(|(word, _)| drop(root.table_if(word)));
    }
    let inbound = sections::mapping(root, "in_mapping", folder, mode.is_some_and(|mode| mode != Mode::Push));
    let narrow = sections::intake(root);
    let (guard, max_bytes) = sections::limits(root);
    // In a directory there is nobody who consents, is referred or resides, and the standard has no way to write or to tell:
    // a key that means such a thing is none here.
    let of_people = kind.is_none_or(|kind| kind.of() == Of::People);
    if !of_people && mode.is_some_and(|mode| mode != Mode::Mirror) {
        root.fault("mode", KeyFault::Must("be mirror: a directory is read"));
    }
    let people = of_people.then_some(root);
    let outbound =
        people.and_then(|root| sections::mapping(root, "out_mapping", folder, mode.is_some_and(Mode::delivers)));
    let consent_text = people.and_then(|root| root.text_if("consent_text"));
    let organizations = people.and_then(|root| root.table_if("organizations"));
    let organizations = organizations.map(|table| table.pairs()).unwrap_or_default();
    let stated = people.and_then(|root| root.table_if("residence")).map(sections::residence).unwrap_or_default();
    let hook = people.and_then(|root| root.table_if("hook")).map(|table| sections::hook(table, &around));
    // A hook with faults has no hook, and the faults say so.
    let reached = wire.map(|wire| (wire, hook.flatten()));
    let draft = Draft {
        name: named?,
        organization: organization?,
        country: country?,
        mode: mode?,
        kind: kind?.word(),
        about: kind?.about(),
        of: kind?.of(),
        inbound,
        outbound,
        consent_text,
        organizations: organizations.into_iter().collect(),
        narrow: narrow?,
        residence: if mode? == Mode::Live { stated.tightened(Residences::all(Residence::Home)) } else { stated },
        guard,
        max_bytes,
    };
    Some((draft, reached))
}

pub(super) fn connect(partner: &PartnerConfig, clock: Arc<dyn Clock>) -> Result<Arc<dyn Wire>, WireFault> {
    let wire = partner.wire.connect(partner.narrow.clone(), partner.max_bytes, &clock)?;
    Ok(Arc::new(Guarded::new(wire, Guard::new(partner.guard, clock))))
}
