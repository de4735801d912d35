//! The names of one probe: what `$c`, `$id.limited` and the like stand for.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// What the placeholders of a probe stand for. A placeholder is `$` and then letters and dots.
#[derive(Clone, Default)]
pub(crate) struct Names(BTreeMap<String, String>);

impl Names {
    /// The names of a probe in the namespace of a run: `$c` and `$d` are collections, `$n` is
    /// one whose name has unusual characters, `$k` begins KV keys, `$label` labels of API keys.
    pub(crate) fn new(prefix: &str, probe: &str) -> Self {
        let own = format!("{prefix}{}", probe.replace('-', "_"));
        let mut names = Self::default();
        names.set("c", own.clone());
        names.set("d", format!("{own}_2"));
        names.set("n", format!("{own}-Name"));
        names.set("k", format!("{own}_kv"));
        for key in ["asked", "limited", "other"] {
            names.set(&format!("label.{key}"), format!("{own}_{key}"));
        }
        names
    }

    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A text with the placeholders replaced; one that stands for nothing is left.
    pub(crate) fn fill_text(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut parts = text.split('$');
        filled.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let end = part
                .find(|letter: char| !letter.is_ascii_lowercase() && letter != '.')
                .unwrap_or(part.len());
            match self.get(&part[..end]) {
                Some(value) => filled.push_str(value),
                None => filled.extend(["$", &part[..end]]),
            }
            filled.push_str(&part[end..]);
        }
        filled
    }

    /// A value with the placeholders in its texts and names of members replaced.
    pub(crate) fn fill(&self, value: &Json) -> Json {
        map_texts(value, &|text| self.fill_text(text))
    }
}

/// A value with each of its texts, names of members included, replaced.
pub(super) fn map_texts(value: &Json, change: &impl Fn(&str) -> String) -> Json {
    match value {
        Json::String(text) => Json::String(change(text)),
        Json::Array(elements) => elements
            .iter()
            .map(|element| map_texts(element, change))
            .collect(),
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| (change(name), map_texts(value, change)))
            .collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn placeholders_end_where_letters_end() {
        let names = Names::new("p_", "a-b");
        assert_eq!(
            names.fill_text("$c/x $k_1 $d"),
            "p_a_b/x p_a_b_kv_1 p_a_b_2"
        );
        assert_eq!(names.fill_text("$label.limited"), "p_a_b_limited");
        assert_eq!(names.fill_text("$nothing $"), "$nothing $");
        assert_eq!(
            names.fill(&json!({"$c": ["$d", 1]})),
            json!({"p_a_b": ["p_a_b_2", 1]})
        );
    }
}
