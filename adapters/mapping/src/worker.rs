//! The worker process: the hub's own binary, re-executed with an empty environment. It limits itself before
//! it reads anything, answers one request at a time on its pipes, opens nothing and ends with its input.

use std::io;
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::frame::{self, Answer, ENVELOPE, MAX_MAPPING, Task};
use crate::limits::WorkerLimits;
use crate::oddity::{Oddity, OddityKind};
use crate::program::Program;

/// The hidden first argument that makes the binary a worker.
pub const ARGUMENT: &str = "mapping-worker";
/// Descriptors the worker may have: its three pipes and a spare one for the runtime.
const OPEN_FILES: u64 = 8;

/// Runs the worker until its input ends. The binary calls this before anything else when its first argument
/// is [`ARGUMENT`]; the limits follow as further arguments, written by the pool.
#[must_use]
pub fn run() -> ExitCode {
    let Some(limits) = WorkerLimits::from_arguments(std::env::args().skip(2)) else {
        return ExitCode::from(2);
    };
    if confine(&limits).is_err() {
        return ExitCode::from(3);
    }
    // A panic's text may quote the record.
    std::panic::set_hook(Box::new(|_| {}));
    // The interpreter gets a stack of a known size, whatever the machine's default is.
    let stack = usize::try_from(limits.stack).unwrap_or(usize::MAX);
    let served = std::thread::Builder::new().stack_size(stack).spawn(move || serve(&limits));
    match served.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn confine(limits: &WorkerLimits) -> io::Result<()> {
    let limit = |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Nofile, OPEN_FILES)?;
    limit(Resource::Cpu, limits.cpu_seconds)?;
    limit(Resource::As, limits.memory)?;
    Ok(())
}

fn serve(limits: &WorkerLimits) -> io::Result<()> {
    let mut requests = io::stdin().lock();
    let mut answers = io::stdout().lock();
    let mut ready: Option<(Vec<u8>, Program)> = None;
    while let Some(task) = frame::receive(&mut requests, 1)? {
        let task = task.first().copied().and_then(Task::read).ok_or(io::ErrorKind::InvalidData)?;
        let mapping = frame::receive(&mut requests, MAX_MAPPING)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let record = frame::receive(&mut requests, limits.max_input)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let answer = match answer(task, mapping, &record, &mut ready, limits) {
            Ok(result) => Answer::Result(result),
            Err(oddity) => Answer::Oddity(oddity),
        };
        let mut text = serde_json::to_vec(&answer)?;
        if text.len() as u64 > limits.max_output + ENVELOPE {
            let long = Oddity::whole(OddityKind::TooLong, text.len());
            text = serde_json::to_vec(&Answer::Oddity(long))?;
        }
        frame::send(&mut answers, &text)?;
    }
    Ok(())
}

/// The mapping of the last request stays compiled: a partner's records come one after the other.
fn answer(
    task: Task,
    mapping: Vec<u8>,
    record: &[u8],
    ready: &mut Option<(Vec<u8>, Program)>,
    limits: &WorkerLimits,
) -> Result<serde_json::Value, Oddity> {
    if ready.as_ref().is_none_or(|(text, _)| *text != mapping) {
        let text = std::str::from_utf8(&mapping).map_err(|_| Oddity::whole(OddityKind::MappingInvalid, 1))?;
        let program = Program::compile(text)?;
        *ready = Some((mapping, program));
    }
    match (task, ready) {
        (Task::Check, _) | (Task::Run, None) => Ok(serde_json::Value::Null),
        (Task::Run, Some((_, program))) => program.run(record, limits.max_output),
    }
}
