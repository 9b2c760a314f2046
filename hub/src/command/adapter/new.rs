//! `sangam adapter new`.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use clap::builder::PossibleValuesParser;
use sangam_mapping::workshop::{Beginning, Fields};
use sangam_vocabulary::{Code, Country};
use sangam_wire::config::{NewPartner, Of, SeenField, Spelled, kinds, of};
use serde_json::Value;

use super::table::counted;
use super::{FolderArgument, bench};
use crate::command::CommandFault;

#[derive(Debug, Args)]
pub(crate) struct NewArguments {
    /// The kind of system.
    #[arg(value_parser = PossibleValuesParser::new(kinds().map(|(word, _)| word)))]
    kind: String,
    /// The partner's name: letters, digits, `_` and `-`. Its files are called after it.
    name: String,
    #[command(flatten)]
    folder: FolderArgument,
    /// A sample of the partner's records. Its fields are written down with their types and lengths, and no value of them.
    #[arg(long, value_name = "FILE")]
    sample: Option<PathBuf>,
    /// A field of the sample, as `[intake]` spells it, whose codes are written down as well; may be given again. They are
    /// only where all its values are single words and few. Never name a field that says something of a person in her words.
    #[arg(long, value_name = "FIELD", requires = "sample")]
    codes: Vec<String>,
    /// The organization's country; without it, what NAME ends with, as in `shelter-np`.
    #[arg(long, value_name = "COUNTRY", value_parser = PossibleValuesParser::new(Country::ALL.iter().map(|one| one.code())))]
    country: Option<String>,
    /// The organization's handle in `[organizations]` of the hub's file; NAME without it.
    #[arg(long, value_name = "HANDLE")]
    organization: Option<String>,
}

impl NewArguments {
    fn country(&self) -> Result<Country, CommandFault> {
        let ending = self.name.rsplit_once('-').map(|(_, ending)| ending.to_ascii_uppercase());
        let said = self.country.clone().or(ending);
        said.and_then(|code| Country::read(&code).ok()).ok_or_else(|| {
            CommandFault::said(
                "say the organization's country with `--country`, or end NAME with it, as in `shelter-np`",
            )
        })
    }
}

pub(super) fn run(arguments: &NewArguments) -> Result<ExitCode, CommandFault> {
    let name = arguments.name.as_str();
    if !NewPartner::is_name(name) {
        return Err(CommandFault::said("NAME must be letters, digits, `_` and `-`, and not begin with `-`"));
    }
    let country = arguments.country()?;
    let kind = kinds().find(|(word, _)| *word == arguments.kind);
    let (word, about) = kind.ok_or_else(|| CommandFault::said("there is no such kind"))?;
    let sample = arguments.sample.as_deref().map(|file| bench::sample(about, file)).transpose()?;
    let (records, rejected) = sample.map_or_else(Default::default, |sample| (sample.records, sample.rejected));
    let records: Vec<Value> = records.into_iter().map(Value::Object).collect();
    let fields = Fields::of(&records);
    let mut codes = Vec::new();
    for field in &arguments.codes {
        let spelled = |path: &[String]| match about.spelling.of(path) {
            Some(Spelled::Field(text) | Spelled::OfReferral(text)) => text == *field,
            None => false,
        };
        let of_field: Vec<_> = fields.fields.iter().filter(|seen| spelled(seen.path.parts())).collect();
        if of_field.is_empty() {
            return Err(CommandFault::said("the sample has no such field as `--codes` names"));
        }
        match of_field.iter().find(|seen| seen.codes().is_some()) {
            Some(seen) => codes.push(seen.path.clone()),
            None => {
                return Err(CommandFault::said(
                    "a field that `--codes` names has other values than few single words: these may say something of people",
                ));
            }
        }
    }
    let mut listed: Vec<SeenField> = Vec::new();
    for seen in fields.fields.iter().filter(|seen| seen.has_values()) {
        let Some(spelled) = about.spelling.of(seen.path.parts()) else { continue };
        match listed.iter_mut().find(|field| field.spelled == spelled) {
            // What lies in one member passes with it.
            Some(field) => "several values in it".clone_into(&mut field.seen),
            None => listed.push(SeenField { spelled, seen: seen.words(records.len()) }),
        }
    }
    let partner = NewPartner {
        name,
        organization: arguments.organization.as_deref().unwrap_or(name),
        country,
        kind: word,
        about,
        fields: &listed,
    };
    let beginning = Beginning { name, key: about.key, country, fields: &fields, records: records.len(), codes: &codes };
    let toml = (format!("{name}.toml"), partner.text());
    let files = match of(word) {
        Of::People => {
            vec![toml, (format!("{name}.in.jq"), beginning.inbound()), (format!("{name}.out.jq"), beginning.outbound())]
        }
        Of::Services => vec![toml, (format!("{name}.in.jq"), beginning.of_directory())],
    };
    write(&arguments.folder.dir, &files)?;
    for (file, _) in &files {
        crate::say(&format!("wrote {}", arguments.folder.dir.join(file).display()));
    }
    if arguments.sample.is_some() {
        crate::say(&format!(
            "the sample has {} with {}, all of them comments in these files; no value was written{}",
            counted(records.len(), "record"),
            counted(fields.fields.len(), "field"),
            if codes.is_empty() { "" } else { " but the codes that you asked for" }
        ));
    }
    if !rejected.is_empty() {
        crate::say(&format!("{} of the file cannot be read:", counted(rejected.len(), "part")));
        rejected.iter().for_each(|line| crate::say(&format!("  {line}")));
    }
    crate::say("nothing is taken yet: say in the .toml which fields pass and which mark a record carries, and in the");
    crate::say(&format!("mappings which field is what; then `sangam adapter check {name} --sample FILE`"));
    Ok(ExitCode::SUCCESS)
}

/// Writes files that are not there yet, all of them or none.
fn write(folder: &Path, files: &[(String, String)]) -> Result<(), CommandFault> {
    let cannot = |error: &std::io::Error| CommandFault::said(format!("the files cannot be written: {}", error.kind()));
    fs::create_dir_all(folder).map_err(|error| cannot(&error))?;
    let mut made = Vec::new();
    for (name, text) in files {
        let file = folder.join(name);
        let written = OpenOptions::new().write(true).create_new(true).open(&file).and_then(|mut open| {
            made.push(file.clone());
            open.write_all(text.as_bytes())
        });
        if let Err(error) = written {
            made.iter().for_each(|file| drop(fs::remove_file(file)));
            return Err(match error.kind() {
                ErrorKind::AlreadyExists => CommandFault::said(format!(
                    "{name} is there already; nothing is overwritten, and nothing was written"
                )),
                _ => cannot(&error),
            });
        }
    }
    Ok(())
}
