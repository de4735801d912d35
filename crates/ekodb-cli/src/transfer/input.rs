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
        let input: Box<dyn BufRead + Send> = Box::new(BufReader::new(io::stdin()));
        return Ok(match format {
            FileFormat::Ndjson => Reader::lines(input, from),
            FileFormat::Json => Reader::array(input, from),
            FileFormat::Csv => Reader::rows(Rows::new(input, types)?),
        });
    };
    let failed = |error: io::Error| unreadable(path, &error);
    let file = File::open(path).map_err(failed)?;
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

fn input_at(mut file: File, place: Place) -> io::Result<Box<dyn BufRead + Send>> {
    file.seek(SeekFrom::Start(place.offset))?;
    Ok(Box::new(BufReader::with_capacity(1 << 16, file)))
}

/// The length of a file, and a digest of its beginning.
pub(super) fn identity(path: &Path) -> Result<(u64, Uuid), Failure> {
    let read = |path: &Path| -> io::Result<(u64, Uuid)> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut beginning = Vec::new();
        file.take(1 << 16).read_to_end(&mut beginning)?;
        Ok((length, Uuid::new_v5(&Uuid::NAMESPACE_OID, &beginning)))
    };
    read(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::io(format_args!("cannot read {}", path.display()), error)
}
