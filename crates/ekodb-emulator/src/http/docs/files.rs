//! The files that the page is made of: its own, and those of the viewer, unpacked when first asked
//! for.

use std::sync::OnceLock;

use bytes::Bytes;

use super::viewer_archive::{self, ArchiveError};

/// A file of the page.
#[derive(Debug)]
pub(super) struct File {
    name: &'static str,
    pub(super) content_type: &'static str,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Own(&'static str),
    Packed(OnceLock<Bytes>),
}

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLESHEET: &str = "text/css; charset=utf-8";
const YAML: &str = "application/yaml; charset=utf-8";
const PNG: &str = "image/png";

static FILES: [File; 7] = [
    File::own("index.html", HTML, include_str!("index.html")),
    File::own("page.css", STYLESHEET, include_str!("page.css")),
    File::own("page.js", SCRIPT, include_str!("page.js")),
    File::own("ekodb.yaml", YAML, include_str!("ekodb.yaml")),
    File::packed("swagger-ui.css", STYLESHEET),
    File::packed("swagger-ui-bundle.js", SCRIPT),
    File::packed("favicon-32x32.png", PNG),
];

/// The file of this name.
pub(super) fn find(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}

impl File {
    const fn own(name: &'static str, content_type: &'static str, text: &'static str) -> Self {
        Self {
            name,
            content_type,
            content: Content::Own(text),
        }
    }

    const fn packed(name: &'static str, content_type: &'static str) -> Self {
        Self {
            name,
            content_type,
            content: Content::Packed(OnceLock::new()),
        }
    }

    pub(super) fn content(&self) -> Result<Bytes, ArchiveError> {
        match &self.content {
            Content::Own(text) => Ok(Bytes::from_static(text.as_bytes())),
            Content::Packed(unpacked) => match unpacked.get() {
                Some(bytes) => Ok(bytes.clone()),
                // Two that come first at once both unpack it, to the same bytes.
                None => {
                    let bytes = viewer_archive::read(self.name)?;
                    Ok(unpacked.get_or_init(|| bytes).clone())
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_content() {
        for file in &FILES {
            assert!(!file.content().unwrap().is_empty(), "{}", file.name);
        }
    }
}
