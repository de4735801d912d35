//! The archive of the viewer, Swagger UI, as a crate carries it.

use std::io::{Cursor, Read};

use bytes::Bytes;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;
use zip::result::ZipError;

/// A file of the viewer that could not be read. The archive is compiled in: another version of it
/// must be at fault.
#[derive(Debug, thiserror::Error)]
pub(super) enum ArchiveError {
    #[error("the archive of the viewer cannot be read")]
    Archive(#[from] ZipError),
    #[error("a file of the viewer cannot be unpacked")]
    Unpack(#[from] std::io::Error),
    #[error("the viewer has no file {0}")]
    Missing(&'static str),
}

/// Unpacks a file of the viewer's distribution.
pub(super) fn read(name: &'static str) -> Result<Bytes, ArchiveError> {
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    // The directory on top is named after the version.
    let path = archive
        .file_names()
        .filter_map(Result::ok)
        .find(|path| {
            path.split_once('/')
                .and_then(|(_, below)| below.strip_prefix("dist/"))
                == Some(name)
        })
        .ok_or(ArchiveError::Missing(name))?
        .into_owned();
    let mut content = Vec::new();
    archive.by_name(&path)?.read_to_end(&mut content)?;
    Ok(content.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_the_viewer_has_not_is_missing() {
        let error = read("swagger-ui.exe").unwrap_err();
        assert_eq!(error.to_string(), "the viewer has no file swagger-ui.exe");
    }
}
