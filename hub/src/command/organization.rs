//! `sangam organization`: who enters, who stays, who goes, and whose subjects are locked. Beside a hub that serves or
//! without one, as `sangam client` is.

mod answers;
mod directory;
mod listing;
mod lock;
mod member;
mod overdue;

use std::process::ExitCode;

use clap::Subcommand;

use super::CommandFault;

/// What `sangam organization --help` says after the list of commands.
pub(super) const HELP: &str = "\
An organization asks to join, and the operator records it (apply). Two members of two countries speak for it in the
hub, and the focal point of its country where there is one: a government department that is a member. Then it is let in
(admit): thirty days on probation, with the directory and the referrals it receives. After that it is confirmed, and
renewed every year; what is not in time lapses by itself.

Examples:
  sangam organization apply --name 'Asha Nivas' --country IN --role SHELTER --service SHELTER \\
      --paper REGISTRATION=registration.pdf --paper CHILD_PROTECTION_POLICY=children.pdf \\
      --paper DATA_PROTECTION_POLICY=data.pdf --paper LEADERSHIP=board.pdf
  sangam organization list --json
  sangam organization admit acc_…
  sangam organization refuse acc_… --reason PAPERS_MISSING
  sangam organization suspend org_…
  sangam organization answers org_… --language NE --contact-file -
  sangam organization listing org_… --service LEGAL_AID --areas
  sangam organization directory org_…        # what its own directory says, and since when it did not
  sangam organization codes org_…            # drawn anew, told once; the old ones are void
  sangam organization lock 'Asha Nivas' --code-file -
  sangam organization locks --json
  sangam organization overdue                # whom to telephone: clocks that ran out and that nobody answered
  sangam organization unlock lck_…           # agrees that it ends; two people have to, as well

Exit codes: 0 it is done; 1 it failed and nothing was changed; 2 the command line is wrong; 3 there is no such
organization, application, lock or own directory.";

#[derive(Debug, Subcommand)]
pub(crate) enum OrganizationCommand {
    /// Record that an organization asks to join. Of its papers the digests are kept.
    Apply(member::ApplyArguments),
    /// Let an applicant in, on probation.
    Admit(member::AdmitArguments),
    /// Refuse an applicant, or a member on probation, for a reason that is kept.
    Refuse(member::RefuseArguments),
    /// End a member's probation: it stays for a year.
    Confirm(member::OneArguments),
    /// Let a member stay for another year, or come back when its time has lapsed.
    Renew(member::OneArguments),
    /// Stop a member: its systems, people and partners' rounds end within five seconds.
    Suspend(member::OneArguments),
    /// Let a suspended member act again.
    Resume(member::OneArguments),
    /// Let an organization go: what named it ends, and its subjects stay sealed and locked. There is no way back.
    Leave(member::OneArguments),
    /// List members and applicants.
    List(member::ListArguments),
    /// Show one member or applicant.
    Show(member::ShowArguments),
    /// Say where an organization without a system is asked for its answers: a link by mail, its code by short message.
    Answers(answers::AnswersArguments),
    /// Say, on an organization's word, what of it is listed for everybody.
    Listing(listing::ListingArguments),
    /// Show what an organization's own directory says of its services, or forget it.
    Directory(directory::DirectoryArguments),
    /// Lock an organization's subjects by its code, for somebody on the telephone.
    Lock(lock::LockArguments),
    /// List the locks that are not released.
    Locks(lock::LocksArguments),
    /// Agree that a lock ends. It ends once two people have agreed; one that was closed under duress needs this as well.
    Unlock(lock::UnlockArguments),
    /// List what ran out and nobody answered: what was waited for, whose turn it was, and nothing of whom it is about.
    Overdue(overdue::OverdueArguments),
    /// Draw an organization's two codes: one that locks, and one that locks and says that somebody was forced.
    Codes(lock::CodesArguments),
}

pub(super) async fn run(command: OrganizationCommand) -> Result<ExitCode, CommandFault> {
    use sangam_desk::MemberStep;
    match command {
        OrganizationCommand::Apply(arguments) => member::apply(arguments).await,
        OrganizationCommand::Admit(arguments) => member::admit(arguments).await,
        OrganizationCommand::Refuse(arguments) => member::refuse(arguments).await,
        OrganizationCommand::Confirm(arguments) => member::step(arguments, MemberStep::Confirm).await,
        OrganizationCommand::Renew(arguments) => member::step(arguments, MemberStep::Renew).await,
        OrganizationCommand::Suspend(arguments) => member::step(arguments, MemberStep::Suspend).await,
        OrganizationCommand::Resume(arguments) => member::step(arguments, MemberStep::Resume).await,
        OrganizationCommand::Leave(arguments) => member::step(arguments, MemberStep::Leave).await,
        OrganizationCommand::List(arguments) => member::list(arguments).await,
        OrganizationCommand::Show(arguments) => member::show(arguments).await,
        OrganizationCommand::Answers(arguments) => answers::answers(arguments).await,
        OrganizationCommand::Listing(arguments) => listing::listing(arguments).await,
        OrganizationCommand::Directory(arguments) => directory::directory(arguments).await,
        OrganizationCommand::Lock(arguments) => lock::lock(arguments).await,
        OrganizationCommand::Locks(arguments) => lock::locks(arguments).await,
        OrganizationCommand::Unlock(arguments) => lock::unlock(arguments).await,
        OrganizationCommand::Overdue(arguments) => overdue::list(arguments).await,
        OrganizationCommand::Codes(arguments) => lock::codes(arguments).await,
    }?;
    Ok(ExitCode::SUCCESS)
}
