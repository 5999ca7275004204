//! Parquet files, through the crate `parquet`: flat columns with their types. Of its compressions those that are written in
//! Rust are read: none, Snappy, gzip, LZ4. What is nested, and bytes that are no text, have no place in a table.

use parquet::basic::{Compression, ConvertedType, LogicalType, TimeUnit, Type as PhysicalType};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::cell::Cell;
use super::problem;
use super::text::{MOST_CELLS, Written, settings, some};
use crate::problem::Problem;
use crate::table::csv::grouped;
use crate::table::packed::Packing;
use crate::table::transcript::{Original, Transcript};
use crate::table::{ColumnType, date_text};

type File = SerializedFileReader<bytes::Bytes>;

/// Rows that are read of all columns at once.
const BATCH: usize = 4096;
/// Days from 1970-01-01 to the Julian day 0, negative.
const JULIAN: i64 = 2_440_588;
const DAY: i64 = 86_400_000;
/// Whole numbers up to here are exact as numbers of double precision.
const EXACT: u64 = 1 << 53;

const AGAIN: &str = "Download or copy the file again, or write it anew with the program that made it.";

/// What the values of a column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Number,
    /// Of unsigned whole numbers of 32 and of 64 bits.
    Unsigned,
    /// Whole numbers with so many decimal places, also as bytes.
    Decimal(i32),
    /// In half precision, as bytes.
    Half,
    Flag,
    Text,
    /// Days since 1970.
    Day,
    /// Such parts of a second since 1970, or since midnight.
    Moment(i64),
    TimeOfDay(i64),
    /// Day and nanoseconds in twelve bytes.
    Legacy,
}

/// A column that is read: its position in the file, its name.
struct Leaf {
    position: usize,
    name: String,
    meaning: Meaning,
}

pub fn read(name: &str, file: Vec<u8>) -> Result<Transcript, Problem> {
    let damaged = |error: &dyn std::fmt::Display| {
        problem(name, format!("The Parquet file cannot be read: {error}. It is cut short or damaged."), AGAIN)
    };
    if file.len() < 12 || !file.ends_with(b"PAR1") {
        let event = if file.ends_with(b"PARE") {
            "The Parquet file is encrypted."
        } else {
            "The Parquet file is cut short: its end, where the list of columns stands, is missing."
        };
        return Err(problem(name, event, AGAIN));
    }
    let file = SerializedFileReader::new(bytes::Bytes::from(file)).map_err(|error| damaged(&error))?;
    let (leaves, left_out) = leaves(&file);
    if leaves.is_empty() {
        let event =
            format!("No column of the Parquet file is flat: {} hold lists, structures or bytes.", some(&left_out));
        return Err(problem(name, event, "Write it anew with one value in each cell, or export it as CSV."));
    }
    check_packing(name, &file, &leaves)?;
    let n_rows = u64::try_from(file.metadata().file_metadata().num_rows()).unwrap_or(0);
    if n_rows == 0 {
        return Err(problem(name, "The Parquet file has columns and no row.", "Choose a file with rows."));
    }
    if n_rows.saturating_mul(leaves.len() as u64) > MOST_CELLS {
        let event = format!(
            "The file has {} rows of {} columns: more than {} cells, the limit.",
            grouped(n_rows),
            grouped(leaves.len() as u64),
            grouped(MOST_CELLS)
        );
        return Err(problem(name, event, "Take a sample of the rows, or leave out columns."));
    }
    let mut rows = Written::new(name, leaves.len());
    let names: Vec<String> = leaves.iter().map(|leaf| leaf.name.clone()).collect();
    rows.header(&names);
    for group in 0..file.num_row_groups() {
        read_group(&file, group, &leaves, &mut rows, &damaged)?;
    }
    let (text, seen, errors, note) = rows.finish();
    let mut notes: Vec<String> = note.into_iter().collect();
    if !left_out.is_empty() {
        notes.push(format!(
            "{} left out: {} lists, structures or bytes, which are no single value.",
            some(&left_out),
            if left_out.len() == 1 { "it holds" } else { "they hold" }
        ));
    }
    let hours: Vec<String> =
        leaves.iter().filter(|l| matches!(l.meaning, Meaning::TimeOfDay(_))).map(|l| l.name.clone()).collect();
    if !hours.is_empty() {
        notes.push(format!("Times of day are hours here: in {}.", some(&hours)));
    }
    let types = leaves.iter().zip(&seen).filter_map(|(leaf, seen)| {
        let column_type = match leaf.meaning {
            Meaning::Text => seen.of_texts(),
            Meaning::Flag => ColumnType::Boolean,
            Meaning::Day | Meaning::Moment(_) | Meaning::Legacy => ColumnType::Date,
            // Of numbers beyond 2⁵³ the digits count: they are codes.
            Meaning::Number | Meaning::Unsigned | Meaning::Decimal(_) if seen.has_long_digits() => ColumnType::Category,
            Meaning::Number | Meaning::Unsigned | Meaning::Decimal(_) | Meaning::Half | Meaning::TimeOfDay(_) => {
                ColumnType::Number
            }
        };
        let name = leaf.name.trim();
        let unique = names.iter().filter(|other| other.trim() == name).count() == 1;
        (!name.is_empty() && unique).then(|| (name.to_owned(), column_type))
    });
    let types: Vec<_> = types.collect();
    let original = Original {
        packing: Packing::Parquet,
        n_bytes: 0,
        sha256: String::new(),
        // What the file calls missing is empty; a text "NA" is a text.
        settings: crate::table::csv::CsvSettings { missing: Vec::new(), ..settings("", true, &errors, types) },
        sheets: Vec::new(),
        first_row: 1,
        notes,
    };
    Ok(Transcript { original, text })
}

/// The columns that can be read, and the names of those that cannot.
fn leaves(file: &File) -> (Vec<Leaf>, Vec<String>) {
    let schema = file.metadata().file_metadata().schema_descr();
    let (mut found, mut left_out) = (Vec::new(), Vec::<String>::new());
    for (position, column) in schema.columns().iter().enumerate() {
        let path = column.path().parts();
        let root = path.first().cloned().unwrap_or_default();
        let meaning = (path.len() == 1 && column.max_rep_level() == 0).then(|| meaning(column)).flatten();
        match meaning {
            Some(meaning) => found.push(Leaf { position, name: root, meaning }),
            None if left_out.last() == Some(&root) => {}
            None => left_out.push(root),
        }
    }
    (found, left_out)
}

fn meaning(column: &ColumnDescriptor) -> Option<Meaning> {
    let parts = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    };
    if let Some(logical) = column.logical_type_ref() {
        match logical {
            LogicalType::String | LogicalType::Enum | LogicalType::Json => return Some(Meaning::Text),
            LogicalType::Decimal(decimal) => return Some(Meaning::Decimal(decimal.scale)),
            LogicalType::Date => return Some(Meaning::Day),
            LogicalType::Time(time) => return Some(Meaning::TimeOfDay(parts(&time.unit))),
            LogicalType::Timestamp(time) => return Some(Meaning::Moment(parts(&time.unit))),
            LogicalType::Integer(integer) if !integer.is_signed => return Some(Meaning::Unsigned),
            LogicalType::Integer(_) => return Some(Meaning::Number),
            LogicalType::Float16 => return Some(Meaning::Half),
            // A column without a value.
            LogicalType::Unknown => return Some(Meaning::Number),
            _ => return None,
        }
    }
    match (column.converted_type(), column.physical_type()) {
        (ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON, _) => Some(Meaning::Text),
        (ConvertedType::DECIMAL, _) => Some(Meaning::Decimal(column.type_scale())),
        (ConvertedType::DATE, _) => Some(Meaning::Day),
        (ConvertedType::TIME_MILLIS, _) => Some(Meaning::TimeOfDay(1_000)),
        (ConvertedType::TIME_MICROS, _) => Some(Meaning::TimeOfDay(1_000_000)),
        (ConvertedType::TIMESTAMP_MILLIS, _) => Some(Meaning::Moment(1_000)),
        (ConvertedType::TIMESTAMP_MICROS, _) => Some(Meaning::Moment(1_000_000)),
        (ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64, _) => {
            Some(Meaning::Unsigned)
        }
        (_, PhysicalType::BOOLEAN) => Some(Meaning::Flag),
        (_, PhysicalType::INT32 | PhysicalType::INT64 | PhysicalType::FLOAT | PhysicalType::DOUBLE) => {
            Some(Meaning::Number)
        }
        (_, PhysicalType::INT96) => Some(Meaning::Legacy),
        (_, PhysicalType::BYTE_ARRAY | PhysicalType::FIXED_LEN_BYTE_ARRAY) => None,
    }
}

/// Refuses what is packed in a way that cannot be unpacked here.
fn check_packing(name: &str, file: &File, leaves: &[Leaf]) -> Result<(), Problem> {
    for group in file.metadata().row_groups() {
        for leaf in leaves {
            let packing = group.column(leaf.position).compression();
            let unknown = match packing {
                Compression::UNCOMPRESSED
                | Compression::SNAPPY
                | Compression::GZIP(_)
                | Compression::LZ4
                | Compression::LZ4_RAW => {
                    continue;
                }
                Compression::ZSTD(_) => "Zstandard",
                Compression::BROTLI(_) => "Brotli",
                Compression::LZO => "LZO",
            };
            let event =
                format!("The columns of the Parquet file are packed with {unknown}, which cannot be unpacked here.");
            let cure = "Write it with Snappy or gzip instead: in pandas, to_parquet(…, compression=\"snappy\"). LZ4 and none \
                        can be read too.";
            return Err(problem(name, event, cure));
        }
    }
    Ok(())
}

type Damaged<'a> = &'a dyn Fn(&dyn std::fmt::Display) -> Problem;

fn read_group(
    file: &File,
    group: usize,
    leaves: &[Leaf],
    rows: &mut Written,
    damaged: Damaged<'_>,
) -> Result<(), Problem> {
    let group = file.get_row_group(group).map_err(|error| damaged(&error))?;
    let mut readers = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        readers.push(group.get_column_reader(leaf.position).map_err(|error| damaged(&error))?);
    }
    let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
    while left > 0 {
        let wanted = left.min(BATCH);
        let mut columns = Vec::with_capacity(leaves.len());
        for (leaf, reader) in leaves.iter().zip(&mut readers) {
            let cells = batch(reader, leaf.meaning, wanted).map_err(|error| damaged(&error))?;
            if cells.len() != wanted {
                return Err(damaged(&format!("the column {} has fewer values than there are rows", leaf.name)));
            }
            columns.push(cells.into_iter());
        }
        for _ in 0..wanted {
            let row: Vec<Cell> = columns.iter_mut().map(|column| column.next().unwrap_or_default()).collect();
            rows.row(&row)?;
        }
        left -= wanted;
    }
    Ok(())
}

/// The next cells of a column.
fn batch(reader: &mut ColumnReader, meaning: Meaning, wanted: usize) -> Result<Vec<Cell>, ParquetError> {
    macro_rules! cells {
        ($reader:expr, $cell:expr) => {{
            let (mut levels, mut values) = (Vec::new(), Vec::new());
            let (n, ..) = $reader.read_records(wanted, Some(&mut levels), None, &mut values)?;
            let mut values = values.iter().map($cell);
            // A column that is never missing has no levels.
            let there = |row: usize| levels.get(row).is_none_or(|level| *level > 0);
            (0..n).map(|row| if there(row) { values.next().unwrap_or_default() } else { Cell::Empty }).collect()
        }};
    }
    Ok(match reader {
        ColumnReader::BoolColumnReader(reader) => cells!(reader, |value: &bool| Cell::Flag(*value)),
        ColumnReader::Int32ColumnReader(reader) => {
            cells!(reader, |value: &i32| match meaning {
                Meaning::Unsigned => whole(i128::from(*value as u32)),
                _ => of_whole(i64::from(*value), meaning),
            })
        }
        ColumnReader::Int64ColumnReader(reader) => {
            cells!(reader, |value: &i64| match meaning {
                Meaning::Unsigned => whole(i128::from(*value as u64)),
                _ => of_whole(*value, meaning),
            })
        }
        ColumnReader::Int96ColumnReader(reader) => cells!(reader, |value: &Int96| {
            let [low, high, day] = [0, 1, 2].map(|i| value.data().get(i).copied().unwrap_or(0));
            let nanoseconds = (u64::from(high) << 32 | u64::from(low)) as i64;
            moment((i64::from(day) - JULIAN) * DAY + nanoseconds.div_euclid(1_000_000))
        }),
        ColumnReader::FloatColumnReader(reader) => {
            // As the shortest decimal of single precision would be another number, its exact value is taken.
            cells!(reader, |value: &f32| float(f64::from(*value)))
        }
        ColumnReader::DoubleColumnReader(reader) => cells!(reader, |value: &f64| float(*value)),
        ColumnReader::ByteArrayColumnReader(reader) => {
            cells!(reader, |value: &ByteArray| of_bytes(value.data(), meaning))
        }
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            cells!(reader, |value: &FixedLenByteArray| of_bytes(value.data(), meaning))
        }
    })
}

fn float(value: f64) -> Cell {
    if value.is_nan() {
        Cell::Empty
    } else if value.is_infinite() {
        Cell::Error(if value > 0.0 { "inf" } else { "-inf" })
    } else {
        Cell::Number(value)
    }
}

fn whole(value: i128) -> Cell {
    if value.unsigned_abs() <= u128::from(EXACT) { Cell::Number(value as f64) } else { Cell::Digits(value.to_string()) }
}

fn of_whole(value: i64, meaning: Meaning) -> Cell {
    match meaning {
        Meaning::Day => moment_of_day(value),
        Meaning::Moment(parts) => moment(value.div_euclid(parts / 1_000)),
        Meaning::TimeOfDay(parts) => Cell::Hours(value as f64 / (parts as f64 * 3600.0)),
        Meaning::Decimal(scale) => decimal(i128::from(value), scale),
        Meaning::Number | Meaning::Unsigned | Meaning::Half | Meaning::Flag | Meaning::Text | Meaning::Legacy => {
            whole(i128::from(value))
        }
    }
}

fn of_bytes(bytes: &[u8], meaning: Meaning) -> Cell {
    match meaning {
        Meaning::Decimal(scale) if bytes.len() <= 16 => {
            // Big-endian with a sign.
            let sign = if bytes.first().is_some_and(|byte| *byte >= 0x80) { -1 } else { 0 };
            decimal(bytes.iter().fold(sign, |value: i128, byte| value << 8 | i128::from(*byte)), scale)
        }
        Meaning::Half => match bytes {
            [low, high] => float(half(u16::from_le_bytes([*low, *high]))),
            _ => Cell::Empty,
        },
        _ => match String::from_utf8_lossy(bytes) {
            text if text.is_empty() => Cell::Empty,
            text => Cell::Text(text.into_owned()),
        },
    }
}

/// The value of half precision.
fn half(bits: u16) -> f64 {
    let (sign, exponent, fraction) = (bits >> 15, i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    };
    if sign == 1 { -size } else { size }
}

/// The digits as they are.
fn decimal(value: i128, scale: i32) -> Cell {
    let scale = usize::try_from(scale).unwrap_or(0);
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let sign = if value < 0 { "-" } else { "" };
    let text = if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") };
    match text.parse::<f64>() {
        Ok(number) if digits.len() <= 15 => Cell::Number(number),
        _ => Cell::Digits(text),
    }
}

fn moment_of_day(days: i64) -> Cell {
    days.checked_mul(DAY).map_or(Cell::Empty, |milliseconds| Cell::Date(date_text(milliseconds, false)))
}

fn moment(milliseconds: i64) -> Cell {
    Cell::Date(date_text(milliseconds, true))
}
