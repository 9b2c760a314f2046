//! `sangam completions` and `sangam man`: what a shell and a reader need to know, from the command line's own tables.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Command, CommandFactory, ValueEnum};
use clap_complete::Shell;

use super::{Cli, CommandFault};

/// The shells there are completions for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShellName {
    /// Bash.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// Which shell.
    shell: ShellName,
}

#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// Where to write the pages; the folder is made if it is not there.
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
}

/// The whole command line, with the names that its parts have on a page of their own, and without the parts that only
/// repeat the others' help.
fn tree() -> Command {
    let mut command = without_help(Cli::command());
    command.build();
    command
}

fn without_help(command: Command) -> Command {
    command.disable_help_subcommand(true).mut_subcommands(without_help)
}

pub(super) fn completions(arguments: &CompletionsArguments) -> ExitCode {
    crate::say(script(arguments.shell).trim_end());
    ExitCode::SUCCESS
}

fn script(shell: ShellName) -> String {
    let shell = match shell {
        ShellName::Bash => Shell::Bash,
        ShellName::Zsh => Shell::Zsh,
        ShellName::Fish => Shell::Fish,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut tree(), "sangam", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

pub(super) fn man(arguments: &ManArguments) -> Result<ExitCode, CommandFault> {
    let cannot = |error: std::io::Error| CommandFault::said(format!("the pages cannot be written: {}", error.kind()));
    std::fs::create_dir_all(&arguments.folder).map_err(cannot)?;
    let pages = pages(&tree()).map_err(cannot)?;
    for (name, page) in &pages {
        std::fs::write(arguments.folder.join(name), page).map_err(cannot)?;
    }
    crate::say(&format!("wrote {} pages; `man {}` reads one", pages.len(), shown(&arguments.folder)));
    Ok(ExitCode::SUCCESS)
}

fn shown(folder: &Path) -> String {
    folder.join("sangam.1").display().to_string()
}

/// A page for a command and for each of its parts, however deep: its file's name and its text.
fn pages(command: &Command) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let (man, mut page) = (clap_mangen::Man::new(command.clone()), Vec::new());
    man.render(&mut page)?;
    let mut all = vec![(man.get_filename(), page)];
    for part in command.get_subcommands() {
        all.extend(pages(part)?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use clap::Command;

    use super::{ShellName, pages, script, tree};

    /// Every command with its whole name, and what its help says at length.
    fn walk(command: &Command, name: &str) -> Vec<(String, String)> {
        let help = command.clone().render_long_help().to_string();
        let mut all = vec![(name.to_owned(), help)];
        for part in command.get_subcommands() {
            all.extend(walk(part, &format!("{name} {}", part.get_name())));
        }
        all
    }

    #[test]
    fn every_command_has_a_page_and_a_place_in_every_shell() {
        let all = walk(&tree(), "sangam");
        assert!(all.len() > 15, "{all:?}");
        let pages = pages(&tree()).unwrap();
        for (name, _) in &all {
            let file = format!("{}.1", name.replace(' ', "-"));
            let page = pages.iter().find(|(known, _)| *known == file).unwrap_or_else(|| panic!("no page {file}"));
            assert!(String::from_utf8_lossy(&page.1).contains(".SH NAME"), "{file}");
        }
        for shell in [ShellName::Bash, ShellName::Zsh, ShellName::Fish] {
            let script = script(shell);
            for word in all.iter().flat_map(|(name, _)| name.split(' ')) {
                assert!(script.contains(word), "{shell:?} does not know `{word}`");
            }
        }
    }

    #[test]
    fn help_of_a_group_teaches_by_example_and_says_the_exit_codes() {
        let tree = tree();
        for (name, help) in walk(&tree, "sangam") {
            let example = format!("  {name} ");
            let group = ["sangam adapter", "sangam client", "sangam key", "sangam token"].contains(&name.as_str());
            let ours = ["sangam key ", "sangam token "].iter().any(|group| name.starts_with(group));
            assert!(!group || help.contains("Exit codes: 0 "), "{name} says no exit codes");
            assert!(!group || help.contains(&example), "{name} has no example");
            assert!(!ours || help.contains(&name), "{name} has no example: {help}");
            assert!(!ours || help.contains("Example"), "{name} has no example");
            assert!(help.lines().count() > 2, "{name} says nothing");
        }
    }
}
