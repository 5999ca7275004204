//! gzip (RFC 1952): one or several members, each with a head, deflate, a checksum and a length.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::Fault;

/// A head may hold a name, a comment and extra fields, none of which is this long.
const LONGEST_HEAD: usize = 1 << 18;

/// Whether a file with these first bytes is gzip with deflate, its only method.
pub fn begins(head: &[u8]) -> bool {
    head.starts_with(b"\x1f\x8b")
}

pub struct Reader {
    part: Part,
    crc: Crc,
    /// The file has ended where it may.
    over: bool,
}

enum Part {
    /// Bytes of a head so far.
    Head(Vec<u8>),
    Body(Box<Decompress>),
    /// Bytes of a checksum and a length so far.
    Tail(Vec<u8>),
    /// Behind a member: zeros that fill a block of a tape, another member, or the end.
    Between,
}

impl Default for Reader {
    fn default() -> Self {
        Self { part: Part::Head(Vec::new()), crc: Crc::new(), over: false }
    }
}

impl Reader {
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Unpacks some of the input into the spare room of `text`. How much of it was used. `last`: nothing comes behind it.
    pub fn push(&mut self, input: &[u8], last: bool, text: &mut Vec<u8>) -> Result<usize, Fault> {
        let mut used = 0;
        loop {
            let rest = &input[used..];
            let before = (used, text.len());
            match &mut self.part {
                Part::Head(head) => {
                    let known = head.len();
                    head.extend_from_slice(rest);
                    match head_length(head).map_err(|()| Fault::NotPacked(used))? {
                        Some(length) => {
                            used += length - known;
                            self.crc = Crc::new();
                            self.part = Part::Body(Box::new(Decompress::new(false)));
                        }
                        None if head.len() > LONGEST_HEAD => return Err(Fault::NotPacked(used)),
                        None => used = input.len(),
                    }
                }
                Part::Body(inflate) => {
                    if text.len() == text.capacity() {
                        return Ok(used);
                    }
                    let (status, taken) =
                        inflated(inflate, rest, text, &mut self.crc).map_err(|at| Fault::NotPacked(used + at))?;
                    used += taken;
                    if taken == 0 && text.len() == before.1 && !rest.is_empty() && status != Status::StreamEnd {
                        return Err(Fault::NotPacked(used));
                    }
                    if status == Status::StreamEnd {
                        self.part = Part::Tail(Vec::new());
                    }
                }
                Part::Tail(tail) => {
                    let wanted = rest.len().min(8 - tail.len());
                    tail.extend_from_slice(&rest[..wanted]);
                    used += wanted;
                    if let Some((sum, length)) = tail.split_first_chunk::<4>()
                        && let Ok(length) = <[u8; 4]>::try_from(length)
                    {
                        if u32::from_le_bytes(*sum) != self.crc.sum() {
                            return Err(Fault::WrongSum);
                        }
                        // Both lengths are counted modulo 2³².
                        if u32::from_le_bytes(length) != self.crc.amount() {
                            return Err(Fault::WrongLength);
                        }
                        self.part = Part::Between;
                    }
                }
                Part::Between => match rest.iter().position(|&byte| byte != 0) {
                    Some(zeros) if rest[zeros] == 0x1f => {
                        used += zeros;
                        self.part = Part::Head(Vec::new());
                    }
                    Some(zeros) => return Err(Fault::Trailing(used + zeros)),
                    None => used = input.len(),
                },
            }
            let at_end = last && used == input.len();
            match self.part {
                Part::Between if at_end => {
                    self.over = true;
                    return Ok(used);
                }
                // Nothing more comes of what there is.
                _ if used == input.len() && before == (used, text.len()) => {
                    return if last { Err(Fault::CutShort) } else { Ok(used) };
                }
                _ => {}
            }
        }
    }
}

/// Inflates into the spare room of `text`. The status and the bytes of input that were used; the position of a fault.
pub fn inflated(
    inflate: &mut Decompress,
    input: &[u8],
    text: &mut Vec<u8>,
    crc: &mut Crc,
) -> Result<(Status, usize), usize> {
    let (before_in, before) = (inflate.total_in(), text.len());
    let status = inflate.decompress_vec(input, text, FlushDecompress::None);
    // No more than the input's length.
    let used = (inflate.total_in() - before_in) as usize;
    crc.update(&text[before..]);
    status.map(|status| (status, used)).map_err(|_| used)
}

/// The length of a head that is whole; `None`: more of it is needed.
fn head_length(head: &[u8]) -> Result<Option<usize>, ()> {
    let mark = [0x1f, 0x8b, 8];
    if head.iter().zip(mark).any(|(byte, wanted)| *byte != wanted) {
        return Err(());
    }
    let Some(&flags) = head.get(3) else { return Ok(None) };
    if flags & 0b1110_0000 != 0 {
        return Err(());
    }
    let mut at = 10;
    if flags & 4 != 0 {
        let Some(length) = head.get(at..at + 2) else { return Ok(None) };
        at += 2 + usize::from(u16::from_le_bytes([length[0], length[1]]));
    }
    // A name and a comment, each with a zero at its end.
    for flag in [8, 16] {
        if flags & flag != 0 {
            let Some(zero) = head.get(at..).and_then(|rest| rest.iter().position(|&byte| byte == 0)) else {
                return Ok(None);
            };
            at += zero + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    Ok((head.len() >= at).then_some(at))
}
