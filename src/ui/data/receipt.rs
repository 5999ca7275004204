//! What was read, in a sentence, and how.

use leptos::prelude::*;

use crate::job::TableSummary;
use crate::studio::{Action, words};
use crate::table::csv::{CsvSettings, Decimal, Encoding, Format, WarningKind};
use crate::table::packed::Packing;
use crate::table::receipt::BesideFile;
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, icon};

#[component]
pub fn Receipt() -> impl IntoView {
    let hearth = use_hearth();
    let sentence = hearth.read(|s| match (&s.table, &s.import) {
        (Some(table), _) => sentence(table),
        (None, Some(draft)) if draft.problem.is_some() => format!("{} could not be read like this.", draft.file.name),
        (None, Some(draft)) => format!("Reading {}", draft.file.name),
        (None, None) => match &s.project.data {
            Some(gone) => format!("The table of {} is not here: its file could not be read.", gone.name),
            None => "No table yet".to_owned(),
        },
    });
    let importing = hearth.read(|s| s.import.is_some());
    let how = hearth.read(|s| s.table.as_ref().map(|table| (how(table), format!("SHA-256 {}", table.sha256))));
    view! {
        <h1 class="verdict" tabindex="-1">{move || sentence.get()}</h1>
        {move || how.get().map(|(text, fingerprint)| view! {
            <p class="receipt-how">
                <span title=fingerprint>{text}</span>
                <Show when=move || !importing.get()>
                    <button type="button" class="button quiet" on:click=move |_| {
                        if let Some(settings) = hearth.now(|s| s.table.as_ref().map(|t| t.settings.clone())) {
                            hearth.send(Action::ChangeImport(settings));
                        }
                    }>
                        {icon(Icon::Settings)}<span>"Change how it is read"</span>
                    </button>
                </Show>
            </p>
        })}
    }
}

/// The further files, and what became of them.
#[component]
pub fn Further() -> impl IntoView {
    let hearth = use_hearth();
    let beside =
        hearth.read(|s| s.table.as_ref().map(|t| t.beside.iter().map(further).collect::<Vec<_>>()).unwrap_or_default());
    view! {
        {move || beside.get().into_iter().map(|(text, fingerprint, done)| view! {
            <div class="receipt-beside">
                <p class="receipt-how"><span title=fingerprint>{text}</span></p>
                {done.into_iter().map(|text| view! { <p class="small second">{text}</p> }).collect_view()}
            </div>
        }).collect_view()}
    }
}

/// A further file: what it is, its fingerprint, and what became of it.
fn further(file: &BesideFile) -> (String, String, Vec<String>) {
    let facts = &file.file;
    let fingerprint = format!("SHA-256 {}…", facts.sha256.chars().take(12).collect::<String>());
    let mut parts = vec![file.name.clone(), words::bytes(facts.n_bytes)];
    parts.extend(facts.packing.words());
    parts.extend([words::counted(facts.n_rows, "row"), words::counted(facts.n_columns, "column")]);
    if facts.n_warnings > 0 {
        parts.push(words::counted(facts.n_warnings, "warning"));
    }
    parts.push(fingerprint);
    let mut done = file.done.clone();
    if done.is_empty() {
        done.push("No step reads it; it is kept with the project.".to_owned());
    }
    (parts.join(" · "), format!("SHA-256 {}", facts.sha256), done)
}

fn sentence(table: &TableSummary) -> String {
    let warnings = match table.n_warnings {
        0 => "without a warning".to_owned(),
        n => format!("with {}", words::counted(n, "warning")),
    };
    let steps = match table.recipe.steps.iter().filter(|step| step.on).count() as u64 {
        0 => String::new(),
        n => format!(" after {}", words::counted(n, "step")),
    };
    format!(
        "{} and {}{steps}, read {warnings}.",
        words::counted(u64::from(table.n_rows), "row"),
        words::counted(table.columns.len() as u64, "column"),
    )
}

/// The file, its fingerprint, how it holds its text, and how that was read.
fn how(table: &TableSummary) -> String {
    let CsvSettings { format, encoding, delimiter, skip, header, decimal, .. } = &table.settings;
    let header = *header;
    let header_words = match (header, *skip) {
        (true, 0) => "first line is the header".to_owned(),
        (true, n) => format!("line {} is the header", words::count(u64::from(n) + 1)),
        (false, 0) => "no header".to_owned(),
        (false, n) => format!("{} left out, no header", words::counted(u64::from(n), "line")),
    };
    let fingerprint = format!("SHA-256 {}…", table.sha256.chars().take(12).collect::<String>());
    if let (Packing::Sheet { .. } | Packing::Parquet, Some(part)) = (&table.packing, table.packing.words()) {
        let header = match (&table.packing, header) {
            (Packing::Parquet, _) => None,
            (_, true) => Some("first row is the header".to_owned()),
            (_, false) => Some("no header".to_owned()),
        };
        let parts =
            [Some(table.name.clone()), Some(words::bytes(table.n_bytes)), Some(part), header, Some(fingerprint)];
        return parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    }
    let size = match table.packing.words() {
        Some(packing) => {
            format!("{}, {packing}, {} unpacked", words::bytes(table.n_bytes), words::bytes(table.n_text_bytes))
        }
        None => words::bytes(table.n_bytes),
    };
    let mut parts = vec![
        table.name.clone(),
        size,
        match table.warnings.iter().find(|warning| matches!(warning.kind, WarningKind::NotUtf8)) {
            Some(guess) => {
                format!("{}, a guess from line {}", encoding_word(*encoding), words::count(guess.line))
            }
            None => encoding_word(*encoding).to_owned(),
        },
    ];
    match format {
        Format::Delimited => {
            parts.extend([
                format!("{} between cells", delimiter_word(*delimiter)),
                decimal_word(*decimal).to_owned(),
                header_words,
            ]);
        }
        Format::JsonLines | Format::JsonArray => parts.push(format.word().to_owned()),
    }
    parts.push(fingerprint);
    parts.join(" · ")
}

pub fn encoding_word(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf16Le => "UTF-16, little-endian",
        Encoding::Utf16Be => "UTF-16, big-endian",
        Encoding::Windows1252 => "Windows-1252",
    }
}

pub fn decimal_word(decimal: Decimal) -> &'static str {
    match decimal {
        Decimal::Point => "1234.5",
        Decimal::PointWithCommas => "1,234.5",
        Decimal::Comma => "1234,5",
        Decimal::CommaWithPoints => "1.234,5",
        Decimal::CommaWithSpaces => "1 234,5",
    }
}

pub fn delimiter_word(delimiter: u8) -> String {
    match delimiter {
        b',' => "comma".to_owned(),
        b';' => "semicolon".to_owned(),
        b'\t' => "tab".to_owned(),
        b'|' => "bar".to_owned(),
        b' ' => "space".to_owned(),
        other => format!("“{}”", char::from(other)),
    }
}
