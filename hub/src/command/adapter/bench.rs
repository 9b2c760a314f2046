//! A partner's files and a sample of its records on the bench: read, narrowed as its wire narrows them, and the workers
//! that run its mappings.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use sangam_mapping::workshop::Trial;
use sangam_mapping::{Limits, Mapping, Pool, Reading};
use sangam_wire::config::{About, Draft, MappingFile, Of};
use sangam_wire::sample::{MAX_BYTES, Sample};
use serde_json::Value;

use crate::command::CommandFault;

/// A partner on the bench.
pub(super) struct Bench {
    pub(super) draft: Draft,
    /// What keeps its file from being loaded as it is, a line each.
    pub(super) faults: Vec<String>,
    pub(super) pool: Pool,
    pub(super) inbound: Mapping,
    pub(super) outbound: Option<Mapping>,
}

/// A sample's records.
pub(super) struct Records {
    /// As they are, with every field.
    pub(super) whole: Vec<Value>,
    /// What of each passes the border.
    pub(super) narrowed: Vec<Value>,
    /// Whether each is marked for the hub, by the partner's file.
    pub(super) marked: Vec<bool>,
    /// Rows of a sheet that gave no record.
    pub(super) rejected: Vec<String>,
}

/// Reads a sample's file.
///
/// # Errors
/// It cannot be read, is too large, or no sample of this kind.
pub(super) fn sample(about: &About, file: &Path) -> Result<Sample, CommandFault> {
    let cannot = |error: std::io::Error| CommandFault::said(format!("the sample cannot be read: {}", error.kind()));
    // What is no file, a pipe or a device, may never end.
    if !std::fs::metadata(file).map_err(cannot)?.is_file() {
        return Err(CommandFault::said("the sample is no file"));
    }
    let mut bytes = Vec::new();
    File::open(file).map_err(cannot)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(cannot)?;
    Sample::read(about, &bytes).map_err(CommandFault::said)
}

/// Workers that run mappings: this binary, as the hub starts it.
fn pool() -> Result<Pool, CommandFault> {
    let program = std::env::current_exe()
        .map_err(|error| CommandFault::said(format!("the binary does not know its own path: {}", error.kind())))?;
    Ok(Pool::new(program, vec![sangam_mapping::worker::ARGUMENT.to_owned()], Limits::default(), 1))
}

impl Bench {
    /// Reads a partner's files and sees that its mappings are programs.
    ///
    /// # Errors
    /// Every fault that leaves nothing to try.
    pub(super) async fn of(folder: &Path, name: &str) -> Result<Self, CommandFault> {
        if !folder.join(format!("{name}.toml")).is_file() {
            return Err(CommandFault::NotFound(format!(
                "there is no {name}.toml in that folder; `--dir` names another, and `sangam adapter new` writes one"
            )));
        }
        let told = |faults: Vec<sangam_wire::config::ConfigFault>| -> Vec<String> {
            faults.iter().map(ToString::to_string).collect()
        };
        let (draft, faults) = Draft::read(folder, name).map_err(|faults| CommandFault::Files(told(faults)))?;
        let pool = pool()?;
        let inbound = program(&pool, draft.inbound.as_ref()).await?;
        let inbound = inbound.ok_or_else(|| CommandFault::said("the partner's file names no `in_mapping`"))?;
        let outbound = program(&pool, draft.outbound.as_ref()).await?;
        Ok(Self { draft, faults: told(faults), pool, inbound, outbound })
    }

    /// Its inbound mapping on trial.
    pub(super) fn trial(&self) -> Trial<'_> {
        if self.draft.of == Of::Services {
            return Trial::of_directory(&self.pool, &self.inbound, self.draft.country);
        }
        let reading = Reading { consent_text: self.draft.consent_text.clone() };
        let references: BTreeSet<String> = self.draft.organizations.keys().cloned().collect();
        Trial::new(&self.pool, &self.inbound, reading, references)
    }

    /// A sample of its records.
    ///
    /// # Errors
    /// The file is none.
    pub(super) fn records(&self, file: &Path) -> Result<Records, CommandFault> {
        let sample = sample(self.draft.about, file)?;
        let (about, narrow) = (self.draft.about, &self.draft.narrow);
        let marked = sample.records.iter().map(|record| about.is_marked(record, narrow)).collect();
        let narrowed = sample.records.iter().map(|record| about.narrowed(record.clone(), narrow)).collect();
        let whole = sample.records.into_iter().map(Value::Object).collect();
        Ok(Records { whole, narrowed, marked, rejected: sample.rejected })
    }

    /// What the head of every answer says: what has to be mended before a hub loads the file.
    pub(super) fn say_faults(&self) {
        if !self.faults.is_empty() {
            crate::say("A hub does not start with the file as it is; what is shown below is not touched by it:");
            self.faults.iter().for_each(|fault| crate::say(&format!("  {fault}")));
        }
    }
}

async fn program(pool: &Pool, file: Option<&MappingFile>) -> Result<Option<Mapping>, CommandFault> {
    let Some(MappingFile { name, text }) = file else { return Ok(None) };
    let mapping = Mapping::new(name, text).map_err(|oddity| CommandFault::said(format!("{name}: {oddity}")))?;
    match pool.check(&mapping).await {
        Ok(()) => Ok(Some(mapping)),
        Err(oddity) => {
            Err(CommandFault::said(format!("{name} is no jq program: line {} ({})", oddity.length, oddity.kind.code())))
        }
    }
}
