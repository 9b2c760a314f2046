//! Partners' files, read before anything starts: each with the organizations it speaks of.

use std::collections::BTreeMap;
use std::path::Path;

use sangam_vocabulary::OrganizationId;
use sangam_wire::config::{Overrides, PartnerConfig};

/// A partner's file whose references are known.
pub(crate) struct PreparedPartner {
    /// What the file says.
    pub(crate) config: PartnerConfig,
    /// Whose system it is.
    pub(crate) organization: OrganizationId,
    /// Its own references of organizations.
    pub(crate) references: BTreeMap<String, OrganizationId>,
}

/// Reads one partner's file.
///
/// # Errors
/// Every fault of the file, a line each.
pub(crate) fn read(
    folder: &Path,
    name: &str,
    overrides: &Overrides,
    organizations: &BTreeMap<String, OrganizationId>,
) -> Result<PreparedPartner, Vec<String>> {
    let config = PartnerConfig::read(folder, name, overrides)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let mut faults = Vec::new();
    let mut known = |handle: &str| {
        let id = organizations.get(handle).copied();
        if id.is_none() {
            faults.push(format!(
                "{name}.toml: names the organization `{handle}`, which `[organizations]` of the hub's file does not have"
            ));
        }
        id
    };
    let organization = known(&config.organization);
    let references: BTreeMap<_, _> = config
        .organizations
        .iter()
        .filter_map(|(reference, handle)| Some((reference.clone(), known(handle)?)))
        .collect();
    match organization {
        Some(organization) if faults.is_empty() => Ok(PreparedPartner { config, organization, references }),
        _ => Err(faults),
    }
}

/// Reads every partner's file of a folder. In a sandbox passwords may stand in them.
///
/// # Errors
/// Every fault of every file, a line each.
pub(crate) fn read_all(
    folder: &Path,
    organizations: &BTreeMap<String, OrganizationId>,
    sandbox: bool,
) -> Result<Vec<PreparedPartner>, Vec<String>> {
    let names = PartnerConfig::names(folder).map_err(|fault| vec![fault.to_string()])?;
    let overrides = Overrides { sandbox, ..Overrides::default() };
    let (mut read_well, mut faults) = (Vec::new(), Vec::new());
    for name in names {
        match read(folder, &name, &overrides, organizations) {
            Ok(partner) => read_well.push(partner),
            Err(more) => faults.extend(more),
        }
    }
    if faults.is_empty() { Ok(read_well) } else { Err(faults) }
}
