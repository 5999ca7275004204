//! How the file is read: settings on the left, the first rows as they would be read on the right, live.

use leptos::prelude::*;

use super::receipt::{decimal_word, delimiter_word, encoding_word};
use crate::studio::{Action, FilePurpose, words};
use crate::table::ColumnType;
use crate::table::csv::{CsvSettings, Decimal, Encoding, Format, USUAL_FIRST_YEAR, WarningKind};
use crate::table::packed::{Entry, Packing};
use crate::table::transcript::{may_hold_several, split_part};
use crate::ui::data::header::type_glyph;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Kind, NumberField, ProblemText, Select, TextField, Toggle};

/// The settings that the preview shows, or that were asked for while it is on its way.
fn settings_in_force() -> Memo<Option<CsvSettings>> {
    use_hearth().read(|s| {
        let draft = s.import.as_ref()?;
        draft.settings.clone().or_else(|| draft.preview.as_ref().map(|p| p.settings.clone()))
    })
}

/// What of a file is read, which decides what can be set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Text,
    Sheets,
    Columns,
}

fn holds() -> Memo<Holds> {
    use_hearth().read(|s| {
        let Some(draft) = &s.import else { return Holds::Text };
        match draft.preview.as_ref().map(|preview| &preview.packing) {
            Some(Packing::Sheet { .. }) => Holds::Sheets,
            Some(Packing::Parquet) => Holds::Columns,
            Some(Packing::Plain | Packing::Gzip | Packing::Zip { .. }) => Holds::Text,
            // Until the first rows are here, and where they cannot be read.
            None if may_hold_several(&draft.file.name) => Holds::Sheets,
            None => Holds::Text,
        }
    })
}

#[component]
pub fn ImportSettings() -> impl IntoView {
    let hearth = use_hearth();
    let settings = settings_in_force();
    let waits = hearth.read(|s| s.import.as_ref().map(|d| d.waits_because.clone()).unwrap_or_default());
    let file =
        hearth.read(|s| s.import.as_ref().map(|d| format!("{} · {}", d.file.name, words::bytes(d.file.n_bytes))));
    let ready = hearth.read(|s| s.import.as_ref().is_some_and(|d| d.preview.is_some() && d.problem.is_none()));
    let problem = hearth.read(|s| s.import.as_ref().and_then(|d| d.problem.clone()));
    let entries = hearth.read(|s| s.import.as_ref().map(|d| d.entries.clone()).unwrap_or_default());
    let holds = holds();
    view! {
        <div class="import">
            <section class="import-form" aria-label="How the file is read">
                <p class="second small">{move || file.get()}</p>
                <p class="small">{move || waits.get()}</p>
                <div role="status">
                    {move || problem.get().map(|problem| view! { <div class="check blocked"><ProblemText problem/></div> })}
                </div>
                <Show when=move || entries.with(|e| e.len() > 1) && holds.get() == Holds::Text>
                    <Select
                        label="Table in the ZIP file"
                        options=Signal::derive(move || entries.get().into_iter().map(|e| {
                            let text = format!("{} · {}", e.path, words::bytes(e.n_bytes));
                            (e.path, text)
                        }).collect::<Vec<_>>())
                        value=Signal::derive(move || settings.get().map(|s| s.entry).unwrap_or_default())
                        on_change=move |path| hearth.send(Action::ChooseEntry(path))/>
                </Show>
                <Show when=move || holds.get() == Holds::Sheets && !entries.with(Vec::is_empty)>
                    <SheetChoice settings entries/>
                </Show>
                <Show when=move || settings.get().is_some()>
                    <Form settings/>
                </Show>
                <div class="row import-actions">
                    <Button
                        kind=Kind::Primary
                        disabled=Signal::derive(move || match (ready.get(), problem.get()) {
                            (true, _) => None,
                            (false, Some(_)) => Some("It cannot be read with these settings".to_owned()),
                            (false, None) => Some("The first rows are being read".to_owned()),
                        })
                        on_press=move |()| hearth.send(Action::ConfirmImport)
                    >"Read it so"</Button>
                    <Show when=move || problem.with(Option::is_some)>
                        <Button on_press=move |()| {
                            let adds = hearth.now(|s| s.import.as_ref().is_some_and(|draft| draft.adds));
                            hearth.send(Action::PickFile(if adds { FilePurpose::Beside } else { FilePurpose::Data }));
                        }>"Choose it again"</Button>
                    </Show>
                    <Button on_press=move |()| hearth.send(Action::DismissImport)>"Leave it"</Button>
                </div>
            </section>
            <PreviewTable/>
        </div>
    }
}

/// Which sheet, and which part of it.
#[component]
fn SheetChoice(settings: Memo<Option<CsvSettings>>, entries: Memo<Vec<Entry>>) -> impl IntoView {
    let hearth = use_hearth();
    let part = move || settings.get().map(|s| s.entry).unwrap_or_default();
    let sheet = move || {
        let part = part();
        let known = entries.with(|all| all.iter().any(|entry| entry.path == part));
        if known { part } else { split_part(&part).0.to_owned() }
    };
    view! {
        <Select
            label="Sheet"
            options=Signal::derive(move || entries.get().into_iter().map(|e| (e.path.clone(), e.path)).collect::<Vec<_>>())
            value=Signal::derive(sheet)
            on_change=move |name| hearth.send(Action::ChooseEntry(name))/>
        <TextField
            label="Cells"
            value=Signal::derive(move || {
                let part = part();
                part.strip_prefix(&sheet()).and_then(|rest| rest.strip_prefix('!')).unwrap_or_default().to_owned()
            })
            on_change=move |text: String| {
                let sheet = untrack(sheet);
                let text = text.trim();
                hearth.send(Action::ChooseEntry(if text.is_empty() { sheet } else { format!("{sheet}!{text}") }));
            }
            help="The first and the last cell, such as B3:F120. Left empty, the table is looked for."
        />
    }
}

/// The settings while they are edited; every change asks for a new preview.
#[component]
fn Form(settings: Memo<Option<CsvSettings>>) -> impl IntoView {
    let hearth = use_hearth();
    let now = move || settings.get().unwrap_or_default();
    let change = move |edit: &dyn Fn(&mut CsvSettings)| {
        let mut next = settings.get_untracked().unwrap_or_default();
        edit(&mut next);
        hearth.send(Action::ChangeImport(next));
    };
    let delimiters = Signal::derive(move || {
        let mut all = vec![b',', b';', b'\t', b'|', b' '];
        let current = now().delimiter;
        if !all.contains(&current) {
            all.push(current);
        }
        all.into_iter().map(|d| (d, delimiter_word(d))).collect::<Vec<_>>()
    });
    let encodings = [Encoding::Utf8, Encoding::Windows1252, Encoding::Utf16Le, Encoding::Utf16Be]
        .map(|e| (e, encoding_word(e).to_owned()))
        .to_vec();
    let decimals =
        [Decimal::Point, Decimal::PointWithCommas, Decimal::Comma, Decimal::CommaWithPoints, Decimal::CommaWithSpaces]
            .map(|d| (d, decimal_word(d).to_owned()))
            .to_vec();
    let orders = vec![
        (None, "As the values say".to_owned()),
        (Some(true), "Day first: 3/4 is the third of April".to_owned()),
        (Some(false), "Month first: 3/4 is the fourth of March".to_owned()),
    ];
    let centuries = Signal::derive(move || {
        let mut firsts = vec![1900, 1930, 1950, USUAL_FIRST_YEAR, 2000];
        let current = now().first_year;
        if !firsts.contains(&current) {
            firsts.push(current);
        }
        firsts.into_iter().map(|first| (first, format!("{first} to {}", first + 99))).collect::<Vec<_>>()
    });
    let quotes = vec![(b'"', "double \"".to_owned()), (b'\'', "single '".to_owned()), (0, "none".to_owned())];
    let format = Memo::new(move |_| now().format);
    // JSON writes cells, names and numbers in one way.
    let holds = holds();
    let is_text = move || holds.get() == Holds::Text;
    let is_delimited = move || is_text() && format.get() == Format::Delimited;
    view! {
        {move || (is_text() && !is_delimited()).then(|| view! { <p class="small">{format!("Read as {}.", format.get().word())}</p> })}
        <Show when=is_delimited>
            <Select label="Between cells" options=delimiters value=Signal::derive(move || now().delimiter)
                on_change=move |d| change(&|s| s.delimiter = d)/>
        </Show>
        <Show when=is_text>
            <Select label="Encoding" options=encodings.clone() value=Signal::derive(move || now().encoding)
                on_change=move |e| change(&|s| s.encoding = e)/>
        </Show>
        <Show when=is_delimited>
            <Select label="Numbers are written" options=decimals.clone() value=Signal::derive(move || now().decimal)
                on_change=move |d| change(&|s| s.decimal = d)/>
        </Show>
        <Show when=move || holds.get() == Holds::Sheets>
            <Toggle label="The first row names the columns" value=Signal::derive(move || now().header)
                on_change=move |on| change(&|s| s.header = on)/>
        </Show>
        <Select label="Dates are written" options=orders value=Signal::derive(move || now().day_first)
            on_change=move |d| change(&|s| s.day_first = d)/>
        <Select label="Years of two digits lie in" options=centuries value=Signal::derive(move || now().first_year)
            on_change=move |y| change(&|s| s.first_year = y)/>
        <Show when=is_delimited>
            <Select label="Quotes" options=quotes.clone() value=Signal::derive(move || now().quote)
                on_change=move |q| change(&|s| s.quote = q)/>
            <NumberField label="Lines above the table, left out" whole=true min=0.0 max=10_000.0
                value=Signal::derive(move || f64::from(now().skip))
                // The field takes whole numbers within these bounds only.
                on_change=move |n: f64| change(&|s| s.skip = n as u32)/>
            <Toggle label="The first line names the columns" value=Signal::derive(move || now().header)
                on_change=move |on| change(&|s| s.header = on)/>
        </Show>
        <TextField
            label="Cells that mean “missing”"
            value=Signal::derive(move || now().missing.join(", "))
            on_change=move |text: String| {
                let missing: Vec<String> =
                    text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect();
                change(&|s| s.missing.clone_from(&missing));
            }
            help="Apart from empty cells; commas between them. Upper and lower case count."
        />
    }
}

/// Columns of the preview that are drawn.
const MOST_COLUMNS: usize = 40;

/// What the preview draws.
#[derive(Clone, PartialEq)]
struct Shown {
    columns: Vec<(String, ColumnType)>,
    units: Vec<String>,
    rows: Vec<Vec<String>>,
    n_columns: usize,
    n_warnings: usize,
    /// The line whose bytes made the encoding a guess.
    guessed_at: Option<u64>,
}

fn cut(text: &str) -> String {
    text.chars().take(120).collect()
}

#[component]
fn PreviewTable() -> impl IntoView {
    let hearth = use_hearth();
    // Only what is shown is taken out of the state: a wide file's preview is large.
    let preview = hearth.read(|s| {
        let preview = s.import.as_ref()?.preview.as_ref()?;
        Some(Shown {
            columns: preview.columns.iter().take(MOST_COLUMNS).cloned().collect(),
            units: preview.units.iter().take(MOST_COLUMNS).cloned().collect(),
            rows: preview.rows.iter().map(|row| row.iter().take(MOST_COLUMNS).map(|c| cut(c)).collect()).collect(),
            n_columns: preview.columns.len(),
            n_warnings: preview.warnings.len(),
            guessed_at: preview.warnings.iter().find(|w| matches!(w.kind, WarningKind::NotUtf8)).map(|w| w.line),
        })
    });
    let settings = settings_in_force();
    view! {
        <section class="import-preview" aria-label="The first rows, read so">
            {move || preview.get().map(|Shown { columns, units, rows, n_columns, n_warnings, guessed_at }| {
                let warned = (n_warnings > 0).then(|| words::counted(n_warnings as u64, "warning") + " in the first rows");
                let note = warned.map(|warned| match guessed_at {
                    Some(line) => format!("{warned}. Windows-1252 is a guess: line {} is not UTF-8", words::count(line)),
                    None => warned,
                });
                let more = n_columns.saturating_sub(columns.len());
                view! {
                    <div class="preview-scroll" tabindex="0" role="region" aria-label="Preview">
                        <table class="preview-table">
                            <thead><tr>
                                {columns.into_iter().zip(units).map(|((name, column_type), unit)| view! {
                                    <th scope="col">
                                        <span class="preview-name truncate" title=name.clone()>
                                            {name.clone()}
                                            {(!unit.is_empty()).then(|| format!(" ({unit})"))}
                                        </span>
                                        <TypeChoice name column_type settings/>
                                    </th>
                                }).collect_view()}
                            </tr></thead>
                            <tbody>
                                {rows.into_iter().map(|row| view! {
                                    <tr>{row.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_view()}</tr>
                                }).collect_view()}
                            </tbody>
                        </table>
                    </div>
                    {(more > 0).then(|| view! {
                        <p class="tag preview-note">{words::counted(more as u64, "further column")}" not shown here"</p>
                    })}
                    {note.map(|text| view! { <p class="tag doubt preview-note">{text}</p> })}
                }
            })}
        </section>
    }
}

/// The type of a column in the preview, open to change.
#[component]
fn TypeChoice(name: String, column_type: ColumnType, settings: Memo<Option<CsvSettings>>) -> impl IntoView {
    let hearth = use_hearth();
    let options: Vec<_> = ColumnType::ALL.into_iter().map(|t| (t, format!("{} {}", type_glyph(t), t.word()))).collect();
    let label = format!("Type of {name}");
    view! {
        <Select
            bare=true
            label
            options
            value=Signal::derive(move || column_type)
            on_change=move |chosen| {
                let settings = settings.get_untracked().unwrap_or_default();
                hearth.send(Action::ChangeImport(settings.with_type(&name, chosen)));
            }
        />
    }
}

/// While the file is read: its first rows, already in sight.
#[component]
pub fn Reading() -> impl IntoView {
    let hearth = use_hearth();
    let share = hearth.read(|s| {
        let progress = s.job.as_ref()?.progress.as_ref().filter(|p| p.total > 0)?;
        Some(progress.done as f64 / progress.total as f64)
    });
    view! {
        <div class="reading">
            <div class="progress-line" role="progressbar" aria-label="Reading" aria-valuemin="0" aria-valuemax="100"
                aria-valuenow=move || share.get().map(|s| format!("{:.0}", s * 100.0))>
                <span style:--share=move || format!("{:.3}", share.get().unwrap_or(0.0))></span>
            </div>
            <PreviewTable/>
        </div>
    }
}
