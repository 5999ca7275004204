//! What this browser enforces of the promise that nothing leaves the computer, and what it does not. It claims no more.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use crate::browser::diagnostics::{self, Capabilities};
use crate::ui::widget::{Icon, Popover, icon};

/// Seconds after the first view at which is looked again at what is held by then.
const LOOKS: [u32; 6] = [3, 8, 15, 30, 60, 120];

/// One promise and what stands behind it.
#[derive(Clone, PartialEq)]
struct Claim {
    held: bool,
    what: &'static str,
    why: &'static str,
}

#[component]
pub fn Badge() -> impl IntoView {
    let claims = RwSignal::new(claims(&Capabilities::default()));
    // Files are still being taken in after the page was drawn.
    let refresh = move || diagnostics::look(move |found| claims.set(self::claims(&found)));
    refresh();
    let all = move || claims.with(|c| c.iter().all(|claim| claim.held));
    for seconds in LOOKS {
        let look = move || {
            if claims.try_with_untracked(|c| c.iter().any(|claim| !claim.held)).unwrap_or(false) {
                refresh();
            }
        };
        Timeout::new(seconds * 1_000, look).forget();
    }
    let summary = move || if all() { "Sealed" } else { "Local" };
    view! {
        <Popover
            class="badge"
            label=Signal::derive(move || Some(format!("{}: what this browser enforces", summary())))
            panel_class="wide"
            trigger=move || view! {
                <span class="badge-in" class:whole=all on:pointerenter=move |_| refresh()>
                    {icon(Icon::Shield)}<span class="badge-word">{summary}</span>
                </span>
            }
        >
            <h2 class="verdict badge-title">"Your data stay on this computer"</h2>
            <p class="second">"What this browser does about it:"</p>
            <ul class="claims">
                {move || claims.get().into_iter().map(|claim| view! {
                    <li class="claim" class:held=claim.held>
                        {icon(if claim.held { Icon::Check } else { Icon::Minus })}
                        <div>
                            <p>{claim.what}<span class="visually-hidden">{if claim.held { ": yes" } else { ": no" }}</span></p>
                            <p class="second tiny">{claim.why}</p>
                        </div>
                    </li>
                }).collect_view()}
            </ul>
        </Popover>
    }
}

fn claims(found: &Capabilities) -> Vec<Claim> {
    vec![
        Claim {
            held: found.policy,
            what: "No connection to other sites",
            why: "The page's policy (CSP) forbids requests, images, fonts and scripts from anywhere else.",
        },
        Claim {
            held: found.offline,
            what: "Works without a network",
            why: if found.offline && !found.controlled {
                "Every file of the program is held in this browser. This page was loaded past it; a reload comes from what is held."
            } else if found.offline {
                "Every file of the program is held in this browser; the server can be gone."
            } else if found.controlled {
                "The page is held in this browser already; the trainer is still on its way, or the browser has no room for it."
            } else if found.active {
                "Not all of the program is held in this browser, and this page was loaded past it. A reload goes on with holding it."
            } else {
                "Nothing of the program is held in this browser: it has no service worker here. The page needs the network."
            },
        },
        Claim {
            held: found.allowlist,
            what: "The last ways out are closed",
            why: if found.controlled && !found.allowlist {
                "This browser has no Connection-Allowlist: opening a window or following a link could carry data, and a peer connection could."
            } else if found.controlled {
                "Connection-Allowlist also closes windows, links, preconnects and peer connections."
            } else if found.active {
                "Open: this page was loaded past the service worker, which closes them. A reload closes what this browser can close."
            } else {
                "Open: they are closed by a service worker, and there is none here."
            },
        },
    ]
}
