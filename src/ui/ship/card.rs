//! A card in Markdown as elements. Texts go in as text nodes; there is no way for them to become markup.

use leptos::prelude::*;

use crate::studio::markdown::{Block, Span, parse};

/// Headings are shifted down by one: the page has a first heading already.
#[component]
pub fn Card(text: String) -> impl IntoView {
    view! { <article class="card-text">{parse(&text).into_iter().map(block).collect_view()}</article> }
}

fn spans(list: Vec<Span>) -> impl IntoView {
    list.into_iter()
        .map(|span| match span {
            Span::Text(text) => view! { {text} }.into_any(),
            Span::Strong(text) => view! { <strong>{text}</strong> }.into_any(),
            Span::Emphasis(text) => view! { <em>{text}</em> }.into_any(),
            Span::Code(text) => view! { <code>{text}</code> }.into_any(),
        })
        .collect_view()
}

fn block(block: Block) -> AnyView {
    match block {
        Block::Heading(1, list) => view! { <h2>{spans(list)}</h2> }.into_any(),
        Block::Heading(2, list) => view! { <h3>{spans(list)}</h3> }.into_any(),
        Block::Heading(_, list) => view! { <h4>{spans(list)}</h4> }.into_any(),
        Block::Paragraph(list) => view! { <p>{spans(list)}</p> }.into_any(),
        Block::Quote(list) => view! { <blockquote>{spans(list)}</blockquote> }.into_any(),
        Block::Rule => view! { <hr/> }.into_any(),
        Block::Code(text) => view! { <pre tabindex="0"><code>{text}</code></pre> }.into_any(),
        Block::List { ordered: true, items } => {
            view! { <ol>{items.into_iter().map(|i| view! { <li>{spans(i)}</li> }).collect_view()}</ol> }.into_any()
        }
        Block::List { ordered: false, items } => {
            view! { <ul>{items.into_iter().map(|i| view! { <li>{spans(i)}</li> }).collect_view()}</ul> }.into_any()
        }
        Block::Table { header, rows } => view! {
            <div class="board-scroll" tabindex="0" role="group" aria-label="Table">
                <table>
                    <thead><tr>{header.into_iter().map(|c| view! { <th scope="col">{spans(c)}</th> }).collect_view()}</tr></thead>
                    <tbody>
                        {rows.into_iter().map(|row| view! {
                            <tr>{row.into_iter().map(|c| view! { <td>{spans(c)}</td> }).collect_view()}</tr>
                        }).collect_view()}
                    </tbody>
                </table>
            </div>
        }
        .into_any(),
    }
}
