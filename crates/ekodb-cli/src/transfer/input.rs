//! The file of an import, or standard input.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, IsTerminal, Read, Seek, SeekFrom},
    path::Path,
};

use uuid::Uuid;

use super::{
    FileFormat,
    read::{Place, Reader, Rows, Types},
};
use crate::failure::Failure;

/// The records of a file after a place in it; of standard input if no file is named.
pub(super) fn open(
    file: Option<&Path>,
    format: FileFormat,
    from: Place,
    types: Types,
) -> Result<Reader<Box<dyn BufRead + Send>>, Failure> {
    let Some(path) = file else {
        if io::stdin().is_terminal() {
            return Err(
                Failure::usage("standard input is a terminal").hint("name a file, or redirect one")
            );
        }
        return stream(Box::new(BufReader::new(io::stdin())), format, types);
    };
    let failed = |error: io::Error| unreadable(path, &error);
    let file = File::open(path).map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return stream(Box::new(BufReader::new(file)), format, types);
    }
    Ok(match format {
        FileFormat::Ndjson => Reader::lines(input_at(file, from).map_err(failed)?, from),
        FileFormat::Json => Reader::array(input_at(file, from).map_err(failed)?, from),
        FileFormat::Csv => {
            let again = file.try_clone().map_err(failed)?;
            let rows = Rows::new(input_at(file, Place::default()).map_err(failed)?, types)?;
            Reader::rows(match from.offset {
                0 => rows,
                _ => rows.resume(input_at(again, from).map_err(failed)?, from),
            })
        }
    })
}

/// The records of an input that can be read once, from its beginning.
fn stream(
    input: Box<dyn BufRead + Send>,
    format: FileFormat,
    types: Types,
) -> Result<Reader<Box<dyn BufRead + Send>>, Failure> {
    Ok(match format {
        FileFormat::Ndjson => Reader::lines(input, Place::default()),
        FileFormat::Json => Reader::array(input, Place::default()),
        FileFormat::Csv => Reader::rows(Rows::new(input, types)?),
    })
}

fn input_at(mut file: File, place: Place) -> io::Result<Box<dyn BufRead + Send>> {
    file.seek(SeekFrom::Start(place.offset))?;
    Ok(Box::new(BufReader::with_capacity(1 << 16, file)))
}

/// The length of a file, and a digest of its beginning. `None` for a pipe or a device: what is read
/// of it cannot be read again.
pub(super) fn identity(path: &Path) -> Result<Option<(u64, Uuid)>, Failure> {
    let read = |path: &Path| -> io::Result<Option<(u64, Uuid)>> {
        // Opening a pipe would wait for its writer, and count as reading it.
        if !std::fs::metadata(path)?.is_file() {
            return Ok(None);
        }
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut beginning = Vec::new();
        file.take(1 << 16).read_to_end(&mut beginning)?;
        let digest = Uuid::new_v5(&Uuid::NAMESPACE_OID, &beginning);
        Ok(Some((length, digest)))
    };
    read(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::io(format_args!("cannot read {}", path.display()), error)
}
