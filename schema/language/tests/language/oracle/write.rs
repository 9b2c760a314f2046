//! Operations as text.

use serde_json::Value;

use super::generate::{Condition, Directive, GIVEN, Kind, Query, Selection};

impl Query {
    pub fn text(&self) -> String {
        let mut declared = Vec::new();
        for flag in &self.used {
            declared.push(if *flag < GIVEN {
                format!("$f{flag}: Boolean!")
            } else {
                format!("$f{flag}: Boolean = {}", self.flags[*flag])
            });
        }
        for field in self.by_variable.iter().filter(|field| self.asks(field)) {
            for name in self.arguments[field].as_object().into_iter().flatten().map(|(name, _)| name) {
                let ty = match name.as_str() {
                    "first" => "Int".to_owned(),
                    "after" => "String".to_owned(),
                    "input" => format!("{}{}Input!", &field[..1].to_uppercase(), &field[1..]),
                    "subjects" => "[ID!]!".to_owned(),
                    _ => "ID!".to_owned(),
                };
                declared.push(format!("${field}_{name}: {ty}"));
            }
        }
        let kind = match self.kind {
            Kind::Query => "query",
            Kind::Mutation => "mutation",
            Kind::Subscription => "subscription",
        };
        let declared = if declared.is_empty() { String::new() } else { format!("({})", declared.join(", ")) };
        let mut text = format!("{kind} Q{declared} ");
        self.write_set(&mut text, &self.root, true);
        for (place, fragment) in self.fragments.iter().enumerate() {
            text.push_str(&format!("\nfragment F{place} on {} ", fragment.on));
            let on_root = matches!(fragment.on.as_str(), "Query" | "Mutation");
            self.write_set(&mut text, &fragment.inside, on_root);
        }
        text
    }

    fn write_set(&self, text: &mut String, set: &[Selection], on_root: bool) {
        text.push('{');
        for selection in set {
            text.push(' ');
            match selection {
                Selection::Field { name, alias, directives, inside } => {
                    if let Some(alias) = alias {
                        text.push_str(&format!("{alias}: "));
                    }
                    text.push_str(name);
                    if on_root {
                        self.write_arguments(text, name);
                    }
                    write_directives(text, directives);
                    if !inside.is_empty() {
                        text.push(' ');
                        self.write_set(text, inside, false);
                    }
                }
                Selection::Inline { on, directives, inside } => {
                    text.push_str("... ");
                    if let Some(on) = on {
                        text.push_str(&format!("on {on}"));
                    }
                    write_directives(text, directives);
                    text.push(' ');
                    self.write_set(text, inside, on_root);
                }
                Selection::Spread { fragment, directives } => {
                    text.push_str(&format!("...F{fragment}"));
                    write_directives(text, directives);
                }
            }
        }
        text.push_str(" }");
    }

    fn write_arguments(&self, text: &mut String, field: &str) {
        let Some(given) = self.arguments.get(field).and_then(Value::as_object).filter(|given| !given.is_empty()) else {
            return;
        };
        let given = given.iter().map(|(name, value)| {
            if self.by_variable.contains(field) {
                format!("{name}: ${field}_{name}")
            } else {
                format!("{name}: {}", literal(value))
            }
        });
        text.push_str(&format!("({})", given.collect::<Vec<_>>().join(", ")));
    }
}

fn write_directives(text: &mut String, directives: &[Directive]) {
    for directive in directives {
        let name = if directive.include { "include" } else { "skip" };
        let when = match directive.when {
            Condition::Literal(yes) => yes.to_string(),
            Condition::Variable(flag) => format!("$f{flag}"),
        };
        text.push_str(&format!(" @{name}(if: {when})"));
    }
}

/// A value as a GraphQL literal; upper-case words are codes.
fn literal(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}: {}", literal(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::String(text) if !text.is_empty() && text.chars().all(|c| c.is_ascii_uppercase() || c == '_') => {
            text.clone()
        }
        other => other.to_string(),
    }
}
