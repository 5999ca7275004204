//! A problem as a person reads it: place, event, what was kept, cure.

use leptos::prelude::*;

use crate::job::Problem;

/// The sentences of a problem; the place stands first and apart.
#[component]
pub fn ProblemText(problem: Problem) -> impl IntoView {
    let Problem { place, event, kept, cure } = problem;
    view! {
        <div class="problem-text">
            {(!place.is_empty()).then(|| view! { <p class="problem-place">{place}</p> })}
            <p>{event}</p>
            {(!kept.is_empty()).then(|| view! { <p class="second">{kept}</p> })}
            {(!cure.is_empty()).then(|| view! { <p class="second">{cure}</p> })}
        </div>
    }
}
