//! The search: what was tried, what is best so far, and what can be done with it.

use leptos::prelude::*;

use crate::studio::Action;
use crate::studio::search::{HowToSearch, SearchBoard, TrialLine, ensemble_words, search_board};
use crate::studio::words;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Icon, NumberTable};

#[component]
pub fn SearchPart() -> impl IntoView {
    let hearth = use_hearth();
    let board = hearth.read(search_board);
    let some = Memo::new(move |_| board.with(Option::is_some));
    view! { <Show when=move || some.get()><Board board/></Show> }
}

/// Average what was trained.
#[component]
pub fn EnsemblePart() -> impl IntoView {
    let hearth = use_hearth();
    let words = hearth.read(ensemble_words);
    view! {
        {move || words.get().map(|words| view! {
            <section class="stack ensemble-part" aria-labelledby="ensemble-title">
                <h2 id="ensemble-title">"Ensemble"</h2>
                <p class="small second">{words}</p>
                <div><Button on_press=move |()| hearth.send(Action::Blend)>"Make an ensemble"</Button></div>
            </section>
        })}
    }
}

#[component]
fn Board(board: Memo<Option<SearchBoard>>) -> impl IntoView {
    let hearth = use_hearth();
    let text = move |of: fn(&SearchBoard) -> String| move || board.with(|b| b.as_ref().map_or(String::new(), of));
    let running = Memo::new(move |_| board.with(|b| b.as_ref().is_some_and(|b| b.running)));
    let can_go_on = Memo::new(move |_| board.with(|b| b.as_ref().is_some_and(|b| b.can_go_on)));
    let headers = Signal::derive(move || {
        let score = board.with(|b| b.as_ref().map_or("Score", |b| b.metric.name()));
        ["Trial", "Model", score, "Folds", "Settings", "Where from"].map(str::to_owned).to_vec()
    });
    let rows = Signal::derive(move || {
        board.with(|b| b.as_ref().map_or_else(Vec::new, |b| b.trials.iter().map(cells).collect()))
    });
    let more = move || {
        let n = board.with(|b| b.as_ref().map_or(0, |b| b.n_more));
        (n > 0).then(|| format!("{} more that did worse, or are not scored yet.", words::counted(n as u64, "trial")))
    };
    view! {
        <section class="stack search-part" aria-labelledby="trials-title">
            <h2 id="trials-title">"Search"</h2>
            <p role="status">{text(|b| b.sentence.clone())}</p>
            <p class="small second">{text(|b| b.caution.clone())}</p>
            <div class="row-wrap">
                <Show when=move || running.get()>
                    <Button glyph=Icon::Stop on_press=move |()| hearth.send(Action::EndSearch)>"End the search, train the best"</Button>
                </Show>
                <Show when=move || can_go_on.get()>
                    <Button on_press=move |()| hearth.send(Action::Search(HowToSearch::GoOn))>"Search on"</Button>
                    <Button on_press=move |()| hearth.send(Action::Search(HowToSearch::Replay))>"Do the same trials again"</Button>
                </Show>
            </div>
            <NumberTable caption="Trials, furthest and best first" headers rows bare=true/>
            {move || more().map(|text| view! { <p class="tiny second">{text}</p> })}
        </section>
    }
}

fn cells(trial: &TrialLine) -> Vec<String> {
    vec![
        trial.number.to_string(),
        trial.name.to_owned(),
        trial.score.clone(),
        trial.folds.clone(),
        trial.settings.clone(),
        trial.origin.to_owned(),
    ]
}
