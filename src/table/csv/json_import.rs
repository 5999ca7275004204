//! One pass over JSON lines, or over a JSON array of objects, fed in slices, into typed columns.
//!
//! Columns stand in the order in which their names come up. A line that is no object costs only itself, and is told.

use std::collections::HashMap;

use super::super::{ColumnType, Table};
use super::column::{At, ColumnReader, Context, Start};
use super::decode::Decoded;
use super::import::{Excerpt, Finished, Outlined, Plan, Read, shortened};
use super::infer::{Kind, Rules};
use super::json::{self, Bad, FieldKind, Fields};
use super::limits::{self, Limits};
use super::warnings::Collected;
use super::{CsvSettings, Decimal, Format, Warning, WarningKind};
use crate::problem::Problem;

/// Values of a column that its type is told from.
const SAMPLE_VALUES: usize = 1000;
const NONE: usize = usize::MAX;

/// Reads JSON that is fed in slices.
pub struct JsonImport {
    name: String,
    settings: CsvSettings,
    limits: Limits,
    plan: Option<Plan>,
    rules: Rules,
    decoded: Decoded,
    columns: Vec<Column>,
    by_name: HashMap<String, usize>,
    n_rows: u64,
    n_bad: u64,
    array: Place,
    warnings: Collected,
    fields: Fields,
    excerpt: Option<Excerpt>,
}

struct Column {
    reader: ColumnReader,
    /// The JSON name, which the column's may differ from.
    name: String,
    /// The field of the object at hand.
    field: usize,
    n_rows: u64,
    n_numbers: u64,
    n_booleans: u64,
    n_others: u64,
    /// It was told that its arrays are kept as text.
    seen_array: bool,
}

/// Where in an array the next value stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Before,
    /// Behind the bracket: an object or the end.
    First,
    /// Behind a comma.
    Object,
    /// Behind an object: a comma or the end.
    Comma,
    Behind,
}

impl JsonImport {
    /// `name` is the file's, for messages. `plan` comes from the pass before.
    pub fn new(settings: &CsvSettings, name: &str, limits: Limits, plan: Option<Plan>) -> Self {
        // JSON has one way to write numbers.
        let as_json = CsvSettings { decimal: Decimal::Point, delimiter: b',', ..settings.clone() };
        Self {
            name: name.to_owned(),
            settings: settings.clone(),
            limits,
            plan,
            rules: Rules::new(&as_json),
            decoded: Decoded::new(settings.encoding),
            columns: Vec::new(),
            by_name: HashMap::new(),
            n_rows: 0,
            n_bad: 0,
            array: Place::Before,
            warnings: Collected::default(),
            fields: Fields::default(),
            excerpt: None,
        }
    }

    pub fn with_excerpt(mut self, most_rows: usize, most_characters: usize) -> Self {
        self.excerpt = Some(Excerpt { rows: Vec::new(), most_rows, most_characters });
        self
    }

    pub fn take_excerpt(&mut self) -> Vec<Vec<String>> {
        let mut rows = self.excerpt.take().map(|excerpt| excerpt.rows).unwrap_or_default();
        rows.iter_mut().for_each(|row| row.resize(self.columns.len(), String::new()));
        rows
    }

    pub fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// Names and types as far as was read, and the warnings.
    pub fn outline(mut self) -> (Vec<Outlined>, Vec<Warning>) {
        let mut outline = Vec::with_capacity(self.columns.len());
        self.fill();
        let Decoded { text, map, .. } = &mut self.decoded;
        for mut column in self.columns {
            let mut context = Context { text, map, rules: &self.rules, warnings: &mut self.warnings };
            let end = column.reader.end(&mut context);
            let name = column.reader.name.clone();
            let (column_type, unit) = match column.enforced(&self.settings).or(end) {
                Some(Kind::Date(_)) => (ColumnType::Date, String::new()),
                Some(Kind::Boolean) => (ColumnType::Boolean, String::new()),
                Some(Kind::Number(unit, _)) => (ColumnType::Number, unit),
                Some(_) => (ColumnType::Category, String::new()),
                None => {
                    let read = column.reader.finish(&mut self.warnings, &self.rules);
                    (read.values.column_type(), read.unit.unwrap_or_default())
                }
            };
            outline.push(Outlined { name, column_type, unit });
        }
        (outline, self.warnings.finish().0)
    }

    /// The next bytes of the file.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.decoded.push(bytes, false);
        self.read(false)
    }

    /// Reads what is left and checks that there was a row.
    pub fn end(&mut self) -> Result<(), Problem> {
        self.decoded.push(&[], true);
        self.read(true)?;
        match (self.n_rows, self.n_bad) {
            (0, 0) => Err(limits::no_objects(&self.name)),
            (0, _) => {
                let first = std::mem::take(&mut self.warnings).finish().0;
                let why = first.first().map(|warning| warning.sentence(&self.name)).unwrap_or_default();
                Err(limits::all_bad(&self.name, &why))
            }
            _ if self.columns.is_empty() => Err(limits::no_objects(&self.name)),
            _ => Ok(()),
        }
    }

    /// The file has ended.
    pub fn finish(mut self) -> Result<Finished, Problem> {
        self.end()?;
        self.fill();
        let mut changed = false;
        let mut kinds = Vec::with_capacity(self.columns.len());
        let Decoded { text, map, .. } = &mut self.decoded;
        let mut context = Context { text, map, rules: &self.rules, warnings: &mut self.warnings };
        for column in &mut self.columns {
            let told = column.reader.end(&mut context);
            let wanted = if self.plan.is_none() { column.enforced(&self.settings) } else { None };
            let kind = wanted.or(told);
            changed |= kind.is_some();
            kinds.push(kind.unwrap_or_else(|| column.reader.kind()));
        }
        if changed {
            return Ok(Finished::Again(Plan { kinds }));
        }
        let n_rows = self.n_rows as usize;
        let day_first = Read::common_day_first(self.columns.iter().map(|column| column.reader.kind()));
        let (warnings, rules) = (&mut self.warnings, &self.rules);
        let columns = self.columns.into_iter().map(|column| column.reader.finish(warnings, rules)).collect();
        let (warnings, n_warnings) = self.warnings.finish();
        Ok(Finished::Table(Box::new(Read { table: Table { columns, n_rows }, warnings, n_warnings, day_first })))
    }

    /// Rows that came before or after a column's values are missing in it.
    fn fill(&mut self) {
        for column in &mut self.columns {
            column.fill(self.n_rows);
        }
    }

    fn read(&mut self, last: bool) -> Result<(), Problem> {
        let mut at = 0;
        // Taken out, so that its parts can be read while the columns change.
        let mut fields = std::mem::take(&mut self.fields);
        let read = loop {
            let step = match self.settings.format {
                Format::JsonArray => self.array_value(at, last, &mut fields),
                Format::JsonLines | Format::Delimited => self.line(at, last, &mut fields),
            };
            match step {
                Ok(Some(next)) => at = next,
                Ok(None) => break self.check_held(at),
                Err(problem) => break Err(problem),
            }
        };
        self.fields = fields;
        self.decoded.consume(at);
        read
    }

    /// Reads the line at `at`. Where the next begins; `None`: more text is needed, or there is none.
    fn line(&mut self, at: usize, last: bool, fields: &mut Fields) -> Result<Option<usize>, Problem> {
        let rest = &self.decoded.text[at..];
        let end = rest.iter().position(|&byte| byte == b'\n');
        if rest.is_empty() || (end.is_none() && !last) {
            return Ok(None);
        }
        let (end, next) = end.map_or((at + rest.len(), at + rest.len()), |end| (at + end, at + end + 1));
        let blanks = self.decoded.text[at..end].iter().take_while(|&&byte| json::is_blank(byte)).count();
        let start = at + blanks;
        if start == end {
            return Ok(Some(next));
        }
        let read = fields.read(&self.decoded.text[..end], start, self.limits.columns as usize);
        match read {
            Ok(after) => {
                let trailing = self.decoded.text[after..end].iter().position(|&byte| !json::is_blank(byte));
                self.take_row(fields, start, end)?;
                if let Some(offset) = trailing {
                    self.warn_bad(after + offset, Bad::At(0, "the end of the line behind the object"), false);
                }
            }
            Err(bad) => {
                let place = if let Bad::At(at, _) = bad { at } else { end };
                self.warn_bad(place, bad, true);
            }
        }
        Ok(Some(next))
    }

    /// Reads the next mark or object of an array. Where the text goes on; `None`: more of it is needed, or there is none.
    fn array_value(&mut self, at: usize, last: bool, fields: &mut Fields) -> Result<Option<usize>, Problem> {
        let text = &self.decoded.text;
        let start = at + text[at..].iter().take_while(|&&byte| json::is_blank(byte)).count();
        let Some(&byte) = text.get(start) else {
            return match (last, self.array) {
                (true, Place::Behind) | (false, _) => Ok(None),
                (true, _) => Err(self.broken(start, Bad::Cut)),
            };
        };
        match (self.array, byte) {
            (Place::Before, b'[') => self.array = Place::First,
            (Place::First, b']') | (Place::Comma, b']') => self.array = Place::Behind,
            (Place::Comma, b',') => self.array = Place::Object,
            (Place::First | Place::Object, b'{') => {
                return match fields.read(text, start, self.limits.columns as usize) {
                    Ok(next) => {
                        self.array = Place::Comma;
                        self.take_row(fields, start, next)?;
                        Ok(Some(next))
                    }
                    Err(Bad::Cut) if !last => Ok(None),
                    Err(bad) => Err(self.broken(if let Bad::At(at, _) = bad { at } else { text.len() }, bad)),
                };
            }
            (Place::First | Place::Object, _) => {
                // Some other value: left out, and told.
                return match json::skip(text, start) {
                    Ok(next) => {
                        self.array = Place::Comma;
                        self.warn_bad(start, Bad::At(start, "an object between { and }"), true);
                        Ok(Some(next))
                    }
                    Err(Bad::Cut) if !last => Ok(None),
                    Err(bad) => Err(self.broken(if let Bad::At(at, _) = bad { at } else { text.len() }, bad)),
                };
            }
            (Place::Behind, _) => {
                self.warn_bad(start, Bad::At(start, "the end of the file behind the array"), false);
                return Ok(Some(self.decoded.text.len()));
            }
            (Place::Before, _) => return Err(self.broken(start, Bad::At(start, "an array between [ and ]"))),
            (Place::Comma, _) => return Err(self.broken(start, Bad::At(start, "a comma or ] behind an object"))),
        }
        Ok(Some(start + 1))
    }

    /// An array that cannot be read on from here.
    fn broken(&mut self, at: usize, bad: Bad) -> Problem {
        let place = self.decoded.map.place(&self.decoded.text, at);
        let reason = match bad {
            Bad::Cut => "the file ends within it".to_owned(),
            Bad::At(_, wanted) => format!("{wanted} is expected"),
        };
        limits::broken_json(&self.name, place.line, place.byte, &reason)
    }

    /// An object that does not end must not fill the memory.
    fn check_held(&mut self, at: usize) -> Result<(), Problem> {
        if self.decoded.text.len() - at <= self.limits.record_bytes as usize {
            return Ok(());
        }
        let line = self.decoded.map.place(&self.decoded.text, at).line;
        Err(limits::long_object(&self.name, self.n_rows + 1, line, &self.limits))
    }

    fn take_row(&mut self, fields: &mut Fields, start: usize, end: usize) -> Result<(), Problem> {
        self.n_rows += 1;
        let record = self.n_rows;
        let mut touched = Vec::with_capacity(fields.list.len());
        for position in 0..fields.list.len() {
            let field = fields.list[position];
            let guess = position.min(self.columns.len());
            let column = self.column_of(fields.name(&field), guess, field.at)?;
            if self.columns[column].field == NONE {
                touched.push(column);
            } else {
                let name = self.columns[column].reader.name.clone();
                self.warn(record, field.at, Some(name), WarningKind::Repeated);
            }
            self.columns[column].field = position;
        }
        if record > u64::from(self.limits.rows) || record * self.columns.len() as u64 > self.limits.cells {
            return Err(limits::too_many_rows(&self.name, record, self.columns.len() as u64, &self.limits));
        }
        if self.excerpt.as_ref().is_some_and(|excerpt| excerpt.rows.len() < excerpt.most_rows) {
            self.show(fields);
        }
        for column in touched {
            self.push(column, fields, record)?;
        }
        self.warn_of_faults(record, start, end);
        Ok(())
    }

    /// The column of this name; a new one if there is none. `guess`: where it stood in the object before.
    fn column_of(&mut self, name: &[u8], guess: usize, at: usize) -> Result<usize, Problem> {
        if self.columns.get(guess).is_some_and(|column| column.name.as_bytes() == name) {
            return Ok(guess);
        }
        let name = String::from_utf8_lossy(name);
        if let Some(&column) = self.by_name.get(name.as_ref()) {
            return Ok(column);
        }
        let position = self.columns.len();
        if position >= self.limits.columns as usize {
            return Err(limits::too_many_names(&self.name, self.n_rows, &self.limits));
        }
        let given = name.into_owned();
        let mut shown = if given.trim().is_empty() { format!("column_{}", position + 1) } else { given.clone() };
        while self.columns.iter().any(|column| column.reader.name == shown) {
            shown.push('_');
        }
        if shown != given {
            let kind = WarningKind::Renamed { from: given.clone(), to: shown.clone() };
            self.warn(self.n_rows, at, Some(shown.clone()), kind);
        }
        let set = self.settings.types.iter().find(|(of, _)| *of == shown);
        let planned = self.plan.as_ref().and_then(|plan| plan.kinds.get(position));
        let start = match (planned, set) {
            (Some(kind), _) => Start::Known(kind.clone()),
            (None, Some(&(_, column_type))) => Start::As(column_type),
            (None, None) => Start::Infer,
        };
        let unit = self.settings.units.iter().find(|(of, _)| *of == shown).map(|(_, unit)| unit.clone());
        let own = self.settings.missing_in.iter().find(|(of, _)| *of == shown);
        let stand_ins = own.map(|(_, texts)| texts.clone()).unwrap_or_default();
        self.by_name.insert(given.clone(), position);
        self.columns.push(Column {
            reader: ColumnReader::new(shown, start, unit, stand_ins, SAMPLE_VALUES),
            name: given,
            field: NONE,
            n_rows: 0,
            n_numbers: 0,
            n_booleans: 0,
            n_others: 0,
            seen_array: false,
        });
        Ok(position)
    }

    fn push(&mut self, position: usize, fields: &Fields, record: u64) -> Result<(), Problem> {
        let field = fields.list[self.columns[position].field];
        let value = fields.value(&field);
        if value.len() > self.limits.cell_bytes as usize {
            let line = self.decoded.map.place(&self.decoded.text, field.at).line;
            return Err(limits::too_long(&self.name, record, line, u64::from(self.limits.cell_bytes), true));
        }
        let column = &mut self.columns[position];
        column.field = NONE;
        column.fill(record - 1);
        column.n_rows = record;
        match field.kind {
            FieldKind::Null => {
                column.reader.push_absent();
                return Ok(());
            }
            FieldKind::Number => column.n_numbers += 1,
            FieldKind::Boolean => column.n_booleans += 1,
            FieldKind::String | FieldKind::Array => column.n_others += 1,
        }
        let first_array = field.kind == FieldKind::Array && !std::mem::replace(&mut column.seen_array, true);
        let Decoded { text, map, .. } = &mut self.decoded;
        let mut context = Context { text, map, rules: &self.rules, warnings: &mut self.warnings };
        column.reader.push(value, record, At::Text(field.at), &mut context);
        if first_array {
            let name = column.reader.name.clone();
            self.warn(record, field.at, Some(name), WarningKind::ArrayAsText);
        }
        Ok(())
    }

    /// The object as the preview shows it.
    fn show(&mut self, fields: &Fields) {
        let Some(excerpt) = &mut self.excerpt else { return };
        let text = |column: &Column| match fields.list.get(column.field) {
            Some(field) if field.kind != FieldKind::Null => shortened(fields.value(field), excerpt.most_characters),
            _ => String::new(),
        };
        let row = self.columns.iter().map(text).collect();
        excerpt.rows.push(row);
    }

    /// Undecodable bytes within an object.
    fn warn_of_faults(&mut self, record: u64, start: usize, end: usize) {
        while let Some(fault) = self.decoded.map.untold_fault().filter(|fault| fault.at < end) {
            let (at, bytes) = (fault.at.max(start), fault.bytes.clone());
            self.warn(record, at, None, WarningKind::Undecodable { bytes });
            self.decoded.map.tell_fault();
        }
    }

    /// `lost`: a value was left out.
    fn warn_bad(&mut self, at: usize, bad: Bad, lost: bool) {
        self.n_bad += 1;
        let reason = match bad {
            Bad::Cut => "it ends within an object".to_owned(),
            Bad::At(_, wanted) => format!("{wanted} is expected here"),
        };
        self.warn(self.n_rows + 1, at, None, WarningKind::NotJson { reason, lost });
    }

    fn warn(&mut self, record: u64, at: usize, column: Option<String>, kind: WarningKind) {
        if !self.warnings.wants(record) {
            self.warnings.count();
            return;
        }
        let place = self.decoded.map.place(&self.decoded.text, at);
        self.warnings.push(Warning { record, line: place.line, byte: place.byte, column, kind });
    }
}

impl Column {
    fn fill(&mut self, n_rows: u64) {
        while self.n_rows < n_rows {
            self.reader.push_absent();
            self.n_rows += 1;
        }
    }

    /// The kind that JSON itself gives a column whose values are all of one type, where its texts gave another.
    fn enforced(&self, settings: &CsvSettings) -> Option<Kind> {
        if self.n_others > 0 || settings.types.iter().any(|(of, _)| *of == self.reader.name) {
            return None;
        }
        let wanted = match (self.n_numbers, self.n_booleans) {
            (0, 0) => return None,
            (_, 0) => Kind::Number(String::new(), Decimal::Point),
            (0, _) => Kind::Boolean,
            _ => return None,
        };
        let is = self.reader.kind();
        let same = matches!((&is, &wanted), (Kind::Number(..), Kind::Number(..)) | (Kind::Boolean, Kind::Boolean));
        (!same).then_some(wanted)
    }
}

/// How the beginning of a text holds objects; `None`: it is no JSON. `whole`: the text ends with it.
///
/// # Errors
/// JSON, but no table: what to do, as a sentence.
pub fn format_of(text: &[u8], whole: bool) -> Result<Option<Format>, &'static str> {
    const NO_TABLE: &str =
        "Export the list of rows itself: a JSON array of objects, or one object a line (JSON lines).";
    let start = text.iter().take_while(|&&byte| json::is_blank(byte)).count();
    let next = |at: usize| text[at..].iter().find(|&&byte| !json::is_blank(byte));
    match text.get(start) {
        Some(b'[') => match next(start + 1) {
            Some(b'{') => Ok(Some(Format::JsonArray)),
            Some(b'[') => Err(NO_TABLE),
            _ => Ok(None),
        },
        Some(b'{') if matches!(next(start + 1), Some(b'"' | b'}')) => {
            let mut fields = Fields::default();
            let (mut n_good, mut n_lines, mut first_is_good, mut holds_list) = (0, 0, false, false);
            let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
            let n_whole = if whole { lines.len() } else { lines.len().saturating_sub(1) };
            for line in
                lines.iter().take(n_whole.max(1)).take(40).map(|line| line.trim_ascii()).filter(|l| !l.is_empty())
            {
                n_lines += 1;
                match fields.read(line, 0, usize::MAX) {
                    Ok(_) => n_good += 1,
                    // One line that goes on behind what is seen.
                    Err(Bad::Cut) if n_whole == 0 => n_good += 1,
                    Err(_) => {}
                }
                first_is_good |= n_lines == 1 && n_good == 1;
                holds_list |= fields.list.iter().any(|field| {
                    field.kind == FieldKind::Array && matches!(fields.value(field).get(..2), Some(b"[{" | b"[["))
                });
            }
            if n_good == 0 || (!first_is_good && n_good * 2 < n_lines) || (n_lines == 1 && holds_list) {
                return Err(NO_TABLE);
            }
            Ok(Some(Format::JsonLines))
        }
        _ => Ok(None),
    }
}
