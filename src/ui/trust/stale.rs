//! Why the selected candidate no longer counts, and the way to one that does.

use leptos::prelude::*;

use crate::studio::Action;
use crate::studio::command_list::commands;
use crate::studio::judged::Step;
use crate::studio::leaderboard::leaderboard;
use crate::studio::project::Run;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Kind};

/// Nothing while the selected run counts. Else the reason, and a button: train what changed, with its expected cost, or
/// look at the result that is there already.
#[component]
pub fn StaleLine() -> impl IntoView {
    let hearth = use_hearth();
    let stale = hearth.read(|s| {
        let reason = s.current_run().and_then(|r| s.stale_reason(r))?;
        let newer = leaderboard(s)
            .filter(|_| s.untrained().is_empty())
            .and_then(|board| board.rows.into_iter().find(|row| row.run.is_some() && row.stale.is_none()));
        Some((reason, newer.and_then(|row| Some((row.run?, row.score.name)))))
    });
    let given = hearth.read(|s| s.current_run().is_some_and(Run::is_given));
    let train = hearth.read(|s| {
        let entry = commands(s).into_iter().find(|c| c.id == "train");
        entry.map(|c| (c.label, c.enabled.err())).unwrap_or_default()
    });
    view! {
        {move || stale.get().map(|(reason, newer)| view! {
            <p class="stale-line">
                <span class="tag doubt">"Stale"</span>
                <span class="small">{reason}</span>
                {match newer {
                    Some((run, name)) => view! {
                        <Button kind=Kind::Quiet on_press=move |()| hearth.send(Action::SelectRun(Some(run)))>
                            {format!("Look at {name}")}
                        </Button>
                    }.into_any(),
                    None if given.get() => view! {
                        <Button on_press=move |()| hearth.send(Action::Judge(Step::Open))>"Judge again"</Button>
                    }.into_any(),
                    None => view! {
                        <Button
                            disabled=Signal::derive(move || train.get().1)
                            on_press=move |()| hearth.send(Action::Train)
                        >
                            {move || train.get().0}
                        </Button>
                    }.into_any(),
                }}
            </p>
        })}
    }
}
