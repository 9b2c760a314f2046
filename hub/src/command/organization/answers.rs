//! Where an organization without a system is asked for its answers, said at the operator's desk. The addresses come from
//! a file and never stand in a command line, where every process of the machine could read them.

use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use sangam_desk::{AnswerContact, ContactFault};
use sangam_vocabulary::{Code, Language};
use serde_json::json;
use zeroize::Zeroizing;

use crate::command::CommandFault;
use crate::command::opened::{HubArguments, Opened};

/// The longest file that is read for two addresses, in bytes.
const CONTACT_BYTES: u64 = 1024;

#[derive(Debug, Args)]
pub(crate) struct AnswersArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The organization: its id, or its handle in `[organizations]`.
    organization: String,
    /// The file with the mail address in its first line and the telephone number in its second; `-` reads standard input.
    #[arg(long, value_name = "FILE", required_unless_present = "none")]
    contact_file: Option<PathBuf>,
    /// The language in which it is asked.
    #[arg(long, default_value = "EN", value_parser = languages())]
    language: String,
    /// It is asked nowhere from now on.
    #[arg(long, conflicts_with = "contact_file")]
    none: bool,
}

fn languages() -> PossibleValuesParser {
    PossibleValuesParser::new(Language::ALL.iter().map(|language| language.code()))
}

fn contact(file: &PathBuf, language: &str) -> Result<AnswerContact, CommandFault> {
    let mut text = Zeroizing::new(String::new());
    let read = if file.as_os_str() == "-" {
        std::io::stdin().take(CONTACT_BYTES).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(CONTACT_BYTES).read_to_string(&mut text))
    };
    read.map_err(|error| CommandFault::said(format!("the file of `--contact-file` cannot be read: {}", error.kind())))?;
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (Some(mail), Some(sms), None) = (lines.next(), lines.next(), lines.next()) else {
        return Err(CommandFault::said(
            "the file of `--contact-file` has two lines: a mail address, and a telephone number with `+`",
        ));
    };
    Ok(AnswerContact {
        mail: Zeroizing::new(mail.to_owned()),
        sms: Zeroizing::new(sms.to_owned()),
        language: Language::read(language).map_err(CommandFault::said)?,
    })
}

pub(super) async fn answers(arguments: AnswersArguments) -> Result<(), CommandFault> {
    let AnswersArguments { hub, organization, contact_file, language, .. } = arguments;
    let asked = contact_file.as_ref().map(|file| contact(file, &language)).transpose()?;
    let is_asked = asked.is_some();
    let opened = Opened::of(&hub).await?;
    let done = match opened.organization(&organization) {
        Ok(id) => opened.desk().set_answer_contact(id, asked).await.map_err(|fault| match fault {
            ContactFault::NoOrganization => CommandFault::NotFound(fault.to_string()),
            fault => CommandFault::said(fault),
        }),
        Err(fault) => Err(fault),
    };
    opened.close(done).await?;
    if hub.json {
        crate::say(&json!({ "answers_by_link": is_asked }).to_string());
    } else if is_asked {
        crate::say("what is sent to it from now on comes with a link by mail and a code by short message");
    } else {
        crate::say("it is asked by no link from now on");
    }
    Ok(())
}
