//! graphql-js, in lines of JSON.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

pub struct Oracle {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts the oracle on an SDL. `None`, with a printed line, where there is no Node.
    pub fn start(sdl: &str) -> Option<Self> {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/node");
        let brought = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/node/bin/node");
        let program = [Path::new("node"), Path::new("nodejs"), &brought].into_iter().find(|program| {
            Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
        });
        let Some(program) = program else {
            eprintln!("SKIPPED: no Node, so the walker was not compared with graphql-js");
            return None;
        };
        if !scripts.join("node_modules/graphql").is_dir() {
            let installed = Command::new("npm").arg("ci").current_dir(&scripts).stdout(Stdio::null()).status();
            assert!(installed.is_ok_and(|status| status.success()), "`npm ci` in tests/node failed");
        }
        let mut child = Command::new(program)
            .arg(scripts.join("oracle.mjs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the oracle starts");
        let questions = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut oracle = Self { child, questions, answers };
        let said = oracle.ask(&json!({ "sdl": sdl }));
        assert_eq!(said["errors"], Value::Null, "graphql-js does not take the SDL");
        Some(oracle)
    }

    pub fn ask(&mut self, question: &Value) -> Value {
        let questions = self.questions.as_mut().expect("open");
        questions.write_all(format!("{question}\n").as_bytes()).expect("the oracle listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the oracle answers");
        serde_json::from_str(&line).expect("JSON")
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        drop(self.questions.take());
        let _ended = self.child.wait();
    }
}
