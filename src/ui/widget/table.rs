//! A plain table of texts and numbers: what a chart says, for those who would rather read it.

use leptos::prelude::*;

#[component]
pub fn NumberTable(
    #[prop(into)] caption: String,
    #[prop(into)] headers: Signal<Vec<String>>,
    /// The first cell of a row is its heading.
    #[prop(into)]
    rows: Signal<Vec<Vec<String>>>,
    /// Show no caption; it stays the name.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let name = caption.clone();
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=name>
            <table class="number-table">
                <caption class:visually-hidden=bare>{caption}</caption>
                <thead>
                    <tr>{move || headers.get().into_iter().map(|h| view! { <th scope="col">{h}</th> }).collect_view()}</tr>
                </thead>
                <tbody>
                    {move || rows.get().into_iter().map(|row| {
                        let mut cells = row.into_iter();
                        let heading = cells.next().unwrap_or_default();
                        view! {
                            <tr>
                                <th scope="row">{heading}</th>
                                {cells.map(|cell| view! { <td>{cell}</td> }).collect_view()}
                            </tr>
                        }
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}
