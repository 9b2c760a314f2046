//! `sangam template`: the empty register that a small organization begins with, in its own language.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use clap::builder::PossibleValuesParser;
use sangam_desk::register_template;
use sangam_vocabulary::{Code, Language};
use sangam_wire::spreadsheet::SheetFormat;

use super::CommandFault;

pub(super) const HELP: &str = "Example:\n  sangam template --language NE register.xlsx\n\nEach heading and each code has its \
    HTCDS name behind it in square brackets; by that the hub reads it again, whatever the words before it are. The \
    partner's file then names the filled sheet as `incoming` (`wire = \"spreadsheet\"`).";

#[derive(Debug, Args)]
pub(crate) struct TemplateArguments {
    /// The language of the headings and of the codes.
    #[arg(long, default_value = "EN", value_parser = languages())]
    language: String,
    /// The file to write, its name ending in `.xlsx` or `.csv`; none that is there is written over.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

fn languages() -> PossibleValuesParser {
    PossibleValuesParser::new(Language::ALL.iter().map(|language| language.code()))
}

pub(super) fn run(arguments: &TemplateArguments) -> Result<ExitCode, CommandFault> {
    let format = match arguments.file.extension().and_then(|extension| extension.to_str()) {
        Some("xlsx") => SheetFormat::Xlsx,
        Some("csv") => SheetFormat::Csv,
        _ => return Err(CommandFault::said("the file's name ends neither in `.xlsx` nor in `.csv`")),
    };
    let language = Language::read(&arguments.language).map_err(CommandFault::said)?;
    let bytes = register_template(language, format).map_err(CommandFault::said)?;
    let cannot = |error: std::io::Error| CommandFault::said(format!("the file cannot be written: {}", error.kind()));
    let mut file = std::fs::File::create_new(&arguments.file).map_err(cannot)?;
    std::io::Write::write_all(&mut file, &bytes).map_err(cannot)?;
    crate::say("written; give it to the organization, and name the filled file in its partner's file");
    Ok(ExitCode::SUCCESS)
}
