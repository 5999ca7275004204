//! A further file beside the table: its rows below, or its columns beside, and what that would come to.

use leptos::prelude::*;

use crate::recipe::{JoinKind, KeyPair, Operation};
use crate::studio::adding::Read;
use crate::studio::{Action, Studio, words};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Icon, IconButton, Kind, Segmented, Select, Toggle};

#[component]
pub fn Adding() -> impl IntoView {
    let hearth = use_hearth();
    let read = hearth.read(|s| s.adding.read.clone());
    let joins = Signal::derive(move || {
        read.with(|r| matches!(r.as_ref().and_then(|r| r.operation.as_ref()), Some(Operation::Join { .. })))
    });
    let appends = Signal::derive(move || {
        read.with(|r| matches!(r.as_ref().and_then(|r| r.operation.as_ref()), Some(Operation::Append { .. })))
    });
    let file = move || read.with(|r| r.as_ref().map(described).unwrap_or_default());
    let choice = Signal::derive(move || {
        if joins.get() {
            Some(true)
        } else if appends.get() {
            Some(false)
        } else {
            None
        }
    });
    let choose = move |join: Option<bool>| {
        let step = hearth.now(|s| if join == Some(true) { s.join_step() } else { s.append_step() });
        if let Some(step) = step {
            hearth.send(Action::ChooseCombination(step));
        }
    };
    let waiting = hearth.read(Studio::n_waiting_files);
    let hindrance = Signal::derive(move || read.with(|r| r.as_ref().and_then(Read::hindrance)));
    view! {
        <section class="combine" aria-label="What becomes of the file">
            <p class="second small">{file}</p>
            <Segmented
                label="What is to be done with it"
                options=vec![(Some(false), "Put its rows below".to_owned()), (Some(true), "Put its columns beside".to_owned())]
                value=choice
                on_change=choose/>
            {move || choice.get().is_none().then(|| view! {
                <p class="small">"It has no column of the table, and no values in common with it that could be keys. Choose what belongs together, or leave it."</p>
            })}
            <Show when=move || appends.get()><Below read/></Show>
            <Show when=move || joins.get()><Beside read/></Show>
            <div class="row-wrap">
                <Button kind=Kind::Primary disabled=hindrance on_press=move |()| hearth.send(Action::TakeFile)>"Add it"</Button>
                <Show when=move || { waiting.get() > 0 && appends.get() }>
                    <Button disabled=hindrance on_press=move |()| hearth.send(Action::TakeAllFiles)>
                        {move || format!("Add it, and {} like it", words::counted(waiting.get() as u64, "more file"))}
                    </Button>
                </Show>
                <Button on_press=move |()| hearth.send(Action::ReadFileOtherwise)>"Change how it is read"</Button>
                <Button on_press=move |()| hearth.send(Action::LeaveFile)>"Leave it"</Button>
            </div>
            <p class="tiny second">"It becomes a step, which can be taken back. The files themselves stay as they are; both travel with the project."</p>
        </section>
    }
}

fn described(read: &Read) -> String {
    let facts = &read.beside.file;
    let warnings = match facts.n_warnings {
        0 => String::new(),
        n => format!(", {} while reading", words::counted(n, "warning")),
    };
    format!(
        "{} · {} · {} and {}{warnings}",
        read.beside.name,
        words::bytes(facts.n_bytes),
        words::counted(facts.n_rows, "row"),
        words::counted(facts.n_columns, "column")
    )
}

/// Rows below those of the table.
#[component]
fn Below(read: Memo<Option<Read>>) -> impl IntoView {
    let hearth = use_hearth();
    let marked = Signal::derive(move || {
        read.with(|r| {
            matches!(r.as_ref().and_then(|r| r.operation.as_ref()), Some(Operation::Append { mark: Some(_), .. }))
        })
    });
    let column = hearth.read(|s| s.file_mark().map(|mark| mark.column));
    let mark = move |on: bool| {
        if let Some(Operation::Append { with, .. }) = hearth.now(Studio::append_step) {
            let mark = if on { hearth.now(Studio::file_mark) } else { None };
            hearth.send(Action::ChooseCombination(Operation::Append { with, mark }));
        }
    };
    view! {
        {move || read.get().map(|read| {
            let differences = read.differences();
            let rows = words::counted(read.beside.file.n_rows, "row");
            match (read.beside.fits.shared.len(), differences.is_empty()) {
                (0, _) => view! { <p class="small step-problem">"The two have no column of the same name. Put its columns beside, or rename columns with a step first."</p> }.into_any(),
                (n, true) => view! { <p class="small">{format!("{} in both, of the same types: {rows} more.", words::counted(n as u64, "column"))}</p> }.into_any(),
                (n, false) => view! {
                    <p class="small">{format!("{} in both: {rows} more. What differs:", words::counted(n as u64, "column"))}</p>
                    <ul class="combine-told">{differences.into_iter().map(|text| view! { <li class="doubt">{text}</li> }).collect_view()}</ul>
                }.into_any(),
            }
        })}
        <Show when=move || column.with(Option::is_some)>
            <Toggle label="A column that says from which file a row came" value=marked on_change=mark
                help="Useful to keep files apart when testing, or where each is of another time. A row to predict has to bring it too."/>
        </Show>
    }
}

/// The names of columns to choose from.
fn options(names: Vec<String>) -> Vec<(String, String)> {
    names.into_iter().map(|name| (name.clone(), name)).collect()
}

/// Columns beside those of the rows with the same key.
#[component]
fn Beside(read: Memo<Option<Read>>) -> impl IntoView {
    let hearth = use_hearth();
    let here = hearth.read(|s| {
        s.table.as_ref().map(|t| t.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>()).unwrap_or_default()
    });
    let there = Memo::new(move |_| {
        read.with(|r| {
            r.as_ref()
                .map(|r| r.beside.columns.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    let keys = Memo::new(move |_| {
        read.with(|r| match r.as_ref().and_then(|r| r.operation.as_ref()) {
            Some(Operation::Join { on, .. }) => on.clone(),
            _ => Vec::new(),
        })
    });
    let change = move |edit: &dyn Fn(&mut JoinKind, &mut Vec<KeyPair>, &mut bool)| {
        let now = read.get_untracked().and_then(|read| read.operation);
        if let Some(Operation::Join { with, mut kind, mut on, suffix, mut loose }) = now {
            edit(&mut kind, &mut on, &mut loose);
            hearth.send(Action::ChooseCombination(Operation::Join { with, kind, on, suffix, loose }));
        }
    };
    let of_join = move |part: fn(&JoinKind, bool) -> bool| {
        read.with(|r| match r.as_ref().and_then(|r| r.operation.as_ref()) {
            Some(Operation::Join { kind, loose, .. }) => part(kind, *loose),
            _ => false,
        })
    };
    let file = move || read.with(|r| r.as_ref().map(|r| r.beside.name.clone()).unwrap_or_default());
    let n_keys = Memo::new(move |_| keys.with(Vec::len));
    view! {
        <div class="combine-keys" role="group" aria-label="Keys">
            {move || (0..n_keys.get()).map(|at| view! {
                <div class="combine-key">
                    <Select
                        label=format!("Key {} in the table", at + 1)
                        options=Signal::derive(move || options(here.get()))
                        value=Signal::derive(move || keys.with(|k| k.get(at).map(|k| k.left.clone()).unwrap_or_default()))
                        on_change=move |name: String| change(&|_, on, _| if let Some(pair) = on.get_mut(at) { pair.left.clone_from(&name) })/>
                    <Select
                        label=format!("Key {} in {}", at + 1, untrack(file))
                        options=Signal::derive(move || options(there.get()))
                        value=Signal::derive(move || keys.with(|k| k.get(at).map(|k| k.right.clone()).unwrap_or_default()))
                        on_change=move |name: String| change(&|_, on, _| if let Some(pair) = on.get_mut(at) { pair.right.clone_from(&name) })/>
                    <IconButton glyph=Icon::Trash label=format!("Leave key {} out", at + 1)
                        disabled=Signal::derive(move || n_keys.get() < 2)
                        on_press=move |()| change(&|_, on, _| { on.remove(at); })/>
                </div>
            }).collect_view()}
            <Button glyph=Icon::Plus on_press=move |()| {
                let (left, right) = (here.get_untracked().first().cloned(), there.get_untracked().first().cloned());
                if let Some((left, right)) = left.zip(right) {
                    change(&|_, on, _| on.push(KeyPair { left: left.clone(), right: right.clone() }));
                }
            }>"One key more"</Button>
        </div>
        <Segmented
            label="Rows of the table that match nothing"
            options=vec![(false, "stay".to_owned()), (true, "go".to_owned())]
            value=Signal::derive(move || of_join(|kind, _| *kind == JoinKind::Inner))
            on_change=move |inner| change(&|kind, _, _| *kind = if inner { JoinKind::Inner } else { JoinKind::Left })/>
        <Toggle label="Compare keys as texts, without blanks at the ends and capital letters"
            value=Signal::derive(move || of_join(|_, loose| loose))
            on_change=move |on| change(&|_, _, loose| *loose = on)/>
        <div role="status">
            {move || read.get().map(|read| match &read.meeting {
                None => view! { <p class="small second">"Looking at what meets…"</p> }.into_any(),
                Some(_) => view! {
                    <ul class="combine-told">
                        {read.told().into_iter().map(|(text, doubt)| view! { <li class:doubt=doubt>{text}</li> }).collect_view()}
                        {read.renamed(&here.get()).map(|text| view! { <li>{text}</li> })}
                    </ul>
                }.into_any(),
            })}
        </div>
    }
}
