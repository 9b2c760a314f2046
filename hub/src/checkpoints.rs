//! Checkpoints of the journal in a file that is meant to leave the machine: one JSON object a line, appended
//! and synced.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use sangam_store::{Checkpoint, CheckpointSink};
use sangam_vocabulary::{hex, unhex};
use serde::{Deserialize, Serialize};

use crate::command::CommandFault;

#[derive(Serialize, Deserialize)]
struct Line {
    body: String,
    signature: String,
}

struct FileSink(Mutex<File>);

impl CheckpointSink for FileSink {
    fn take(&self, checkpoint: &Checkpoint) {
        let line = Line { body: checkpoint.body.clone(), signature: hex(&checkpoint.signature) };
        let written = serde_json::to_string(&line).map_err(std::io::Error::other).and_then(|text| {
            let mut file = self.0.lock().map_err(|_| std::io::Error::other("poisoned"))?;
            // One write: a line that a crash or a full disk cuts off must not take the next one with it.
            file.write_all(format!("{text}\n").as_bytes())?;
            file.sync_all()
        });
        if let Err(error) = written {
            tracing::error!(kind = ?error.kind(), "a checkpoint could not leave; it lies in the database");
        }
    }
}

/// A sink that appends to a file.
pub(crate) fn to_file(file: &Path) -> Result<Arc<dyn CheckpointSink>, CommandFault> {
    let opened = OpenOptions::new().create(true).append(true).open(file);
    let mut opened = opened
        .map_err(|error| CommandFault::said(format!("the checkpoint file cannot be written: {}", error.kind())))?;
    if std::fs::read(file).is_ok_and(|text| !text.is_empty() && !text.ends_with(b"\n")) {
        // What a crash left half written stays a line of its own.
        opened
            .write_all(b"\n")
            .map_err(|error| CommandFault::said(format!("the checkpoint file cannot be written: {}", error.kind())))?;
    }
    Ok(Arc::new(FileSink(Mutex::new(opened))))
}

/// The checkpoints of a file.
pub(crate) fn read(file: &Path) -> Result<Vec<Checkpoint>, CommandFault> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| CommandFault::said(format!("the checkpoint file cannot be read: {}", error.kind())))?;
    text.lines()
        .enumerate()
        .map(|(number, line)| {
            let bad = || CommandFault::said(format!("the checkpoint file is not readable at line {}", number + 1));
            let line: Line = serde_json::from_str(line).map_err(|_| bad())?;
            Ok(Checkpoint { body: line.body, signature: unhex(&line.signature).ok_or_else(bad)? })
        })
        .collect()
}
