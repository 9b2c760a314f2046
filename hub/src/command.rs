//! The command line.

mod adapter;
mod client;
mod journal;
mod key;
mod manual;
mod migrate;
mod opened;
mod organization;
mod person;
mod serve;
mod template;
mod token;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use thiserror::Error;

use crate::configuration::ConfigurationFault;

/// A command that failed, in words for the person who gave it.
#[derive(Debug, Error)]
pub(crate) enum CommandFault {
    /// The configuration has faults.
    #[error("the configuration has faults; nothing was started\n{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Configuration(Vec<ConfigurationFault>),
    /// Files that the configuration names have faults, a line each.
    #[error("files of the configuration have faults; nothing was started\n{}", .0.join("\n"))]
    Files(Vec<String>),
    /// What was named is not there.
    #[error("{0}")]
    NotFound(String),
    /// Anything else, as a sentence.
    #[error("{0}")]
    Said(String),
}

impl CommandFault {
    pub(crate) fn said(what: impl std::fmt::Display) -> Self {
        Self::Said(what.to_string())
    }

    /// The exit code: 2 is clap's, for a command line that is wrong.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Configuration(_) | Self::Files(_) | Self::Said(_) => ExitCode::FAILURE,
            Self::NotFound(_) => ExitCode::from(3),
        }
    }
}

/// Sangam: a GraphQL hub for referral and repatriation in South Asia.
#[derive(Debug, Parser)]
#[command(
    name = "sangam",
    version,
    about,
    after_help = "Without a command, `sangam demo` runs: a hub with sandbox partners on this machine."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a hub with sandbox partners and invented people on this machine.
    #[cfg(feature = "demo")]
    Demo(DemoArguments),
    /// Run the hub of a configuration file.
    Serve(ConfigurationArgument),
    /// Bring the store's schema up to this binary's.
    Migrate(ConfigurationArgument),
    /// Make and try a partner's files: how its system is reached, and its mappings.
    #[command(after_long_help = adapter::HELP)]
    Adapter {
        #[command(subcommand)]
        command: adapter::AdapterCommand,
    },
    /// Register partners' systems, suspend them, change what they are known by.
    #[command(after_long_help = client::HELP)]
    Client {
        #[command(subcommand)]
        command: client::ClientCommand,
    },
    /// Look after the hub's keys: which are needed, new ones, organizations' keys under them.
    #[command(after_long_help = key::HELP)]
    Key {
        #[command(subcommand)]
        command: key::KeyCommand,
    },
    /// Ask for a token as a partner's system does; show what one says.
    #[command(after_long_help = token::HELP)]
    Token {
        #[command(subcommand)]
        command: token::TokenCommand,
    },
    /// Print the completions of a shell.
    #[command(after_help = "Example:\n  sangam completions bash > /etc/bash_completion.d/sangam")]
    Completions(manual::CompletionsArguments),
    /// Write the manual pages.
    #[command(after_help = "Example:\n  sangam man --folder /usr/local/share/man/man1")]
    Man(manual::ManArguments),
    /// Invite people, stop their accounts, give them roles, review them.
    #[command(after_long_help = person::HELP)]
    Person {
        #[command(subcommand)]
        command: person::PersonCommand,
    },
    /// Look after the members: let them in, renew, suspend, let them leave; lock their subjects.
    #[command(after_long_help = organization::HELP)]
    Organization {
        #[command(subcommand)]
        command: organization::OrganizationCommand,
    },
    /// Write the empty register of a small organization, in its own language.
    #[command(after_help = template::HELP)]
    Template(template::TemplateArguments),
    /// Look after the journal.
    Journal {
        #[command(subcommand)]
        command: JournalCommand,
    },
    /// Print the GraphQL schema.
    Schema,
}

/// Where the demo lives and listens.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// The folder the demo keeps everything in; it must be empty or one that a demo made.
    #[arg(long, default_value = ".sangam/demo")]
    pub(crate) dir: PathBuf,
    /// Where to listen: a loopback address.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Where the counters are served; a loopback address. Port 0: any free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub(crate) metrics: SocketAddr,
    /// How many invented cases the Indian shelter's sandbox has besides the few that are always there.
    #[arg(long, default_value_t = 60)]
    pub(crate) cases: usize,
    /// A PostgreSQL URL to keep the store in, in place of a SQLite file in the folder.
    #[arg(long, env = "SANGAM_DEMO_STORE")]
    pub(crate) store: Option<String>,
}

#[cfg(feature = "demo")]
impl Default for DemoArguments {
    fn default() -> Self {
        let loopback = |port| SocketAddr::from(([127, 0, 0, 1], port));
        Self {
            dir: PathBuf::from(".sangam/demo"),
            listen: loopback(8080),
            metrics: loopback(0),
            cases: 60,
            store: None,
        }
    }
}

/// Which configuration file.
#[derive(Debug, Args)]
pub(crate) struct ConfigurationArgument {
    /// The configuration file.
    #[arg(long, short, default_value = "config/hub.toml")]
    pub(crate) config: PathBuf,
}

#[derive(Debug, Subcommand)]
enum JournalCommand {
    /// Walk every chain, recompute every hash, and say what cannot be known.
    Verify(VerifyArguments),
}

/// What to verify, and against what.
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// The configuration file of the hub whose journal it is.
    #[arg(long, short, conflicts_with = "demo")]
    pub(crate) config: Option<PathBuf>,
    /// The folder of a demo.
    #[arg(long, value_name = "DIR")]
    pub(crate) demo: Option<PathBuf>,
    /// The PostgreSQL URL that the demo keeps its store in, if it was given one.
    #[arg(long, value_name = "URL", requires = "demo")]
    pub(crate) store: Option<String>,
    /// A file of checkpoints that left the machine, one JSON object a line.
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoints: Option<PathBuf>,
}

impl Cli {
    pub(crate) async fn run(self) -> Result<ExitCode, CommandFault> {
        match self.command {
            #[cfg(feature = "demo")]
            None => crate::demo::run(DemoArguments::default()).await,
            #[cfg(not(feature = "demo"))]
            None => Err(CommandFault::said("this binary was built without the demo; see `sangam --help`")),
            #[cfg(feature = "demo")]
            Some(Command::Demo(arguments)) => crate::demo::run(arguments).await,
            Some(Command::Serve(argument)) => serve::run(&argument.config).await,
            Some(Command::Migrate(argument)) => migrate::run(&argument.config).await,
            Some(Command::Adapter { command }) => adapter::run(command).await,
            Some(Command::Client { command }) => client::run(command).await,
            Some(Command::Key { command }) => key::run(command).await,
            Some(Command::Token { command }) => token::run(command).await,
            Some(Command::Completions(arguments)) => Ok(manual::completions(&arguments)),
            Some(Command::Man(arguments)) => manual::man(&arguments),
            Some(Command::Person { command }) => person::run(command).await,
            Some(Command::Organization { command }) => organization::run(command).await,
            Some(Command::Template(arguments)) => template::run(&arguments),
            Some(Command::Journal { command: JournalCommand::Verify(arguments) }) => journal::verify(&arguments).await,
            Some(Command::Schema) => {
                crate::say(&crate::gateway::schema());
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}
