//! One pass over the text before it is parsed: length, brackets, tokens, directives. It reads strings and
//! comments as the parser does, so that nothing can hide in what one of the two takes for a string.

use async_graphql::Pos;

use super::Refused;
use crate::code::ErrorCode;
use crate::limits::Limits;

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    depth: usize,
    tokens: usize,
    directives: usize,
}

/// Scans the text.
pub(super) fn scan(text: &str, limits: &Limits) -> Result<(), Refused> {
    if text.len() > limits.length {
        return Err(Refused::of(ErrorCode::LimitLength));
    }
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0, depth: 0, tokens: 0, directives: 0 };
    while let Some(byte) = scanner.peek(0) {
        scanner.token(byte)?;
        if scanner.depth > limits.brackets {
            return Err(Refused::of(ErrorCode::LimitBrackets));
        }
        if scanner.tokens > limits.tokens {
            return Err(Refused::of(ErrorCode::LimitTokens));
        }
        if scanner.directives > limits.directives {
            return Err(Refused::of(ErrorCode::LimitDirectives));
        }
    }
    Ok(())
}

impl Scanner<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn skip_while(&mut self, holds: impl Fn(u8) -> bool) {
        while self.peek(0).is_some_and(&holds) {
            self.at += 1;
        }
    }

    fn token(&mut self, byte: u8) -> Result<(), Refused> {
        match byte {
            b' ' | b',' | b'\t' | b'\n' | b'\r' => self.at += 1,
            b'#' => self.skip_while(|byte| byte != b'\n' && byte != b'\r'),
            b'"' => return self.string(),
            b'(' | b'[' | b'{' => {
                self.depth += 1;
                self.one();
            }
            b')' | b']' | b'}' => {
                self.depth = self.depth.saturating_sub(1);
                self.one();
            }
            b'@' => {
                self.directives += 1;
                self.one();
            }
            b'.' => {
                self.one();
                self.skip_while(|byte| byte == b'.');
            }
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                self.one();
                self.skip_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            }
            // A sign begins another number: `[1-1-1]` is three tokens to the parser.
            b'0'..=b'9' | b'-' => {
                self.one();
                self.skip_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
            }
            _ => self.one(),
        }
        Ok(())
    }

    fn one(&mut self) {
        self.tokens += 1;
        self.at += 1;
    }

    fn string(&mut self) -> Result<(), Refused> {
        let begin = self.at;
        self.tokens += 1;
        let block = self.peek(1) == Some(b'"') && self.peek(2) == Some(b'"');
        let closed = if block { self.block_string() } else { self.line_string() };
        // A string that does not end is refused here: the parser would try other readings of its quotes, and
        // brackets could hide in the one we did not take.
        if closed { Ok(()) } else { Err(Refused::at(ErrorCode::SyntaxError, self.place(begin))) }
    }

    fn block_string(&mut self) -> bool {
        self.at += 3;
        while let Some(byte) = self.peek(0) {
            let quotes = |from: usize| (from..from + 3).all(|ahead| self.peek(ahead) == Some(b'"'));
            if byte == b'\\' && quotes(1) {
                self.at += 4;
            } else if quotes(0) {
                self.at += 3;
                return true;
            } else {
                self.at += 1;
            }
        }
        false
    }

    fn line_string(&mut self) -> bool {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return true;
                }
                b'\n' | b'\r' => return false,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        false
    }

    /// Line and column of a place, both from one, in characters as the parser counts them.
    fn place(&self, at: usize) -> Pos {
        let before = self.bytes.get(..at).unwrap_or_default();
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        let line_begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let line = before.get(line_begin..).unwrap_or_default();
        let column = String::from_utf8_lossy(line).chars().count();
        Pos { line: lines + 1, column: column + 1 }
    }
}
