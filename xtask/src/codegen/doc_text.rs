//! Code in descriptions is text: rustdoc takes every block of code without a language for a test in
//! Rust.

use syn::{
    Attribute, File,
    visit_mut::{self, VisitMut},
};

/// Marks every block of code in the documentation of a file as text.
pub(super) fn mark(file: &mut File) {
    Marker.visit_file_mut(file);
}

struct Marker;

impl VisitMut for Marker {
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if let syn::Meta::NameValue(doc) = &mut attribute.meta
            && doc.path.is_ident("doc")
            && let syn::Expr::Lit(literal) = &mut doc.value
            && let syn::Lit::Str(text) = &mut literal.lit
        {
            *text = syn::LitStr::new(&marked(&text.value()), text.span());
        }
        visit_mut::visit_attribute_mut(self, attribute);
    }
}

/// Fences get the language `text`; what is indented into a block of code gets a fence.
fn marked(doc: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    // The fence that is open, and whether it is one of ours.
    let mut fence: Option<(String, bool)> = None;
    let mut after_blank = true;
    for line in doc.lines() {
        let trimmed = line.trim_start();
        let indented = line.starts_with("    ") || line.starts_with('\t');
        let marks: String = trimmed
            .chars()
            .take_while(|letter| "`~".contains(*letter))
            .collect();
        match &fence {
            Some((_, true)) if indented || trimmed.is_empty() => lines.push(line.to_owned()),
            Some((open, false)) => {
                let closes = marks.starts_with(open.as_str()) && trimmed.len() == marks.len();
                lines.push(line.to_owned());
                if closes {
                    fence = None;
                }
                after_blank = false;
                continue;
            }
            open => {
                if open.is_some() {
                    close(&mut lines);
                    fence = None;
                }
                if marks.len() >= 3 && !indented {
                    let indent = &line[..line.len() - trimmed.len()];
                    lines.push(format!("{indent}{marks}text"));
                    fence = Some((marks, false));
                } else if indented && after_blank && !trimmed.is_empty() {
                    lines.push("```text".to_owned());
                    lines.push(line.to_owned());
                    fence = Some(("```".to_owned(), true));
                } else {
                    lines.push(line.to_owned());
                }
            }
        }
        after_blank = trimmed.is_empty();
    }
    if matches!(fence, Some((_, true))) {
        close(&mut lines);
    }
    let end = if doc.ends_with('\n') { "\n" } else { "" };
    lines.join("\n") + end
}

/// Closes a fence before the blank lines that follow the block.
fn close(lines: &mut Vec<String>) {
    let blank = lines
        .iter()
        .rev()
        .take_while(|line| line.trim().is_empty())
        .count();
    lines.insert(lines.len() - blank, "```".to_owned());
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn fences_become_text_whatever_their_language() {
        for (doc, expected) in [
            ("a\n```\nfn f() {\n```\nb", "a\n```text\nfn f() {\n```\nb"),
            ("```rust\nf();\n```\n", "```text\nf();\n```\n"),
            ("~~~json\n{}\n~~~", "~~~text\n{}\n~~~"),
            ("````\n```\nf();\n````", "````text\n```\nf();\n````"),
            ("plain `code` text", "plain `code` text"),
        ] {
            assert_eq!(marked(doc), expected);
        }
    }

    #[test]
    fn an_indented_block_gets_a_fence() {
        assert_eq!(
            marked("a\n\n    f();\n\n    g();\n\nb"),
            "a\n\n```text\n    f();\n\n    g();\n```\n\nb"
        );
        assert_eq!(marked("a\n    goes on"), "a\n    goes on");
        assert_eq!(marked("    f();"), "```text\n    f();\n```");
    }
}
