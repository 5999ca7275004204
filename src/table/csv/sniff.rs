//! Settings told from the first bytes of a file.
//!
//! Encoding first (byte order mark, pattern of NULs, validity), then delimiter and quote (the pair that gives the most
//! even and best typed records), decimal mark, header, spellings of "missing".

use super::decode::Decoded;
use super::infer::{self, MissingTexts, trim};
use super::limits;
use super::numbers::{self, Parsed};
use super::records::{self, Cell, Found, Scanner};
use super::utf8::Census;
use super::{
    CsvSettings, Decimal, Encoding, Format, USUAL_FIRST_YEAR, USUAL_MISSING, affix, dates, import, json_import, magic,
    title,
};
use crate::problem::Problem;

/// Bytes that detection looks at.
pub const PREFIX: usize = 1 << 18;
/// Records that detection looks at.
const RECORDS: usize = 300;
const DELIMITERS: [u8; 5] = [b',', b';', b'\t', b'|', b':'];
/// Texts that mean "missing" where they stand among numbers or dates.
const AMONG_NUMBERS: [&str; 14] =
    ["-", "--", "---", ".", "..", "None", "none", "NONE", "missing", "Missing", "unknown", "Unknown", "nil", "NaT"];

/// The settings that fit the beginning of a file best. `whole`: the file ends with it.
pub fn sniff(prefix: &[u8], whole: bool) -> CsvSettings {
    sniff_after(prefix, whole, None)
}

/// As `sniff`, for a file like one that was read before: encoding, delimiter, quote, lines above the table and header
/// are this file's own; spellings of "missing", dates and, unless this file's cells say otherwise, numbers are as before.
fn sniff_after(prefix: &[u8], whole: bool, before: Option<&CsvSettings>) -> CsvSettings {
    let prefix = &prefix[..prefix.len().min(PREFIX)];
    let encoding = encoding(prefix, whole);
    let mut decoded = Decoded::new(encoding);
    decoded.push(prefix, whole);
    if decoded.text.is_empty() && !whole {
        // Less than a byte order mark.
        decoded.push(&[], true);
    }
    let mut text = std::mem::take(&mut decoded.text);
    if let Ok(Some(format)) = json_import::format_of(&text, whole) {
        let plain = CsvSettings { missing: Vec::new(), ..CsvSettings::default() };
        let before = before.cloned().unwrap_or(plain);
        let (entry, decimal) = (String::new(), Decimal::Point);
        return CsvSettings { format, entry, encoding, decimal, ..before };
    }
    let named = separator_line(&mut text);
    let grid = best_grid(&text, whole, named);
    let decimal = decimal(&grid, before.map(|before| before.decimal));
    let header = has_header(&grid, decimal);
    if let Some(before) = before.filter(|before| before.format == Format::Delimited) {
        let (delimiter, quote, skip) = (grid.delimiter, grid.quote, grid.skip);
        return CsvSettings {
            entry: String::new(),
            encoding,
            delimiter,
            quote,
            skip,
            header,
            decimal,
            ..before.clone()
        };
    }
    let mut missing: Vec<String> = USUAL_MISSING.iter().map(|&text| text.to_owned()).collect();
    missing.extend(missing_among_numbers(&grid, decimal, header));
    CsvSettings {
        encoding,
        delimiter: grid.delimiter,
        quote: grid.quote,
        skip: grid.skip,
        header,
        decimal,
        missing,
        ..CsvSettings::default()
    }
}

/// As `sniff`, and says what is wrong with a file that cannot be a table.
pub fn sniff_file(name: &str, prefix: &[u8], whole: bool) -> Result<CsvSettings, Problem> {
    sniff_file_after(name, prefix, whole, None)
}

/// As `sniff_file`, for a file like the one that these settings read: its encoding, delimiter, quote, lines above the
/// table and header are told anew; spellings of "missing" and dates are as before, and so are numbers unless the cells
/// say otherwise.
pub fn sniff_file_after(
    name: &str,
    prefix: &[u8],
    whole: bool,
    before: Option<&CsvSettings>,
) -> Result<CsvSettings, Problem> {
    if prefix.is_empty() {
        return Err(limits::empty(name));
    }
    let encoding = encoding(prefix, whole);
    match magic::refuse(name, prefix, matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be)) {
        Some(problem) => Err(problem),
        None => {
            refuse_json(name, prefix, whole, encoding)?;
            Ok(sniff_after(prefix, whole, before))
        }
    }
}

/// JSON that is no table is refused.
fn refuse_json(name: &str, prefix: &[u8], whole: bool, encoding: Encoding) -> Result<(), Problem> {
    let cut = prefix.len() > PREFIX;
    let mut decoded = Decoded::new(encoding);
    decoded.push(&prefix[..prefix.len().min(PREFIX)], whole && !cut);
    match json_import::format_of(&decoded.text, whole && !cut) {
        Ok(_) => Ok(()),
        Err(cure) => Err(magic::no_table_in_json(name, cure)),
    }
}

fn encoding(prefix: &[u8], whole: bool) -> Encoding {
    for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be] {
        if prefix.starts_with(encoding.byte_order_mark()) {
            return encoding;
        }
    }
    // Text of the Latin scripts in UTF-16 has a NUL in every other byte.
    let zeros = |odd: usize| prefix.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), prefix.len() / 2);
    if half > 0 && odd * 10 > half * 4 && even * 10 <= half {
        return Encoding::Utf16Le;
    }
    if half > 0 && even * 10 > half * 4 && odd * 10 <= half {
        return Encoding::Utf16Be;
    }
    Census::of(prefix, whole).encoding(whole)
}

/// Takes away Excel's first line `sep=;` and returns the delimiter that it names.
fn separator_line(text: &mut Vec<u8>) -> Option<u8> {
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
    if !import::is_separator_line(&text[..end]) {
        return None;
    }
    let delimiter = *text[..end].iter().find(|&&byte| byte == b'=').and_then(|_| {
        let at = text[..end].iter().position(|&byte| byte == b'=')?;
        text[..end].get(at + 1)
    })?;
    text.drain(..end);
    (delimiter.is_ascii() && delimiter != b'"').then_some(delimiter)
}

/// The first records under one delimiter and quote.
pub(super) struct Grid<'a> {
    delimiter: u8,
    quote: u8,
    pub text: &'a [u8],
    /// From the table's first record on.
    pub records: Vec<Vec<Cell>>,
    /// Lines above it, and how many records they would be.
    skip: u32,
    n_above: usize,
}

impl Grid<'_> {
    fn text_of(&self, cell: Cell) -> Vec<u8> {
        let mut scratch = Vec::new();
        records::value(self.text, cell, self.quote, &mut scratch).to_vec()
    }

    /// The number of cells that most records have, and the share of records that have it.
    fn width(&self) -> (usize, f64) {
        let mut widths: Vec<usize> = self.records.iter().map(Vec::len).collect();
        widths.sort_unstable();
        let mut best = (0, 0);
        for run in widths.chunk_by(|a, b| a == b) {
            if run.len() > best.1 {
                best = (run[0], run.len());
            }
        }
        (best.0, best.1 as f64 / self.records.len().max(1) as f64)
    }

    /// Trimmed texts of a column below the first record, without those that usually mean "missing".
    fn values(&self, column: usize) -> Vec<Vec<u8>> {
        let missing = usual_missing();
        let cells = self.records.iter().skip(1).filter_map(|record| record.get(column));
        let texts = cells.map(|&cell| trim(&self.text_of(cell)).to_vec());
        texts.filter(|text| !missing.contains(text)).collect()
    }
}

fn usual_missing() -> MissingTexts {
    infer::Rules::new(&CsvSettings::default()).missing
}

fn grid(text: &[u8], whole: bool, delimiter: u8, quote: u8) -> Grid<'_> {
    let scanner = Scanner::new(delimiter, quote);
    let mut found = Vec::new();
    let (mut at, mut cells) = (0, Vec::new());
    while found.len() < RECORDS {
        match scanner.record(text, at, whole, &mut cells) {
            Found::Record { next, .. } => {
                found.push(cells.clone());
                at = next;
            }
            Found::Blank { next } => at = next,
            Found::Incomplete if found.is_empty() => {
                // Not one whole record in the prefix: take it as it stands.
                match scanner.record(text, at, true, &mut cells) {
                    Found::Record { .. } => found.push(cells.clone()),
                    _ => break,
                }
                break;
            }
            Found::Incomplete | Found::End => break,
        }
    }
    let mut grid = Grid { delimiter, quote, text, records: found, skip: 0, n_above: 0 };
    let above = title::n_above(&grid, |rest| names_columns(&grid, rest));
    if above > 0 {
        let start = grid.records[above].first().map_or(0, |cell| cell.outer_start());
        grid.skip = n_lines(&text[..start]);
        grid.n_above = above;
        grid.records.drain(..above);
    }
    grid
}

/// Lines that end in this text: with LF, CR, or both.
fn n_lines(text: &[u8]) -> u32 {
    let ends = |(i, byte): (usize, &u8)| *byte == b'\n' || (*byte == b'\r' && text.get(i + 1) != Some(&b'\n'));
    text.iter().enumerate().filter(|&at| ends(at)).count() as u32
}

/// Whether the first of these records holds names: different texts, none of them a value, and values below.
fn names_columns(grid: &Grid, records: &[Vec<Cell>]) -> bool {
    let Some((first, rest)) = records.split_first() else {
        return false;
    };
    let names = trimmed(grid, first);
    let is_value =
        |text: &[u8]| is_date(text) || [Decimal::Point, Decimal::Comma].iter().any(|&decimal| is_number(text, decimal));
    let mut sorted = names.clone();
    sorted.sort_unstable();
    let unique = sorted.windows(2).all(|pair| pair[0] != pair[1]);
    let all_texts = names.iter().all(|name| !name.is_empty() && !is_value(name));
    let below = || {
        rest.iter().take(20).flatten().any(|&cell| {
            let text = grid.text_of(cell);
            let text = trim(&text);
            is_value(text)
        })
    };
    unique && all_texts && below()
}

fn best_grid(text: &[u8], whole: bool, named: Option<u8>) -> Grid<'_> {
    let delimiters: &[u8] = named.as_ref().map_or(&DELIMITERS, std::slice::from_ref);
    let quotes: &[u8] = if quotes_with_apostrophes(text) { b"\"'" } else { b"\"" };
    let mut best: Option<(f64, Grid)> = None;
    for &quote in quotes {
        for &delimiter in delimiters {
            let grid = grid(text, whole, delimiter, quote);
            let score = score(&grid);
            if best.as_ref().is_none_or(|(highest, _)| score > *highest) {
                best = Some((score, grid));
            }
        }
    }
    match best {
        // No delimiter gives two columns: there is one.
        Some((score, grid)) if score > 0.0 || named.is_some() => grid,
        _ => grid(text, whole, b',', b'"'),
    }
}

/// Cells begin and end with apostrophes, and none with double quotes.
fn quotes_with_apostrophes(text: &[u8]) -> bool {
    let is_edge =
        |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b',' | b';' | b'\t' | b'|' | b'\n' | b'\r'));
    let (mut opens, mut closes) = (0, 0);
    for (i, &byte) in text.iter().enumerate() {
        let (before, after) = (is_edge(i.checked_sub(1).and_then(|b| text.get(b))), is_edge(text.get(i + 1)));
        if byte == b'"' && (before || after) {
            return false;
        }
        if byte == b'\'' {
            opens += usize::from(before);
            closes += usize::from(after);
        }
    }
    opens >= 2 && closes >= 2
}

/// Above 0 when there are at least two columns. Even widths count most, then cells that are numbers, dates, yes/no or
/// missing, then a common delimiter.
fn score(grid: &Grid) -> f64 {
    let (width, share) = grid.width();
    if width < 2 {
        return 0.0;
    }
    let (mut typed, mut stray, mut n) = (0usize, 0usize, 0usize);
    for record in grid.records.iter().take(100) {
        for &cell in record.iter().take(100) {
            n += 1;
            stray += usize::from(cell.has(records::STRAY) || cell.has(records::UNCLOSED));
            typed += usize::from(is_typed(trim(&grid.text_of(cell))));
        }
    }
    let (typed, stray) = (typed as f64 / n as f64, stray as f64 / n as f64);
    // A header of another width than the rows is a sign against, and so is a first line that is none of the table.
    let header_fits = grid.records[0].len() == width && grid.skip == 0;
    let common = match grid.delimiter {
        b',' | b';' | b'\t' => 0.02,
        b'|' => 0.01,
        // Colons stand in times and addresses.
        _ => -0.6,
    };
    let wide = 1.0 - 1.0 / width as f64;
    // Of two that leave out lines, the one that leaves out fewer.
    let kept = grid.records.len() as f64 / (grid.records.len() + grid.n_above) as f64;
    (share * share * kept * (1.0 + 0.5 * typed + 0.3 * wide) * if header_fits { 1.0 } else { 0.5 } - stray + common)
        .max(1e-6)
}

fn is_typed(text: &[u8]) -> bool {
    text.is_empty()
        || USUAL_MISSING.iter().any(|missing| missing.as_bytes() == text)
        || is_number(text, Decimal::Point)
        || is_number(text, Decimal::Comma)
        || is_number(text, Decimal::CommaWithPoints)
        || is_date(text)
        || infer::boolean_word(text).is_some()
}

fn is_number(text: &[u8], decimal: Decimal) -> bool {
    matches!(numbers::parse(text, decimal), Parsed::Value { .. }) || affix::surely_amount(text, decimal)
}

fn is_date(text: &[u8]) -> bool {
    dates::DateOrder::ALL.iter().any(|&order| dates::parse(text, order, USUAL_FIRST_YEAR).is_some())
}

/// The notation in which the most cells are numbers; among equals the likeliest for the delimiter. A column whose own
/// cells say otherwise is read in another one.
/// `before`: of a file like this one, which decides where the cells leave a choice.
fn decimal(grid: &Grid, before: Option<Decimal>) -> Decimal {
    let order = infer::notations(grid.delimiter);
    let mut counts = [0usize; 5];
    for &cell in grid.records.iter().flatten() {
        let text = grid.text_of(cell);
        let text = trim(&text);
        if !text.iter().any(u8::is_ascii_digit) {
            continue;
        }
        for (count, decimal) in counts.iter_mut().zip(order) {
            *count += usize::from(is_number(text, decimal));
        }
    }
    // The first of the largest.
    let mut best = 0;
    for i in 1..order.len() {
        if counts[i] > counts[best] {
            best = i;
        }
    }
    let before = before.and_then(|before| order.iter().position(|decimal| *decimal == before));
    order[before.filter(|&before| counts[before] == counts[best]).unwrap_or(best)]
}

/// Whether the first record names the columns: it differs in kind from what stands below it.
fn has_header(grid: &Grid, decimal: Decimal) -> bool {
    let Some(first) = grid.records.first() else {
        return true;
    };
    let is_value = |text: &[u8]| is_number(text, decimal) || is_date(text);
    let names = trimmed(grid, first);
    if grid.records.len() == 1 {
        // A lone record with a number in it is a row; one without is a header.
        return !names.iter().any(|name| is_value(name));
    }
    if are_years(&names) && !grid.records.iter().skip(1).any(|record| are_years(&trimmed(grid, record))) {
        return true;
    }
    let (mut for_header, mut against) = (0, 0);
    let (mut n_texts, mut n_back) = (0, 0);
    for (column, name) in names.iter().enumerate().take(200) {
        let values = grid.values(column);
        if values.is_empty() {
            continue;
        }
        let n_values = values.iter().filter(|value| is_value(value)).count();
        if n_values * 10 >= values.len() * 9 {
            if is_value(name) {
                against += 1
            } else if !name.is_empty() && !USUAL_MISSING.iter().any(|missing| missing.as_bytes() == name.as_slice()) {
                // More than a text that comes back, since a number never is a name.
                for_header += 3
            }
            continue;
        }
        n_texts += 1;
        n_back += usize::from(values.contains(name));
        let only_words = infer::boolean_word(name).is_none() && values.iter().all(|v| infer::boolean_word(v).is_some());
        // Texts that come again and again, and above them one that does not.
        let differs = !name.is_empty() && !values.contains(name) && repeat(&values);
        for_header += usize::from(only_words || differs);
    }
    let n_names = names.iter().filter(|name| !name.is_empty()).count();
    if n_back > 0 && n_back * 2 >= n_texts {
        // Names do not come back as values.
        against += n_back;
    }
    // No evidence from the values: names are texts.
    for_header > against || (against == 0 && n_names > 0 && !names.iter().any(|name| is_value(name)))
}

/// Whether every value stands there twice on average: a category rather than names or free text.
fn repeat(values: &[Vec<u8>]) -> bool {
    let distinct: std::collections::BTreeSet<&[u8]> = values.iter().map(Vec::as_slice).collect();
    values.len() >= 6 && distinct.len() * 2 <= values.len()
}

fn trimmed(grid: &Grid, record: &[Cell]) -> Vec<Vec<u8>> {
    record.iter().map(|&cell| trim(&grid.text_of(cell)).to_vec()).collect()
}

/// The numbers among these are years that rise in equal steps, as above the columns of a table over time.
fn are_years(names: &[Vec<u8>]) -> bool {
    let mut years = Vec::new();
    for name in names {
        match numbers::parse(name, Decimal::Point) {
            Parsed::Value { value, .. } if (1800.0..2200.0).contains(&value) && value.trunc() == value => {
                years.push(value)
            }
            Parsed::Value { .. } => return false,
            Parsed::NotANumber | Parsed::NotFinite | Parsed::Other => {}
        }
    }
    let step = years.get(1).map_or(0.0, |second| second - years[0]);
    years.len() < names.len() && step > 0.0 && years.windows(2).all(|pair| pair[1] - pair[0] == step)
}

/// Texts that stand for "missing" in columns that hold numbers or dates otherwise.
fn missing_among_numbers(grid: &Grid, decimal: Decimal, header: bool) -> Vec<String> {
    let mut found = [false; AMONG_NUMBERS.len()];
    let (width, _) = grid.width();
    for column in 0..width.min(1000) {
        let mut values = grid.values(column);
        if !header && let Some(&cell) = grid.records.first().and_then(|record| record.get(column)) {
            values.push(trim(&grid.text_of(cell)).to_vec());
        }
        let spelled = |value: &[u8]| AMONG_NUMBERS.iter().position(|text| text.as_bytes() == value);
        let n_numbers = values.iter().filter(|value| is_number(value, decimal) || is_date(value)).count();
        let n_spelled = values.iter().filter(|value| spelled(value).is_some()).count();
        // Every value is one or the other, and most are numbers.
        if n_spelled == 0 || n_numbers + n_spelled < values.len() || n_numbers < 2 * n_spelled {
            continue;
        }
        for value in &values {
            if let Some(position) = spelled(value) {
                found[position] = true;
            }
        }
    }
    AMONG_NUMBERS.iter().zip(found).filter(|(_, found)| *found).map(|(&text, _)| text.to_owned()).collect()
}
