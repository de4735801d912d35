//! Writes to a file that are kept in memory.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io;

use redb::StorageBackend;

/// How many bytes are kept together.
const BLOCK: u64 = 4096;

/// What was written to a file, in its place.
#[derive(Debug, Default)]
pub(super) struct WriteBuffer {
    length: u64,
    /// By their number in the file.
    blocks: BTreeMap<u64, Box<[u8]>>,
}

impl WriteBuffer {
    /// Forgets everything; the file has this length.
    pub(super) fn start(&mut self, length: u64) {
        self.blocks.clear();
        self.length = length;
    }

    /// The length that the file would have.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn set_length(&mut self, length: u64) {
        self.length = length;
        self.blocks.split_off(&length.div_ceil(BLOCK));
    }

    /// The blocks and where in the file they are.
    pub(super) fn blocks(&self) -> impl DoubleEndedIterator<Item = (u64, &[u8])> {
        let blocks = self.blocks.iter();
        blocks.map(|(number, block)| {
            let start = number * BLOCK;
            // The last one may be longer than the file.
            let within = (self.length - start).min(BLOCK) as usize;
            (start, &block[..within])
        })
    }

    /// Reads from the file as it would be.
    pub(super) fn read(
        &self,
        file: &impl StorageBackend,
        offset: u64,
        out: &mut [u8],
    ) -> io::Result<()> {
        read_or_zero(file, offset, out)?;
        let end = offset + out.len() as u64;
        for (number, block) in self.blocks.range(offset / BLOCK..end.div_ceil(BLOCK)) {
            let start = number * BLOCK;
            let (from, to) = (start.max(offset), (start + BLOCK).min(end));
            out[(from - offset) as usize..(to - offset) as usize]
                .copy_from_slice(&block[(from - start) as usize..(to - start) as usize]);
        }
        Ok(())
    }

    /// Writes to the file as it would be.
    pub(super) fn write(
        &mut self,
        file: &impl StorageBackend,
        offset: u64,
        data: &[u8],
    ) -> io::Result<()> {
        let end = offset + data.len() as u64;
        self.length = self.length.max(end);
        for number in offset / BLOCK..end.div_ceil(BLOCK) {
            let start = number * BLOCK;
            let block = match self.blocks.entry(number) {
                Entry::Occupied(buffer) => buffer.into_mut(),
                Entry::Vacant(place) => {
                    let mut block = vec![0; BLOCK as usize];
                    read_or_zero(file, start, &mut block)?;
                    place.insert(block.into())
                }
            };
            let (from, to) = (start.max(offset), (start + BLOCK).min(end));
            block[(from - start) as usize..(to - start) as usize]
                .copy_from_slice(&data[(from - offset) as usize..(to - offset) as usize]);
        }
        Ok(())
    }
}

/// Reads from a file; behind its end are zeros.
fn read_or_zero(file: &impl StorageBackend, offset: u64, out: &mut [u8]) -> io::Result<()> {
    let there = file.len()?.saturating_sub(offset).min(out.len() as u64) as usize;
    out[there..].fill(0);
    match there {
        0 => Ok(()),
        _ => file.read(offset, &mut out[..there]),
    }
}

#[cfg(test)]
mod tests {
    use redb::backends::InMemoryBackend;

    use super::*;

    /// A file of 10,000 bytes.
    fn file() -> InMemoryBackend {
        let file = InMemoryBackend::new();
        file.set_len(10_000).unwrap();
        file.write(0, &[1; 10_000]).unwrap();
        file
    }

    #[test]
    fn what_is_kept_is_read_in_its_place() {
        let file = file();
        let mut buffer = WriteBuffer::default();
        buffer.start(10_000);
        buffer.write(&file, 4_000, &[2; 200]).unwrap();
        buffer.write(&file, 11_999, &[3]).unwrap();
        assert_eq!(buffer.length(), 12_000);

        let mut read = vec![9; 12_000];
        buffer.read(&file, 0, &mut read).unwrap();
        let mut expected = vec![1; 12_000];
        expected[4_000..4_200].fill(2);
        expected[10_000..].fill(0);
        expected[11_999] = 3;
        assert!(read == expected);
        let mut part = [0; 3];
        buffer.read(&file, 4_199, &mut part).unwrap();
        assert_eq!(part, [2, 1, 1]);
    }

    #[test]
    fn the_blocks_make_the_file_what_was_read() {
        let file = file();
        let mut buffer = WriteBuffer::default();
        buffer.start(10_000);
        buffer.write(&file, 8_000, &[5; 4_000]).unwrap();
        buffer.set_length(9_000);
        let mut read = vec![0; 9_000];
        buffer.read(&file, 0, &mut read).unwrap();

        file.set_len(buffer.length()).unwrap();
        for (offset, block) in buffer.blocks() {
            file.write(offset, block).unwrap();
        }
        let mut written = vec![0; 9_000];
        file.read(0, &mut written).unwrap();
        assert!(read == written);
    }
}
